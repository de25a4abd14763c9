"""`python -m sat2density` is the command `sat2density`."""

from sat2density.apps.cli import main

if __name__ == "__main__":
    raise SystemExit(main())

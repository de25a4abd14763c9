"""The `sat2density` command: finds the sub-command, imports only that one, and turns errors into one sentence.

A command is a module with `COMMAND`: a dataclass, or a union of dataclasses annotated for tyro, each with a `run()`.
Modules of commands import nothing heavy at their top (no torch, no numba): a start for `--help` stays under 0.3 s.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from sat2density.errors import Sat2DensityError, near_matches

COMMANDS: dict[str, tuple[str, str]] = {}
"""Name of the command -> (its module under `sat2density.apps`, one line of help)."""

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (0 well, 2 bad input, 130 interrupted)."""
    args = list(sys.argv[1:] if argv is None else argv)
    if not args or args[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0
    if args[0] in ("-V", "--version"):
        from sat2density import __version__

        print(f"sat2density {__version__}")
        return 0
    if args[0] not in COMMANDS:
        print(f"sat2density: unknown command '{args[0]}'{near_matches(args[0], COMMANDS)}", file=sys.stderr)
        print("Run 'sat2density --help' for the list.", file=sys.stderr)
        return EXIT_BAD_INPUT
    return _run(args[0], args[1:])


def _run(name: str, args: list[str]) -> int:
    import tyro

    module = importlib.import_module(f"sat2density.apps.{COMMANDS[name][0]}")
    try:
        command = tyro.cli(module.COMMAND, prog=f"sat2density {name}", args=args)
        return int(command.run() or 0)
    except Sat2DensityError as error:
        print(f"sat2density {name}: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        print(f"sat2density {name}: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return 0


def _overview() -> str:
    width = max((len(name) for name in COMMANDS), default=0)
    lines = [f"  {name:<{width}}  {text}" for name, (_, text) in COMMANDS.items()]
    return "\n".join(
        [
            "sat2density: from a single satellite image to a place you can stand in",
            "",
            "usage: sat2density COMMAND [options]      (sat2density COMMAND --help explains one)",
            "",
            *lines,
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())

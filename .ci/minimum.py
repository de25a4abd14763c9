"""Constraints for `make check-minimum`: the smallest versions that pyproject.toml allows.

    python .ci/minimum.py [NAME==VERSION ...] > FILE

Names given are held at these versions instead: torch, where the smallest has no CPU build at hand.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Print one line for each dependency of the package itself, extras left out."""
    held = dict(word.split("==") for word in sys.argv[1:])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for line in project["dependencies"]:
        name = re.match(r"[A-Za-z0-9._-]+", line)[0]
        least = re.search(r">=([0-9.]+)", line)[1]
        print(f"{name}=={held.get(name, least)}")


if __name__ == "__main__":
    main()

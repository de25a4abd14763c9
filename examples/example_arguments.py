"""The arguments that every example takes."""

import argparse
from typing import Any


def read(description: str | None, many: bool = False) -> tuple[Any, ...]:
    """Return (weights, tile, scene) from the command line; with `many`, a list of tiles."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights", help="a name, or a .safetensors, .pth or .zip file")
    parser.add_argument(
        "tile", nargs="+" if many else None, help="satellite picture: square, north up"
    )
    parser.add_argument("--scene", help="needed for a released weights file: cvact or cvusa")
    given = parser.parse_args()
    return given.weights, given.tile, given.scene

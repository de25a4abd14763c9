"""Draws the example tiles that ship with the studio: `python -m sat2density.apps.studio.examples`.

They come from the procedural world's test split, which no weights of ours are trained on.
"""

from __future__ import annotations

import json
from typing import Final

from PIL import Image

from sat2density.apps.studio.studio import ASSETS

STYLE: Final = "suburb"
TILES: Final = (
    ("roundabout", "Roundabout"),
    ("lawn", "Street and lawn"),
    ("curve", "Curved street"),
    ("row", "Row of houses"),
)
"""Key and title of each example; the seeds are `SEEDS` in the same order."""
SEEDS: Final = (8, 3, 17, 13)
"""Positions in the test split, chosen by eye for their variety."""
QUALITY: Final = 90


def main() -> None:
    """Write the tiles and `examples.json`."""
    from sat2density.worlds import World, split_seeds

    folder = ASSETS / "examples"
    folder.mkdir(parents=True, exist_ok=True)
    seeds = split_seeds(STYLE, "test")
    entries = []
    for (key, title), position in zip(TILES, SEEDS, strict=True):
        world = World.generate(STYLE, seeds[position])
        Image.fromarray(world.tile(256)).save(folder / f"{key}.jpg", quality=QUALITY)
        note = f"Drawn by the procedural world, {world.spec.extent_m:g} m across"
        entries.append({"key": key, "title": title, "file": f"{key}.jpg", "note": note})
    (folder / "examples.json").write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Many tiles in one batch, several cameras on each: one call to the networks for all of them.

python examples/batch_of_tiles.py anywhere-small tiles/*.png
"""

from pathlib import Path

import torch
from example_arguments import read

import sat2density as s2d


def main(
    weights: str, tiles: list[str], scene_name: str | None = None, out: str = "out/batch"
) -> None:
    """Write the panoramas of two cameras on every tile."""
    model = s2d.load(weights, scene=scene_name)
    size = model.spec.tile_size

    # All tiles as one tensor (B, 3, S, S); read_image resizes, so that they fit each other.
    batch = torch.stack([s2d.read_image(tile, size=size) for tile in tiles])
    scene = model.reconstruct(batch)

    # Places in metres: the scene knows how large the tile is. Every result has the dimensions
    # (tile, camera, ...).
    cameras = [s2d.Camera.from_metres(model.spec, east_m=0, south_m=south) for south in (-4.0, 4.0)]
    view = scene.render(cameras, s2d.Lighting.preset("light-cloud"))
    assert view.image.shape[:2] == (len(tiles), len(cameras))

    for number, (tile, images) in enumerate(zip(tiles, view.image, strict=True)):
        for place, image in zip(("north", "south"), images, strict=True):
            file = Path(out) / f"{number:03d}-{Path(tile).stem}-{place}.png"
            s2d.save_image(file, image)
            print(file)


if __name__ == "__main__":
    main(*read(__doc__, many=True))

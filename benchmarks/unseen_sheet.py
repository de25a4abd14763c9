"""Places that the weights never saw, on one sheet: the tile, and beside it what stood there, what
the network paints, and what is drawn from its plan.

    python benchmarks/unseen_sheet.py docs/images/unseen.jpg [--weights anywhere-small]
    python benchmarks/unseen_sheet.py /tmp/pairs.jpg --pairs FOLDER

The first four scenes of `suburb:test` and of `anywhere:test`, none chosen; with `--pairs` the real
pairs (NAME/sat.png, NAME/pano.png) of a folder instead. The rows around the horizon are shown, all
the way round, north in the middle. A photograph's light is its own; a scene's is clear-noon.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from sat2density import Camera, Lighting, load
from sat2density.city.from_maps import plan_of_scene
from sat2density.city.render import PlanScene
from sat2density.data import open_dataset
from sat2density.images import read_image

WIDTH, HEIGHT = 1024, 256
SHOWN = slice(HEIGHT // 4, HEIGHT * 11 // 16)
GAP = 6


def scenes(count=4):
    """Yield (tile, true panorama, camera, light) of unseen scenes."""
    for style in ("suburb", "anywhere"):
        dataset = open_dataset(f"{style}:test", limit=count)
        for index in range(count):
            world = dataset.world(index)
            camera = world.sample_camera
            true = world.panorama(camera, (WIDTH, HEIGHT)).image
            yield world.tile(), true, camera, Lighting.preset("clear-noon")


def pairs(folder):
    """Yield the same of real pairs."""
    for place in sorted(path.parent for path in Path(folder).glob("*/sat.png")):
        photo = read_image(place / "pano.png", size=(WIDTH, HEIGHT))
        true = (photo.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
        mask = place / "sky.png"
        light = Lighting.from_photo(place / "pano.png", mask if mask.is_file() else None)
        yield place / "sat.png", true, Camera(), light


def row(model, tile, true, camera, light):
    """Return one row of the sheet, (H, W, 3) uint8."""
    scene = model.reconstruct(tile)
    drawn = PlanScene.of(plan_of_scene(scene, "unseen"), scene.spec, scene.tile)
    sunny = light if light.is_preset else Lighting.preset("clear-noon")
    size = (WIDTH, HEIGHT)
    painted = scene.render(camera, light, size=size).numpy()
    views = [true, painted, drawn.render(camera, sunny, size=size).numpy()]
    right = np.concatenate([view[SHOWN] for view in views])
    seen = Image.fromarray((scene.tile.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8))
    left = np.asarray(seen.resize((len(right),) * 2, Image.Resampling.LANCZOS))
    return np.concatenate([left, np.full((len(right), GAP, 3), 255, np.uint8), right], 1)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out")
    parser.add_argument("--weights", default="anywhere-small")
    parser.add_argument("--pairs", metavar="FOLDER")
    options = parser.parse_args()
    model = load(options.weights)
    places = scenes() if options.pairs is None else pairs(options.pairs)
    rows = [row(model, *place) for place in places]
    if not rows:
        parser.error(f"{options.pairs}: holds no NAME/sat.png")
    between = np.full((GAP, rows[0].shape[1], 3), 255, np.uint8)
    whole = np.concatenate([part for one in rows for part in (one, between)][:-1])
    sheet = Image.fromarray(whole)
    sheet.resize((sheet.width * 2 // 3, sheet.height * 2 // 3), Image.Resampling.LANCZOS).save(
        options.out, quality=80
    )


if __name__ == "__main__":
    main()

"""One picture for the README: the demo's place as the network paints it, and drawn from its plan.

    python benchmarks/look_sheet.py docs/images/looks.jpg [--weights anywhere-small]

Left the tile; right the painted view over the drawn one, both from the same camera.
"""

import argparse

import numpy as np
from PIL import Image

from sat2density.apps.demo import DEMO_SEED, LIGHTS, STYLE, WALK_M
from sat2density.city.from_maps import plan_of_scene
from sat2density.city.render import PlanScene
from sat2density.light.lighting import Lighting
from sat2density.loading import load
from sat2density.worlds import World

SIZE = (640, 288)


def sheet(weights, quality_light=LIGHTS[0]):
    """Return the picture."""
    world = World.generate(STYLE, DEMO_SEED)
    scene = load(weights).reconstruct(world.tile())
    drawn = PlanScene.of(plan_of_scene(scene, "demo"), scene.spec, scene.tile)
    camera = world.road_path(WALK_M, 0.5)[0]
    light = Lighting.preset(quality_light)
    views = [one.render_perspective(camera, light, SIZE).numpy() for one in (scene, drawn)]
    right = np.concatenate(views, 0)
    tile = Image.fromarray(world.tile()).resize((right.shape[0],) * 2, Image.Resampling.LANCZOS)
    return Image.fromarray(np.concatenate([np.asarray(tile), right], 1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out")
    parser.add_argument("--weights", default="anywhere-small")
    options = parser.parse_args()
    sheet(options.weights).save(options.out, quality=82)

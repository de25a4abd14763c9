"""Where the time of a frame goes: processor time of its parts on one thread, for
docs/decisions/rendering.md.

    PYTHONPATH=src python benchmarks/frame.py [--weights anywhere-small] [--repeats 30]

The first scene of `suburb:val`. Minima of `time.process_time`, in turn: that holds best on
a machine that others use too; a core shared with other work still counts up to half more.
"""

import argparse
import dataclasses
import time

import torch

from sat2density import Camera, Lighting, load
from sat2density.data import open_dataset
from sat2density.render.cameras import equirectangular_rays
from sat2density.render.skyline import add_skyline
from sat2density.render.surface_noise import add_surface_noise
from sat2density.render.volume import RenderedRays, render_rays


def parts(model, tile):
    """Return the parts of a frame by name, as calls."""
    scene, light, camera = model.reconstruct(tile), Lighting.preset("clear-noon"), Camera(0.1, 0.2)
    density, features, _ = scene.shown
    size = model.spec.panorama_size
    half = (size[0] // 2, size[1] // 2)
    lit, whole = model.lit(light), equirectangular_rays(model.spec, model.rules, [camera])
    seen = model.render_panoramas(density, scene.tiles, [camera], features=features)
    spec = dataclasses.replace(model.spec, panorama_size=model.ray_size(size))
    rays = equirectangular_rays(spec, model.rules, [camera])
    hit = RenderedRays(seen.stacked[:, :5], seen.features)
    picture, view = model.generate_image(seen, lit.style), scene.render(camera, light)
    calls = {
        f"frame of {size[0]}x{size[1]}": lambda: scene.render(camera, light),
        f"frame of {half[0]}x{half[1]}": lambda: scene.render(camera, light, size=half),
        "rays without a light": lambda: scene.project(camera),
        "march": lambda: render_rays(
            density,
            scene.tiles,
            rays,
            model.spec,
            model.rules,
            features=features,
            quick=features is not None,
        ),
        "surface noise": lambda: add_surface_noise(hit, rays),
        "RenderNet": lambda: model.generate_image(seen, lit.style),
        "the light": lambda: model.lit(light),
    }
    net = model.generator.skyline_net
    if net is not None:
        skyline = net(scene.tiles, features)
        calls["skyline"] = lambda: add_skyline(hit, rays, skyline, scene.tiles)
    if lit.sky is not None:
        calls["sky"] = lambda: lit.sky.behind(picture, view.opacity[None], whole.directions, True)
    return calls


@torch.no_grad()
def main():
    """Print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", default="anywhere-small")
    parser.add_argument("--repeats", type=int, default=30)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model = load(options.weights, precision="auto")
    calls = parts(model, open_dataset("suburb:val", limit=1).world(0).tile())
    times = {name: [] for name in calls}
    for _ in range(options.repeats + 2):
        for name, call in calls.items():
            begun = time.process_time()
            call()
            times[name].append(1e3 * (time.process_time() - begun))
    print("| part | ms of a core |\n|---|---|")
    for name, found in times.items():
        print(f"| {name} | {min(found[2:]):.1f} |")


if __name__ == "__main__":
    main()

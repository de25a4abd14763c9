"""Flicker of the true pictures themselves, measured as a model's is: what no model has to stay under.

    python benchmarks/true_flicker.py --scenes 20

Leaves and cut edges change from frame to frame in any picture of pixels, however right its depth is.
"""

import argparse

import torch

from sat2density.data import open_dataset
from sat2density.data.images import from_bytes
from sat2density.engine.truth import TrueScene
from sat2density.engine.truth_cache import TruthCache
from sat2density.metrics import flicker
from sat2density.render.cameras import equirectangular_rays
from sat2density.scene_spec import Rules


def measure(truth):
    """Return the sums of one scene's walk."""
    spec = truth.spec
    cameras, depths = truth.walk()
    rays = equirectangular_rays(spec, Rules(), cameras)
    seen = [truth.world.panorama(camera, spec.panorama_size, spec.vertical_fov_deg) for camera in cameras]
    frames = torch.stack([from_bytes(view.image) for view in seen])
    places = rays.origins * spec.unit_m
    return flicker.flicker(frames, depths, places, rays.directions[0], spec.vertical_fov_deg)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="suburb:test")
    parser.add_argument("--scenes", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(1)
    dataset = open_dataset(options.data, limit=options.scenes)
    cache = TruthCache.of(dataset)
    total = count = 0.0
    for index in range(len(dataset)):
        change, pixels = measure(TrueScene(dataset, index, cache))
        total, count = total + change, count + pixels
        print(f"scene {index + 1}: {change / pixels:.2f}; all so far: {total / count:.2f}", flush=True)


if __name__ == "__main__":
    main()

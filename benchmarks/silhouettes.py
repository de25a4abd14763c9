"""What limits `structure.iou`: the volume, its grid, or what stands beyond the tile.

    python benchmarks/silhouettes.py WEIGHTS [--style suburb] [--scenes 20]

Structure above the horizon as in `evaluate` (512x128, from where the sample was taken), mean over
scenes of the `val` split, with parts of the model exchanged for the truth:

    as told          the weights' volume and skyline
    true beyond      the weights' volume; whatever stands beyond the tile known exactly
    true within      the true occupancy at the volume's resolution; the weights' skyline
    both true        the true occupancy, and what stands beyond: what the grid alone costs
"""

import argparse
import dataclasses

import numpy as np
import torch
from torch import Tensor

import sat2density as s2d
from sat2density.evaluation.metrics.geometry import hits_inside
from sat2density.render.cameras import equirectangular_rays
from sat2density.render.volume import render_rays
from sat2density.worlds import World, split_seeds

OPAQUE = 100.0
"""Density of a true cell, per unit: a ray ends within a few centimetres."""
ROWS = ("as told", "true beyond", "true within", "both true")


def true_density(world: World, layers: int, rows: int, top_m: float) -> Tensor:
    """Return the true occupancy as densities (1, Z, R, R) over the model's height."""
    own = round(layers * world.spec.max_height_m / top_m)
    cells = world.truth_maps(8, world.spec.extent_m, (own, rows)).occupancy
    filled = torch.zeros(1, layers, rows, rows)
    filled[0, :own] = OPAQUE * torch.from_numpy(cells.astype(np.float32))
    return filled


def opacity_of_skyline(model: s2d.Sat2Density, scene: s2d.Scene, rays) -> Tensor:
    """Return the opacity (H, W) of what the weights show behind an empty volume."""
    nothing = torch.zeros_like(scene.densities)
    seen = model.render_rays(nothing, scene.tiles, rays, features=scene.features)
    return seen.opacity[0, 0]


@torch.inference_mode()
def measured(model: s2d.Sat2Density, world: World) -> list[float]:
    """Return the structure IoU of each row for one scene."""
    camera = world.sample_camera
    view = world.panorama(camera, size=(512, 128))
    spec = dataclasses.replace(model.spec, panorama_size=(512, 128))
    rays = equirectangular_rays(spec, model.rules, camera)
    tile = torch.from_numpy(world.tile(model.spec.tile_size).copy()).permute(2, 0, 1) / 255
    scene = model.reconstruct(tile)
    _, layers, rows, _ = scene.densities.shape
    told = model.render_rays(scene.densities, scene.tiles, rays, features=scene.features)
    blank = torch.zeros(1, 3, 1, 1)
    alone = render_rays(scene.densities, blank, rays, spec, model.rules).opacity[0, 0]
    exact = true_density(world, layers, rows, spec.max_height_m)
    within = render_rays(exact, blank, rays, spec, model.rules).opacity[0, 0]
    skyline = opacity_of_skyline(model, scene, rays)
    upper = slice(0, 64)
    structure = ~torch.from_numpy(view.sky.astype(bool))[upper]
    depths = torch.from_numpy(view.depth_m.astype(np.float32))[None, None]
    inside = hits_inside(depths, rays.directions, rays.origins, spec.unit_m)[0, 0]
    beyond = structure & ~inside[upper]
    shown = {
        "as told": told.opacity[0, 0][upper] >= 0.5,
        "true beyond": (alone[upper] >= 0.5) | beyond,
        "true within": (1 - (1 - within) * (1 - skyline))[upper] >= 0.5,
        "both true": (within[upper] >= 0.5) | beyond,
    }
    return [float((shown[row] & structure).sum() / (shown[row] | structure).sum()) for row in ROWS]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights")
    parser.add_argument("--style", default="suburb")
    parser.add_argument("--scenes", type=int, default=20)
    options = parser.parse_args()
    model = s2d.load(options.weights)
    seeds = split_seeds(options.style, "val")
    table = [
        measured(model, World.generate(options.style, seeds[i])) for i in range(options.scenes)
    ]
    print(f"| structure IoU, {options.scenes} scenes of {options.style}:val | |\n|---|---|")
    for row, values in zip(ROWS, zip(*table, strict=True), strict=True):
        print(f"| {row} | {sum(values) / len(values):.3f} |")


if __name__ == "__main__":
    main()

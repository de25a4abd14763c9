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

import torch

from sat2density import load
from sat2density.data import open_dataset
from sat2density.evaluation.ground_truth import TrueScene
from sat2density.evaluation.metrics.geometry import hits_inside, sky_ious
from sat2density.render.cameras import equirectangular_rays
from sat2density.render.volume import render_rays

OPAQUE = 100.0
"""Density of a true cell, per unit: a ray ends within a few centimetres."""


def measured(model, truth):
    """Return the structure IoU of each row for one scene."""
    spec = dataclasses.replace(model.spec, panorama_size=truth.spec.panorama_size)
    rays = equirectangular_rays(spec, model.rules, truth.camera)
    scene = model.reconstruct(truth.sample.tile)
    blank, nothing = torch.zeros(1, 3, 1, 1), torch.zeros_like(scene.densities)
    _, layers, size, _ = scene.densities.shape
    exact = OPAQUE * truth.occupancy(layers, size, spec.max_height_m)[None].float()
    told = model.render_rays(scene.densities, scene.tiles, rays, features=scene.features).opacity
    skyline = model.render_rays(nothing, scene.tiles, rays, features=scene.features).opacity
    alone, within = (
        render_rays(density, blank, rays, spec, model.rules).opacity
        for density in (scene.densities, exact)
    )
    sky = truth.centre.sky[None]
    inside = hits_inside(truth.centre.depth_m[None], rays.directions, rays.origins, spec.unit_m)
    beyond = ((sky < 0.5) & ~inside).float()
    shown = {
        "as told": told,
        "true beyond": torch.maximum(alone, beyond),
        "true within": 1 - (1 - within) * (1 - skyline),
        "both true": torch.maximum(within, beyond),
    }
    return {row: float(sky_ious(opacity, sky)[1]) for row, opacity in shown.items()}


@torch.no_grad()
def main():
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights")
    parser.add_argument("--style", default="suburb")
    parser.add_argument("--scenes", type=int, default=20)
    options = parser.parse_args()
    model = load(options.weights)
    dataset = open_dataset(f"{options.style}:val", limit=options.scenes)
    table = [measured(model, TrueScene(dataset, index)) for index in range(len(dataset))]
    print(f"| structure IoU, {len(table)} scenes of {options.style}:val | |\n|---|---|")
    for row in table[0]:
        print(f"| {row} | {sum(values[row] for values in table) / len(table):.3f} |")


if __name__ == "__main__":
    main()

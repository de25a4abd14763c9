"""What the squared error of the pictures is made of: noise, light, and the rest.

    python benchmarks/psnr_parts.py suburb-small --scenes 100

Rows, each a mean over scenes (light from each truth's own sky, as `evaluate` takes it): the
picture; the picture without the noise of `render_net.NetworkOutput`; that with the mean colours of
sky, structure and ground put right, which is what knowing the light would bring; the truth's own
row means of the three regions, which know the light and each row, but no place; and the mean
panorama.
"""

import argparse

import torch

from sat2density.data import open_dataset
from sat2density.evaluation.evaluator import match
from sat2density.evaluation.ground_truth import TrueScene
from sat2density.evaluation.kept import truth_cache
from sat2density.evaluation.mean_baseline import MeanSource
from sat2density.evaluation.metrics.geometry import rows_above_horizon
from sat2density.loading import load
from sat2density.views import Camera


def regions(sky):
    """Return the masks (1, H, W) of sky, structure above the horizon, and what lies below it."""
    below = torch.zeros_like(sky)
    below[:, rows_above_horizon(sky.shape[-2]) :] = 1
    return [sky * (1 - below), (1 - sky) * (1 - below), below]


def recoloured(picture, truth, masks):
    """Shift each region's mean colour to the truth's."""
    shifted = picture
    for mask in masks:
        shift = ((truth - picture) * mask).sum((1, 2)) / mask.sum().clamp_min(1)
        shifted = shifted + mask * shift[:, None, None]
    return shifted.clamp(0, 1)


def row_means(truth, masks):
    """Show of every region only its mean colour in each row."""
    means = (
        (truth * mask).sum(2, keepdim=True) / mask.sum(2, keepdim=True).clamp_min(1) * mask
        for mask in masks
    )
    return sum(means)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights")
    parser.add_argument("--data", default="suburb:test")
    parser.add_argument("--scenes", type=int, default=100)
    options = parser.parse_args()
    model, dataset = load(options.weights), open_dataset(options.data, limit=options.scenes)
    match(model, dataset)
    cache, source, errors = truth_cache(dataset), MeanSource(dataset, 1), {}
    for index in range(len(dataset)):
        sample = TrueScene(dataset, index, cache).sample
        style = model.generator.style(sample.histogram(model.rules.histogram)[None])
        scene = model.reconstruct(sample.tile)
        with torch.no_grad():
            seen = model.render_panoramas(scene.shown.density, scene.tiles, [Camera()])
            output = model.network_output(seen, style).float()
        truth, masks = sample.panorama, regions(sample.sky)
        smooth = output.without_noise()[0]
        shown = {"picture": output.image()[0], "without its noise": smooth}
        shown["and the light put right"] = recoloured(smooth, truth, masks)
        shown |= {"the truth's own row means": row_means(truth, masks)}
        shown["mean panorama"] = source.means(sample).panorama
        for name, picture in shown.items():
            errors.setdefault(name, []).append((picture - truth).square().mean())
    print("| | mean squared error | PSNR |\n|---|---|---|")
    for name, values in errors.items():
        each = torch.stack(values)
        print(f"| {name} | {each.mean():.4f} | {(-10 * each.log10()).mean():.2f} dB |")


if __name__ == "__main__":
    main()

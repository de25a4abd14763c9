"""Measure the sky estimator: intersection over union with true masks, and the time a picture takes.

    python benchmarks/sky.py [--pairs FOLDER] [--first-seed 100] [--count 12]

The real pairs (../shared/realpairs beside the checkout, where it is) have masks by a segmentation
network; the procedural world's masks are exact. Prints one line per source.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from sat2density.data import Suburb
from sat2density.images import read_image, read_mask
from sat2density.light.sky_estimator import estimate_sky
from sat2density.worlds import STYLES

PAIRS = Path(__file__).resolve().parents[2] / "shared" / "realpairs"


def real_pairs(folder: Path) -> Iterator[tuple[Tensor, Tensor]]:
    for pair in sorted(folder.glob("*/pano.png")):
        yield read_image(pair), read_mask(pair.with_name("sky.png"))


def scenes(style: str, seeds: range) -> Iterator[tuple[Tensor, Tensor]]:
    for sample in Suburb(style=style, seeds=list(seeds), truth=False).samples():
        yield sample.panorama, sample.sky


def measure(name: str, pictures: Iterator[tuple[Tensor, Tensor]]) -> None:
    scores, seconds = [], []
    for image, sky in pictures:
        start = time.perf_counter()
        estimate = estimate_sky(image) > 0.5
        seconds.append(time.perf_counter() - start)
        union = torch.sum(estimate | (sky > 0.5))
        scores.append(float(torch.sum(estimate & (sky > 0.5)) / union) if union else 1.0)
    print(
        f"{name}: {len(scores)} pictures, IoU mean {statistics.mean(scores):.3f}, least "
        f"{min(scores):.3f} "
        f"({' '.join(f'{score:.3f}' for score in scores)}); median "
        f"{statistics.median(seconds):.3f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    parser.add_argument("--first-seed", type=int, default=100)
    parser.add_argument("--count", type=int, default=12)
    options = parser.parse_args()
    if options.pairs.is_dir():
        measure("real pairs", real_pairs(options.pairs))
    for style in STYLES:
        measure(style, scenes(style, range(options.first_seed, options.first_seed + options.count)))


if __name__ == "__main__":
    main()

"""How well weights see the heights of a real place, beside flat ground.

    python benchmarks/real_heights.py [FOLDER] [--weights anywhere-small ...] [--json FILE]

FOLDER (default: ../shared/realheights) holds a picture `rgb.tif` and true heights above the ground
`heights.tif`, metres, on the same grid; or subfolders that do, one a place. Of each the middle as
wide as the weights' tiles is taken. Measured over its pixels, at the truth's resolution: mean
absolute error, root mean squared error, the share within 1 m and 2.5 m, and the error in percent of
flat ground's. With several places the last rows pool their pixels.
"""

import argparse
import dataclasses
import json
import sys
from pathlib import Path

import numpy as np
import rasterio
import torch
import torch.nn.functional as F

from sat2density.errors import Sat2DensityError
from sat2density.loading import load

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "realheights"
FLAT = "flat ground"
COLUMNS = ("place", "predictor", "MAE m", "RMSE m", "within 1 m", "within 2.5 m", "MAE of flat")


@dataclasses.dataclass(frozen=True)
class Place:
    """A real place: picture (3, H, W) in [0, 1], heights (H, W) in metres, metres per pixel."""

    name: str
    picture: torch.Tensor
    heights_m: torch.Tensor
    pixel_m: float

    def middle(self, extent_m):
        """Return picture and heights of the middle square so many metres wide."""
        side = round(extent_m / self.pixel_m)
        rows, columns = self.heights_m.shape
        if side > min(rows, columns):
            raise SystemExit(
                f"{self.name}: is {min(rows, columns) * self.pixel_m:g} m wide, the weights see "
                f"{extent_m:g} m"
            )
        top, left = (rows - side) // 2, (columns - side) // 2
        cut = (slice(top, top + side), slice(left, left + side))
        return self.picture[:, *cut], self.heights_m[cut]


def places(folder):
    """Return the places of a folder, by name."""
    folders = [folder] if (folder / "rgb.tif").is_file() else sorted(folder.glob("*/"))
    found = [read(path) for path in folders if (path / "rgb.tif").is_file()]
    if not found:
        raise SystemExit(f"{folder}: holds no rgb.tif, and no folder that does")
    return found


def read(folder):
    """Read a place; its picture and its heights must lie on one grid."""
    with rasterio.open(folder / "rgb.tif") as rgb, rasterio.open(folder / "heights.tif") as heights:
        if (rgb.shape, rgb.transform) != (heights.shape, heights.transform):
            raise SystemExit(f"{folder}: rgb.tif and heights.tif lie on different grids")
        picture = torch.from_numpy(rgb.read((1, 2, 3)).astype(np.float32) / 255)
        metres = torch.from_numpy(heights.read(1).astype(np.float32))
        return Place(folder.name, picture, metres, abs(rgb.transform.a))


def predicted(model, picture, side):
    """Return heights in metres (side, side) of a tile (3, n, n)."""
    heights = model.reconstruct(picture).heights().float().cpu()
    scaled = F.interpolate(heights[None, None], (side, side), mode="bilinear", align_corners=False)
    return scaled[0, 0]


def measures(errors, flat):
    """Return the measures of pixels' errors; flat ground's errors on the same pixels beside
    them.
    """
    size = errors.double().abs()
    return {
        "mae_m": float(size.mean()),
        "rmse_m": float(size.square().mean().sqrt()),
        "within_1": float((size <= 1).double().mean()),
        "within_2.5": float((size <= 2.5).double().mean()),
        "mae_of_flat": float(size.mean() / flat.double().abs().mean()),
    }


def measure(folder, weights):
    """Return the measures by place and predictor."""
    found, errors = places(folder), {}
    for name in weights:
        model = load(name, device="cpu")
        for place in found:
            picture, true = place.middle(model.spec.extent_m)
            known = ~true.isnan()
            ours = predicted(model, picture, true.shape[-1])
            errors[place.name, name] = ((ours - true)[known], -true[known])
    if len(found) > 1:
        for name in weights:
            pairs = [errors[place.name, name] for place in found]
            errors["all", name] = tuple(torch.cat(part) for part in zip(*pairs, strict=True))
    table = {}
    for (place, name), (ours, flat) in errors.items():
        rows = table.setdefault(place, {})
        rows.setdefault(FLAT, measures(flat, flat))
        rows[name] = measures(ours, flat)
    return table


def show(table):
    """Print one line a place and predictor."""
    print("| " + " | ".join(COLUMNS) + " |")
    print("|---" * len(COLUMNS) + "|")
    for place, rows in table.items():
        for name, row in rows.items():
            print(
                f"| {place} | {name} | {row['mae_m']:.2f} | {row['rmse_m']:.2f} "
                f"| {100 * row['within_1']:.0f} % | {100 * row['within_2.5']:.0f} % "
                f"| {100 * row['mae_of_flat']:.0f} % |"
            )


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--weights", nargs="+", default=["anywhere-small"], help="names or files")
    parser.add_argument("--json", type=Path, help="also write the table for other programs")
    options = parser.parse_args(arguments)
    try:
        table = measure(options.folder, options.weights)
    except Sat2DensityError as error:
        sys.exit(str(error))
    show(table)
    if options.json is not None:
        options.json.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

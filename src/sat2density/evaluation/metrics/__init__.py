"""Measures of a prediction: small pure functions, the registry of their names, and `Tally`, which
averages them.

A metric's exact definition stands in the docstring of its function; `METRICS` says how its parts
become one number.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, Literal

from sat2density.errors import unknown_name
from sat2density.evaluation.metrics.classes import MEASURED as CLASSES_MEASURED
from sat2density.evaluation.metrics.features import FRECHET, LITE0, frechet
from sat2density.evaluation.metrics.geometry import BORDER_M, HEIGHT_STEPS_M, NEAR_RADIUS_M

Better = Literal["higher", "lower", "one"]
Finish = Literal["mean", "root", "frechet"]


@dataclasses.dataclass(frozen=True)
class Metric:
    """How one number comes about.

    Attributes:
        unit: of the number ("dB", "m", "" for a share).
        better: which way is better; "one": nearest to 1.
        text: the definition in one line; the function's docstring has the whole of it.
        finish: "mean" = total / count, "root" = its square root (pooled squares), "frechet" = of
            the vectors of all pictures (`features.frechet`).

    """

    unit: str
    better: Better
    text: str
    finish: Finish = "mean"


def _image_metrics(prefix: str, place: str) -> dict[str, Metric]:
    return {
        f"{prefix}.psnr": Metric(
            "dB", "higher", f"-10 log10(mean squared difference), {place}, mean over pictures"
        ),
        f"{prefix}.ssim": Metric(
            "", "higher", f"SSIM, 11x11 Gaussian of sigma 1.5, {place}, mean over pictures"
        ),
        f"{prefix}.rmse": Metric(
            "", "lower", f"root mean squared difference on 0..255, {place}, mean over pictures"
        ),
    }


def _depth_metrics(prefix: str) -> dict[str, Metric]:
    return {
        f"{prefix}.{name}{suffix}": Metric(
            "",
            "lower" if name == "absrel" else "higher",
            f"{text}{where}, true hits inside the tile, pooled",
        )
        for name, text in (
            ("absrel", "|p - t| / t of the radial depth"),
            ("within_1.25", "share with p/t within 1.25x"),
        )
        for suffix, where in (
            ("", ""),
            ("_above", " above the horizon"),
            ("_below", " below the horizon"),
        )
    }


def _height_metrics() -> dict[str, Metric]:
    metrics: dict[str, Metric] = {}
    for suffix, where in (
        ("", "all"),
        *((f"_{name}", name) for name in ("ground", "building", "tree")),
    ):
        pixels = f"pooled over {where} pixels"
        metrics |= {
            f"heights.rmse{suffix}": Metric(
                "m", "lower", f"root mean squared error, {pixels}", "root"
            ),
            f"heights.mae{suffix}": Metric("m", "lower", f"mean absolute error, {pixels}"),
            f"heights.bias{suffix}": Metric("m", "lower", f"mean of prediction - truth, {pixels}"),
        }
        for step in HEIGHT_STEPS_M:
            within = Metric("", "higher", f"share wrong by at most {step:g} m, {pixels}")
            metrics[f"heights.within_{step:g}{suffix}"] = within
    places = {
        "10m": f"within {NEAR_RADIUS_M:g} m of the tile's middle",
        "border": f"in the outermost {BORDER_M:g} m of the tile",
        "inside": f"further than {BORDER_M:g} m from the tile's border",
    }
    for name, place in places.items():
        text = f"root mean squared error {place}"
        metrics[f"heights.rmse_{name}"] = Metric("m", "lower", text, "root")
    return metrics


def _class_metrics(prefix: str, place: str) -> dict[str, Metric]:
    right = f"share of pixels whose class is right, {place}, pooled"
    return {f"{prefix}.accuracy": Metric("", "higher", right)} | {
        f"{prefix}.iou_{name}": Metric("", "higher", f"IoU of {name}, {place}, pooled")
        for name in CLASSES_MEASURED
    }


OFF_CENTRE_M = (2, 5, 10)
"""Distances of the views off the centre, along the road, metres."""


def _plan_metrics() -> dict[str, Metric]:
    f1 = "2 found / (2 found + missed + invented) of"
    return {
        "plan.buildings_f1": Metric("", "higher", f"{f1} footprints at IoU 0.5, pooled"),
        "plan.buildings_iou": Metric("", "higher", "mean IoU of the footprints found"),
        "plan.eaves_m": Metric("m", "lower", "mean absolute error of their eaves"),
        "plan.roof_form": Metric("", "higher", "share of them whose roof's form is right"),
        "plan.trees_f1": Metric("", "higher", f"{f1} trees within 2 m, pooled"),
        "plan.radius_m": Metric("m", "lower", "mean absolute error of their crowns' radius"),
        "plan.height_m": Metric("m", "lower", "mean absolute error of their height"),
        "plan.vehicles_f1": Metric("", "higher", f"{f1} vehicles within 2 m, pooled"),
        "plan.heading_deg": Metric(
            "degrees", "lower", "mean absolute error of their heading, up to half a turn"
        ),
    }


METRICS: dict[str, Metric] = {
    **_plan_metrics(),
    **_image_metrics("image", "at the centre"),
    "image.sd": Metric(
        "dB", "higher", "sharpness difference, the released formula, mean over pictures"
    ),
    "image.lpips_alex": Metric("", "lower", "LPIPS with AlexNet on [-1, 1], mean over pictures"),
    "image.lpips_squeeze": Metric(
        "", "lower", "LPIPS with SqueezeNet on [-1, 1], mean over pictures"
    ),
    LITE0: Metric("", "lower", "distance in features of EfficientNet-Lite0, mean over pictures"),
    FRECHET: Metric(
        "", "lower", "Frechet distance of all pictures' mean features (Lite0)", "frechet"
    ),
    "image.sharpness": Metric(
        "", "one", "predicted / true squared luminance gradient on structure pixels, pooled"
    ),
    "sky.iou": Metric("", "higher", "IoU of opacity < 0.5 with the sky mask, mean over pictures"),
    "structure.iou": Metric(
        "", "higher", "IoU of what is not sky above the horizon, mean over pictures"
    ),
    **_depth_metrics("depth"),
    **_height_metrics(),
    "occupancy.iou": Metric(
        "", "higher", "IoU of cells that stop half the light with the true cells, mean over scenes"
    ),
    **_class_metrics("classes", "seen from above"),
    **_class_metrics("street", "seen from the street, true hits inside the tile"),
    "things.f1_building": Metric(
        "", "higher", "F1 of buildings seen from above, patches of IoU 0.5, pooled"
    ),
    "things.f1_tree": Metric("", "higher", "F1 of trees seen from above, within 2 m, pooled"),
    **{
        key: metric
        for metres in OFF_CENTRE_M
        for key, metric in (
            *_image_metrics(f"view{metres}m", f"{metres} m off the centre").items(),
            *_depth_metrics(f"view{metres}m.depth").items(),
        )
    },
    "seconds.frame": Metric(
        "s", "lower", "one camera position of a scene, rays and picture, median of 15"
    ),
    "seconds.frame_half": Metric(
        "s", "lower", "the same with half the rows and columns of the weights' own panorama"
    ),
    "flicker": Metric(
        "", "lower", "|change| of a surface between frames 0.5 m apart, 0..255, pooled over 10 m"
    ),
}
"""Every number of the evaluation's table, by its flat key in the JSON."""


class Tally:
    """Totals and counts by metric; `result` makes the numbers."""

    def __init__(self) -> None:
        self._sums: dict[str, tuple[float, float]] = {}
        self._vectors: dict[str, list[tuple[list[float], list[float]]]] = {}

    def add(self, name: str, total: float, count: float) -> None:
        """Add a partial sum; NaN totals are left out with their count. Unknown names are an
        error.

        Args:
            name: a metric (`METRICS`).
            total: sum of its values.
            count: how many they are.

        """
        if name not in METRICS:
            raise unknown_name("metric", name, METRICS)
        if math.isnan(total):
            return
        before = self._sums.get(name, (0.0, 0.0))
        self._sums[name] = (before[0] + total, before[1] + count)

    def vectors(self, name: str) -> int:
        """Return of how many pictures there are vectors.

        Args:
            name: a metric that is made of them.

        """
        return len(self._vectors.get(name, ()))

    def add_sums(self, sums: Mapping[str, tuple[Any, Any]], prefix: str = "") -> None:
        """Add several partial sums; `prefix` is put before every name.

        Args:
            sums: total and count by name; our vector and the true one where a metric is made of
                vectors.
            prefix: stands before every name.

        """
        for name, (total, count) in sums.items():
            if isinstance(total, list):
                self._vectors.setdefault(prefix + name, []).append((total, count))
            else:
                self.add(prefix + name, total, count)

    def result(self) -> dict[str, float | None]:
        """Every metric of the registry: its number, or None where nothing was measured."""
        return {name: self._finish(name, metric) for name, metric in METRICS.items()}

    def _finish(self, name: str, metric: Metric) -> float | None:
        if metric.finish == "frechet":
            pairs = self._vectors.get(name)
            return None if not pairs else frechet(*zip(*pairs, strict=True))
        total, count = self._sums.get(name, (0.0, 0.0))
        if count == 0:
            return None
        return math.sqrt(total / count) if metric.finish == "root" else total / count

"""What is kept of evaluations on disk, and the code on which it depends.

`tests/evaluation/test_kept.py` follows the imports of these modules and fails where one that makes
numbers is missing here.
"""

from __future__ import annotations

import functools
from pathlib import Path
from types import ModuleType
from typing import Final

from sat2density import conventions, images, lite0, perceptual, render, scene_spec, views
from sat2density.code_digest import code_digest
from sat2density.data.paired import PairedDataset
from sat2density.evaluation import (
    baselines,
    ground_truth,
    mean_baseline,
    means,
    metrics,
    scene_measures,
)
from sat2density.evaluation.ground_truth_cache import TruthCache, digest
from sat2density.weights import cache_folder

FORMAT: Final = 2
"""Changes when what is kept changes its form."""

MEASURING_CODE: Final[tuple[ModuleType, ...]] = (
    baselines,
    conventions,
    ground_truth,
    images,
    lite0,
    mean_baseline,
    means,
    metrics,
    perceptual,
    render,
    scene_measures,
    scene_spec,
    views,
)
"""The code that makes the trivial predictors' numbers of what is true."""


def truth_cache(dataset: PairedDataset) -> TruthCache:
    """Return where the parts of a data set's scenes are kept.

    Args:
        dataset: its samples' sizes, and what they are made by, are part of the folder's name.

    Returns:
        The cache; one that keeps nothing for data that lies in files itself.

    """
    made_by = dataset.made_by()
    if made_by is None:
        return TruthCache(None)
    key = digest(FORMAT, made_by, dataset.spec.to_dict(), code_digest((ground_truth, views)))
    name = dataset.label.partition(":")[0]
    return TruthCache(Path(cache_folder()) / "truth" / f"{name}-{key}")


@functools.cache
def measuring_digest() -> str:
    """Stand for the code that measures: numbers measured by other code are not taken from the
    cache.
    """
    return code_digest(MEASURING_CODE)

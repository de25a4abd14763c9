"""Pictures, light, and data sets of satellite tiles with the panoramas taken in their middle."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sat2density.data.cvact import CVACT
    from sat2density.data.cvusa import CVUSA
    from sat2density.data.opening import open_dataset
    from sat2density.data.paired import PairedDataset
    from sat2density.data.pairs import Pairs
    from sat2density.data.sample import Sample, collate
    from sat2density.data.suburb import Suburb

__all__ = ["CVACT", "CVUSA", "PairedDataset", "Pairs", "Sample", "Suburb", "collate", "open_dataset"]

# At first use: whoever wants a picture or a light alone does not wait for the data sets.
_LAZY = {
    "CVACT": "cvact",
    "CVUSA": "cvusa",
    "PairedDataset": "paired",
    "Pairs": "pairs",
    "Sample": "sample",
    "Suburb": "suburb",
    "collate": "sample",
    "open_dataset": "opening",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'sat2density.data' has no attribute '{name}'")
    value = getattr(importlib.import_module(f"sat2density.data.{_LAZY[name]}"), name)
    globals()[name] = value
    return value

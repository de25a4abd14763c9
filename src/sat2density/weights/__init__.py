"""Files of weights: the released format, our own, names and downloads. What needs torch is imported
on use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sat2density.caches import cache_folder
from sat2density.weights.names import (
    DEFAULT,
    FETCHABLE,
    KNOWN,
    KnownWeights,
    default_weights,
    packaged_folder,
    weights_ship,
)

if TYPE_CHECKING:
    from sat2density.weights.fetching import fetch
    from sat2density.weights.loaded import LoadedWeights
    from sat2density.weights.opening import open_weights
    from sat2density.weights.own import save_weights

_LATER = {
    "open_weights": "opening",
    "save_weights": "own",
    "LoadedWeights": "loaded",
    "fetch": "fetching",
}

__all__ = [
    "DEFAULT",
    "FETCHABLE",
    "KNOWN",
    "KnownWeights",
    "LoadedWeights",
    "cache_folder",
    "default_weights",
    "fetch",
    "open_weights",
    "packaged_folder",
    "save_weights",
    "weights_ship",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'sat2density.weights' has no attribute '{name}'")
    return getattr(import_module(f"sat2density.weights.{_LATER[name]}"), name)

"""Released checkpoints as other programs hand them on: unwrapped, and each step told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sat2density.errors import WeightsError
from sat2density.notices import notice

WRAPPERS: Final = ("module", "_orig_mod")
"""What torch puts into names: of networks spread over several GPUs, and of compiled ones."""

PARTS: Final = ("netG", "netD")
_KNOWN: Final = (*PARTS, "epoch")
_SHOWN: Final = 5


def unwrapped(values: Any, source: str) -> dict[str, Any]:
    """Return a checkpoint's netG, netD (where there is one) and epoch, under the names they had
    before torch wrapped the networks.

    Each of these is told in a notice: a generator alone, no discriminator, wrapped names, things
    that are left aside.

    Args:
        values: what the file holds.
        source: names the file in messages.

    Raises:
        WeightsError: there is no generator in it.

    """
    if isinstance(values, Mapping) and "netG" not in values and _is_generator(values):
        values = {"netG": values}
    if not isinstance(values, Mapping) or values.get("netG") is None:
        raise WeightsError(
            f"{source}: missing key 'netG'; a released checkpoint is a dictionary of epoch, netG, "
            f"netD"
        )
    others = [str(name) for name in values if name not in _KNOWN]
    if others:
        more = ", ..." if len(others) > _SHOWN else ""
        notice(f"{source}: holds {', '.join(others[:_SHOWN])}{more} beside netG: left aside")
    kept = {name: values[name] for name in _KNOWN if values.get(name) is not None}
    if "netD" not in kept:
        notice(f"{source}: holds no discriminator; only further training would use one")
    for part in PARTS:
        if isinstance(kept.get(part), Mapping):
            kept[part] = _without_wrappers(kept[part], f"{source}: {part}")
    return kept


def _is_generator(values: Mapping[Any, Any]) -> bool:
    return any(isinstance(key, str) and _bare(key).startswith("depth_model.") for key in values)


def _bare(key: str) -> str:
    return ".".join(part for part in key.split(".") if part not in WRAPPERS)


def _without_wrappers(state: Mapping[Any, Any], source: str) -> dict[Any, Any]:
    bare = {_bare(key) if isinstance(key, str) else key: value for key, value in state.items()}
    if len(bare) < len(state):
        raise WeightsError(f"{source} holds the same layers twice, wrapped and unwrapped")
    if list(bare) != list(state):
        notice(f"{source} was wrapped ('module.', '_orig_mod.' in its names): unwrapped")
    return bare

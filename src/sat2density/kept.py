"""What is made of tensors and serves as long as they live: a scene's pictures share it."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from torch import Tensor

Made = TypeVar("Made")

_Known = dict[Hashable, tuple[list[int], list[Tensor], Any]]
"""By name: the versions of all the tensors, those after the first, what was made."""

_KEPT: dict[int, tuple[weakref.ref[Tensor], _Known]] = {}
"""By the first tensor's id."""


def made_of(tensors: list[Tensor], name: Hashable, make: Callable[[], Made]) -> Made:
    """Return what `make` returns, made once as long as all the tensors are the same and unchanged.

    It is freed with the first of them. Tensors of torch's inference mode do not say whether they
    were changed: what is made of them is made every time.

    Args:
        tensors: what it depends on.
        name: says what is made; another one with every other thing that it depends on.
        make: is called where it was not made before.

    """
    if any(tensor.is_inference() for tensor in tensors):
        return make()
    first, *others = tensors
    versions = [tensor._version for tensor in tensors]
    known = _of(first)
    if name in known:
        then, same, made = known[name]
        if then == versions and all(a is b for a, b in zip(same, others, strict=True)):
            return cast(Made, made)
    made = make()
    known[name] = versions, others, made
    return made


def _of(tensor: Tensor) -> _Known:
    number = id(tensor)
    entry = _KEPT.get(number)
    if entry is None or entry[0]() is not tensor:
        # Ids are given anew, so an entry says whose it is and goes with it.
        entry = weakref.ref(tensor, lambda _: _KEPT.pop(number, None)), {}
        _KEPT[number] = entry
    return entry[1]

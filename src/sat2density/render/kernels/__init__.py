"""The rendering operation: one documented function, `march`, over a reference and its fast twins.

    reference   plain torch, any device and dtype, differentiable in everything (`reference`)
    numba       compiled loops on the CPU, sixteen rays at a time (`numba_march`)
    triton      kernels on CUDA (`triton_march`)

numba and triton are imported when they are first used.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from sat2density.errors import InputError, unknown_name
from sat2density.machine_code import tell_compiling
from sat2density.render.kernels import reference
from sat2density.render.kernels.settings import March, check_finite, check_shapes

__all__ = ["IMPLS", "March", "available_impls", "choose_impl", "explain_choice", "march"]

IMPLS = ("reference", "numba", "triton")

COMPILING_S: Final = 40
"""About how long numba compiles on a core of today."""


def march(
    density: Tensor,
    tile: Tensor,
    origins: Tensor,
    directions: Tensor,
    settings: March,
    *,
    jitter: Tensor | None = None,
    impl: str = "auto",
) -> Tensor:
    """March rays through a density volume coloured by its tile, and composite what they meet
    (method, section 3).

    Batches may be 1 in any tensor, which then serves the whole batch B.

    Args:
        density: (B, Z, R, C) = [up, south, east], per unit, float32, bfloat16, float16 or
            (reference) float64; spans y in [-1, settings.top] and [-1, 1] horizontally.
        tile: (B, C, h, w) colours, or anything else that is seen: any C >= 1 of finite values; h x
            w need not be R x C.
        origins: (B, 3), or (B, H, W, 3) where every ray has its own; units.
        directions: (B, H, W, 3), unit length.
        settings: step, heights, the ground's rule, the fast twins' threshold.
        jitter: None or (B, H, W) in [-1/2, 1/2): moves the ends of a ray's steps by that part of a
            step.
        impl: "auto" takes `choose_impl(device)` (the reference for float64); or one of `IMPLS`.

    Returns:
        (B, C + 2, H, W) float32 (float64 where the density is): the composited colours, opacity,
        depth in units as composited. Differentiable in density and tile; the reference in
        everything.

    Raises:
        ShapeError: shapes or types do not fit; they are printed side by side.
        InputError: NaN or infinity in density or tile; an unknown `impl`, or one that cannot run
            here, with the reason. (Inside `torch.compile` the reference leaves out the search for
            NaN, which would end the graph.)

    Example: an empty volume over the plane: a ray that falls 1 unit in 4 from 0.2 above the floor
    ends 0.8 away:
        opacity 1, depth 0.8, colour of the tile there.

    """
    check_shapes(density, tile, origins, directions, jitter)
    density, tile = _unexpanded(density), _unexpanded(tile)
    if impl == "auto":
        impl = "reference" if density.dtype == torch.float64 else choose_impl(density.device)
    else:
        _check_impl(impl, density)
    if impl == "reference":
        if not torch.compiler.is_compiling():
            check_finite(density, tile)
        return reference.march(density, tile, origins, directions, jitter, settings)
    from sat2density.render.kernels import operation

    if impl == "numba" and not torch.compiler.is_compiling():
        tell_compiling(Path(__file__).parent, "numba_*.py", COMPILING_S)
    return operation.run(density, tile, origins, directions, jitter, settings, impl)


def _unexpanded(tensor: Tensor) -> Tensor:
    """Undo an `expand` over the batch: the fast twins then read one volume for all cameras, without
    copies.
    """
    return tensor[:1] if tensor.shape[0] > 1 and tensor.stride(0) == 0 else tensor


def available_impls() -> tuple[str, ...]:
    """Return the implementations that can run on this machine, on any of its devices."""
    return tuple(name for name in IMPLS if _hindrance(name) is None)


def choose_impl(device: torch.device | str) -> str:
    """Return what "auto" takes on a device: triton on CUDA, numba on the CPU, the reference where
    they are missing.

    Args:
        device: "cpu", "cuda", or any other that torch knows.

    """
    kind = torch.device(device).type
    wanted = {"cuda": "triton", "cpu": "numba"}.get(kind, "reference")
    return wanted if _hindrance(wanted) is None else "reference"


def explain_choice(device: torch.device | str) -> str:
    """Say in one sentence what "auto" takes on a device, and why.

    Args:
        device: "cpu", "cuda", or any other that torch knows.

    """
    kind, chosen = torch.device(device).type, choose_impl(device)
    wanted = {"cuda": "triton", "cpu": "numba"}.get(kind)
    if wanted is None:
        return f"reference: no fast kernels for {kind}"
    if chosen == wanted:
        return f"{chosen}: fast kernels for {kind}"
    return f"reference: {wanted} is not available ({_hindrance(wanted)})"


def _hindrance(impl: str) -> str | None:
    """Return why an implementation cannot run on this machine, None where it can."""
    if impl == "reference":
        return None
    if importlib.util.find_spec(impl) is None:
        return f"the package {impl} is not installed"
    if impl == "triton" and not torch.cuda.is_available():
        return "no CUDA device"
    return None


def _check_impl(impl: str, density: Tensor) -> None:
    """Refuse an implementation that is unknown, missing, or made for another device or type than
    the tensors'.
    """
    if impl not in IMPLS:
        raise unknown_name("impl", impl, ("auto", *IMPLS))
    why = _hindrance(impl)
    device = {"numba": "cpu", "triton": "cuda"}.get(impl)
    if why is None and device is not None and density.device.type != device:
        why = f"it works on {device} tensors, these are on {density.device}"
    if why is None and impl != "reference" and density.dtype == torch.float64:
        why = "it works in float32, the density is float64"
    if why is not None:
        raise InputError(f"impl '{impl}' cannot be used: {why}; take 'auto' or 'reference'")

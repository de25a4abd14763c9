"""The CPU twin: hands pieces of the work to compiled loops, in as many threads as torch is set to
use.

The threads are a plain pool of Python threads, one pool per process (compiled loops release the
interpreter's lock): numba's own threading would break in a process forked after its first use,
which is how data loaders start. A picture's strips are independent forward; backward, the strips
are split into a number of parts that depends on the batch alone, each with its own copy of the
volume's gradient, added up in a fixed order: any number of threads gives the same bits. What
surrounds the loops is numpy: torch's own threads, woken for small arrays, cost more than they give.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sat2density.kept import made_of
from sat2density.render.kernels.numba_backward import march_backward, new_tape
from sat2density.render.kernels.numba_features import new_scratch
from sat2density.render.kernels.numba_forward import march_forward
from sat2density.render.kernels.numba_lanes import LANES
from sat2density.render.kernels.numba_layout import lay_out, new_layout
from sat2density.render.kernels.numba_occupancy import empty_blocks, mark_occupied
from sat2density.render.kernels.numba_reading import Bundle, Numbers, Volume
from sat2density.render.kernels.settings import March, batch_of, not_finite

PARTS = 4
"""Parts into which the backward pass of a single volume is split (fewer each in a batch): copies of
its gradient.
"""

STRIPS_PER_THREAD = 4
"""Pieces of the forward pass per thread: evens out pictures with an empty side."""

_POOLS: dict[tuple[int, int], ThreadPoolExecutor] = {}

_Job = tuple[Callable[..., Any], tuple[Any, ...]]
_Targets = list[np.ndarray[Any, Any]]
"""Gradients that are added to: the densities'; where they are wanted, the padded tiles' (three
colours) and those of further colours (`numba_reading.Volume`).
"""
FIRST = 3
"""Colours that the loops keep in registers; a tile with fewer gets zeros."""


def forward(
    density: Tensor,
    tile: Tensor,
    origins: Tensor,
    directions: Tensor,
    jitter: Tensor | None,
    settings: March,
) -> Tensor:
    """March rays on the CPU; arguments and result are those of `kernels.march`."""
    numbers = _numbers(settings)
    volumes = _kept_volumes(density, tile, numbers, settings)
    rays = _bundles(origins, directions, jitter)
    batch, (height, width) = batch_of(density, tile, origins, directions), directions.shape[1:3]
    size = _padded(height * width)
    colours = tile.shape[1]
    out = torch.empty(batch, max(colours, FIRST) + 2, size)
    results = out.numpy()
    count = _strips(width)
    pieces = _pieces(
        count, 1 if torch.get_num_threads() == 1 else STRIPS_PER_THREAD * torch.get_num_threads()
    )
    _run(
        [
            (
                march_forward,
                (
                    _pick(volumes, b),
                    numbers,
                    _pick(rays, b),
                    results[b].reshape(-1),
                    new_scratch(_pick(volumes, b)),
                    (first, last, count),
                ),
            )
            for b in range(batch)
            for first, last in pieces
        ]
    )
    if colours < FIRST:
        out = torch.cat((out[:, :colours], out[:, FIRST:]), 1)
    return out[:, :, : height * width].reshape(batch, colours + 2, height, width)


def backward(
    gradient: Tensor,
    density: Tensor,
    tile: Tensor,
    origins: Tensor,
    directions: Tensor,
    jitter: Tensor | None,
    settings: March,
    tile_wanted: bool,
) -> tuple[Tensor, Tensor | None]:
    """Return the gradients to density and, where wanted, to the tile, from the result's gradient
    (B, C + 2, H, W).
    """
    numbers = _numbers(settings)
    volumes = _volumes(density, tile, numbers)
    rays = _bundles(origins, directions, jitter)
    batch, count = batch_of(density, tile, origins, directions), _strips(directions.shape[2])
    incoming = _planar(_with_three(gradient, tile).flatten(2), rays[0].directions.size // 3)
    totals = [np.zeros(density.shape, np.float32)]
    if tile_wanted:
        totals.extend(np.zeros(part.shape, np.float32) for part in _layouts(tile))
    # Pictures that share a volume, or a tile whose gradient is wanted, are one group; each group
    # has its own targets.
    shared = density.shape[0] == 1 or (tile_wanted and tile.shape[0] == 1)
    groups = [range(batch)] if shared else [range(b, b + 1) for b in range(batch)]
    copies = max(1, PARTS // max(len(groups), density.shape[0]))
    jobs: list[_Job] = []
    extra: list[tuple[_Targets, _Targets]] = []
    for group in groups:
        mine = [_part_of(total, group) for total in totals]
        for number, (first, last) in enumerate(_pieces(count, copies)):
            targets = mine if number == 0 else [np.zeros(total.shape, np.float32) for total in mine]
            if number:
                extra.append((mine, targets))
            jobs.append(
                (
                    _march_group,
                    (volumes, numbers, rays, incoming, targets, group, (first, last, count)),
                )
            )
    _run(jobs)
    for mine, targets in extra:  # in order, one part after the other: sums of floats depend on it
        for total, part in zip(mine, targets, strict=True):
            total, part = total.reshape(-1), part.reshape(-1)
            cuts = _pieces(total.size, torch.get_num_threads())
            _run([(np.add, (total[a:b], part[a:b], total[a:b])) for a, b in cuts])
    pixels = _pixels(totals[1], totals[2], tile.shape[1]).to(tile.dtype) if tile_wanted else None
    return torch.from_numpy(totals[0]).to(density.dtype), pixels


def _march_group(
    volumes: list[Volume],
    numbers: Numbers,
    rays: list[Bundle],
    incoming: np.ndarray[Any, Any],
    targets: _Targets,
    group: range,
    strips: tuple[int, int, int],
) -> None:
    """March some strips of every picture of a group backward, one picture after the other, into the
    group's targets.
    """
    nothing = np.zeros(1, np.float32)
    for number, b in enumerate(group):
        arrays = [_pick(target, number).reshape(-1) for target in targets]
        targets_of_all = arrays if len(arrays) == 3 else (arrays[0], nothing, nothing)
        gradient = incoming[b].reshape(-1)
        volume = _pick(volumes, b)
        room = (new_scratch(volume), new_tape(numbers.samples))
        march_backward(volume, numbers, _pick(rays, b), gradient, *targets_of_all, room, strips)


def _part_of(array: np.ndarray[Any, Any], group: range) -> np.ndarray[Any, Any]:
    return array if len(array) == 1 else array[group.start : group.stop]


def _pick(things: Sequence[Any] | np.ndarray[Any, Any], index: int) -> Any:
    """Return what belongs to a picture: the only thing there is, or its own."""
    return things[index if len(things) > 1 else 0]


def _numbers(settings: March) -> Numbers:
    f32 = np.float32
    return Numbers(
        length=f32(settings.length),
        step=f32(settings.step),
        top=f32(settings.top),
        slab=f32(settings.slab),
        threshold=f32(settings.threshold),
        least=f32(settings.least),
        thin=f32(settings.thin).view(np.int32),
        samples=settings.samples,
        under=int(settings.ground == "slab"),
    )


def _padded(size: int) -> int:
    return -(-size // LANES) * LANES


def _strips(width: int) -> int:
    """Return the number of strips: columns of sixteen where the width allows it, so that neighbours
    share cells.
    """
    return max(width // LANES, 1)


def _pieces(count: int, wanted: int) -> list[tuple[int, int]]:
    """Cut range(count) into at most `wanted` pieces."""
    wanted = min(wanted, count)
    cuts = [count * n // wanted for n in range(wanted + 1)]
    return list(itertools.pairwise(cuts))


def _planar(values: Tensor, size: int) -> np.ndarray[Any, Any]:
    """Return (B, channels, n) as float32 with n padded to `size`."""
    planar = np.zeros((*values.shape[:2], size), np.float32)
    planar[..., : values.shape[-1]] = values.detach().float().numpy()
    return planar


def _bundles(origins: Tensor, directions: Tensor, jitter: Tensor | None) -> list[Bundle]:
    """Lay out the rays of each picture, (3, n) per picture."""
    size = _padded(directions.shape[1] * directions.shape[2])
    ways = _planar(directions.flatten(1, 2).transpose(1, 2), size)
    starts = origins.detach().float().contiguous().numpy()
    if origins.ndim == 4:
        starts = _planar(origins.flatten(1, 2).transpose(1, 2), size)
    shifts = (
        np.zeros((1, 1), np.float32)
        if jitter is None
        else _planar(jitter.flatten(1)[:, None], size)[:, 0]
    )
    count = max(len(ways), len(starts), len(shifts))
    parts = (
        [array[b if len(array) > 1 else 0].reshape(-1) for array in (starts, ways, shifts)]
        for b in range(count)
    )
    return [Bundle(*part) for part in parts]


def _kept_volumes(density: Tensor, tile: Tensor, numbers: Numbers, settings: March) -> list[Volume]:
    """Return `_volumes`; of quick pictures the next one finds them made (`March.quick`)."""
    if settings.least == 0:
        return _volumes(density, tile, numbers)
    what = ("march", settings.ground, settings.thin)
    return made_of([density, tile], what, lambda: _volumes(density, tile, numbers))


def _volumes(density: Tensor, tile: Tensor, numbers: Numbers) -> list[Volume]:
    """Lay out volumes and tiles, find their empty blocks, and refuse what is not finite."""
    values = density.detach().float().contiguous().numpy()
    pixels, features = _layouts(tile)
    if not (np.isfinite(pixels).all() and np.isfinite(features).all()):
        raise not_finite("tile")
    blocks = [empty_blocks(volume.shape, numbers.under) for volume in values]
    jobs: list[_Job] = []
    for volume, found in zip(values, blocks, strict=True):
        bits = volume.reshape(-1).view(np.int32)
        for first, last in _pieces(found.shape[0], torch.get_num_threads()):
            what = (bits, volume.shape, found, numbers.under, numbers.thin, first, last)
            jobs.append((mark_occupied, what))
    if not all(_run(jobs)):
        raise not_finite("density")
    layouts = [new_layout(volume.shape, numbers.under) for volume in values]
    _run(
        [
            (lay_out, (volume, numbers, layout, first, last))
            for volume, layout in zip(values, layouts, strict=True)
            for first, last in _pieces(len(layout), torch.get_num_threads())
        ]
    )
    count = max(len(values), len(pixels))
    further = max(tile.shape[1] - FIRST, 0)
    sizes = (*values.shape[1:], *tile.shape[2:], further, _padded(further))
    return [
        Volume(
            _pick(layouts, b).reshape(-1),
            _pick(blocks, b).reshape(-1),
            _pick(pixels, b).reshape(-1),
            _pick(features, b).reshape(-1),
            *sizes,
        )
        for b in range(count)
    ]


def _layouts(tile: Tensor) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Lay out the first three colours of tiles, (B, h + 3, w + 3, 4), and the others, (B, h + 3, w
    + 3, wide); without others (B, 1, 1, 1).
    """
    batch, colours, height, width = tile.shape
    values = tile.detach().float().numpy()
    pixels = np.zeros((batch, height + 3, width + 3, FIRST + 1), np.float32)
    pixels[:, 1:-2, 1:-2, : min(colours, FIRST)] = values[:, :FIRST].transpose(0, 2, 3, 1)
    if colours <= FIRST:
        return pixels, np.zeros((batch, 1, 1, 1), np.float32)
    features = np.zeros((batch, height + 3, width + 3, _padded(colours - FIRST)), np.float32)
    features[:, 1:-2, 1:-2, : colours - FIRST] = values[:, FIRST:].transpose(0, 2, 3, 1)
    return pixels, features


def _pixels(pixels: np.ndarray[Any, Any], features: np.ndarray[Any, Any], colours: int) -> Tensor:
    """Undo `_layouts`: (B, colours, h, w)."""
    first = torch.from_numpy(
        pixels[:, 1:-2, 1:-2, : min(colours, FIRST)].transpose(0, 3, 1, 2).copy()
    )
    if colours <= FIRST:
        return first
    others = features[:, 1:-2, 1:-2, : colours - FIRST].transpose(0, 3, 1, 2)
    return torch.cat((first, torch.from_numpy(others.copy())), 1)


def _with_three(gradient: Tensor, tile: Tensor) -> Tensor:
    """Give a result's gradient (B, C + 2, H, W) zeros where a tile has fewer than three colours."""
    missing, colours = FIRST - tile.shape[1], tile.shape[1]
    if missing <= 0:
        return gradient
    nothing = gradient.new_zeros(len(gradient), missing, *gradient.shape[2:])
    return torch.cat((gradient[:, :colours], nothing, gradient[:, colours:]), 1)


def _run(jobs: Sequence[_Job]) -> list[Any]:
    """Run jobs in as many threads as torch uses, and return their results in order."""
    threads = min(torch.get_num_threads(), len(jobs))
    if threads <= 1:
        return [function(*arguments) for function, arguments in jobs]
    key = (os.getpid(), threads)  # a process that was forked has none of its parent's threads
    if key not in _POOLS:
        _POOLS[key] = ThreadPoolExecutor(threads, thread_name_prefix="sat2density-render")
    return list(_POOLS[key].map(lambda job: job[0](*job[1]), jobs))

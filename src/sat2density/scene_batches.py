"""Many cameras and many lights: in batches that fit into memory, and their views put together."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.errors import InputError
from sat2density.render.volume import RenderedRays
from sat2density.views import PICTURES, Camera, View, as_lit, listed

if TYPE_CHECKING:
    from sat2density.scene import Scene


class Seen(NamedTuple):
    """RenderNet's pictures (where there is a light), the projections, and where the pictures'
    pixels look (where the light's own sky is shown): B x N in the first dimension.
    """

    image: Tensor | None
    rays: RenderedRays
    directions: Tensor | None = None


def in_batches(
    scene: Scene, cameras: Sequence[Camera], look: Callable[[Sequence[Camera]], Seen]
) -> Seen:
    """Return what cameras see, `Scene.at_once` of them at a time.

    Args:
        scene: of B tiles; its `at_once` is halved, with a notice, where memory runs out.
        cameras: N of them.
        look: renders some of them.

    Raises:
        InputError: out of memory with a single camera.

    """
    parts: list[Seen] = []
    start = 0
    while start < len(cameras):
        part = cameras[start : start + scene.at_once]
        with contextlib.suppress(torch.OutOfMemoryError):
            parts.append(look(part))
            start += len(part)
            continue
        # here, and not where the error is caught: its traceback keeps the tensors alive
        _halve(scene)
    tiles = len(scene.tiles)
    images = [seen.image for seen in parts if seen.image is not None]
    features = [seen.rays.features for seen in parts if seen.rays.features is not None]
    directions = [seen.directions for seen in parts if seen.directions is not None]
    geometry = RenderedRays(
        _join([seen.rays.stacked for seen in parts], tiles),
        _join(features, tiles) if features else None,
    )
    return Seen(
        _join(images, tiles) if images else None,
        geometry,
        _join(directions, tiles) if directions else None,
    )


def view_of(
    scene: Scene, camera: Camera | Sequence[Camera], seen: Seen, size: Sequence[int]
) -> View:
    """Return what was seen; rays cast at half the size are shown at it.

    Args:
        scene: of B tiles.
        camera: one or several.
        seen: from them.
        size: (width, height) of the view, pixels.

    """
    lead = ([len(scene.tiles)] if scene.batched else []) + (
        [] if isinstance(camera, Camera) else [len(camera)]
    )

    def shaped(values: Tensor) -> Tensor:
        return values.reshape(*lead, *values.shape[1:])

    image, geometry, directions = seen
    rows = (size[1], size[0])

    def sized(values: Tensor) -> Tensor:
        return shaped(values if values.shape[-2:] == rows else F.interpolate(values, rows))

    view = View(
        image=None if image is None else shaped(image),
        colour=sized(geometry.colour),
        opacity=sized(geometry.opacity),
        depth=sized(geometry.depth),
        unit_m=scene.spec.unit_m,
        noise=None if geometry.noise is None else sized(geometry.noise),
        features=None if geometry.features is None else shaped(geometry.features),
        directions=None if directions is None else shaped(directions),
    )
    return as_lit(view)


def in_lights(
    camera: Camera | list[Camera],
    lights: list[Any],
    look: Callable[[Camera, Any], View],
    axis: int,
) -> View:
    """Return one camera in many lights, or as many cameras in a light each.

    Args:
        camera: one, or as many as there are lights.
        lights: at least one.
        look: renders one camera in one light.
        axis: where the dimension of the lights goes.

    Raises:
        InputError: no light, or another number of them than of cameras.

    """
    cameras = listed(camera)
    if not lights:
        raise InputError("lights: an empty list; give at least one")
    if isinstance(camera, Camera):
        cameras = cameras * len(lights)
    if len(cameras) != len(lights):
        raise InputError(
            f"lights: {len(lights)} for {len(cameras)} cameras; give one light for all, one for "
            f"each, or one camera"
        )
    return _stacked([look(*pair) for pair in zip(cameras, lights, strict=True)], axis)


def _halve(scene: Scene) -> None:
    if scene.at_once == 1:
        raise InputError("out of memory with one camera at a time; use --device cpu")
    scene.at_once //= 2
    torch.cuda.empty_cache()
    notice = (
        f"notice: out of memory on {scene.model.device}; going on with {scene.at_once} cameras "
        f"at once"
    )
    print(notice, file=sys.stderr)


def _join(parts: Sequence[Tensor], tiles: int) -> Tensor:
    split = [part.reshape(tiles, -1, *part.shape[1:]) for part in parts]
    return torch.cat(split, dim=1).flatten(0, 1)


def _stacked(views: Sequence[View], axis: int) -> View:
    """Return views of one size, of the same parts, as one with a dimension more at `axis`."""
    parts: dict[str, Any] = {}
    for name in PICTURES:
        values = [getattr(view, name) for view in views]
        parts[name] = None if any(v is None for v in values) else torch.stack(values, axis)
    return as_lit(View(unit_m=views[0].unit_m, panorama=views[0].panorama, **parts))

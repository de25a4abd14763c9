"""Rays of the three views: equirectangular, perspective, top-down; and the way back from a
direction to a panorama.

Vectors are (x east, y up, z south); see `conventions` for axes, pixel rules and headings.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.conventions import PixelRule
from sat2density.errors import InputError, ShapeError
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.views import Camera


@dataclasses.dataclass(frozen=True)
class Rays:
    """A picture's rays, for a batch of pictures.

    Attributes:
        origins: (B, 3), or (B, H, W, 3) where every pixel has its own (top-down); units.
        directions: (B, H, W, 3), unit length. B may be 1 in either: it then serves the whole batch.

    """

    origins: Tensor
    directions: Tensor

    def __post_init__(self) -> None:
        directions = self.directions
        origins = self.origins
        if directions.ndim != 4 or directions.shape[-1] != 3:
            raise ShapeError(
                f"rays: directions must be (B, H, W, 3), not {tuple(directions.shape)}"
            )
        fits = origins.ndim == 2 or (
            origins.ndim == 4 and origins.shape[1:3] == directions.shape[1:3]
        )
        batches = {origins.shape[0] if origins.ndim else 0, directions.shape[0]} - {1}
        if not fits or origins.shape[-1] != 3 or len(batches) > 1:
            raise ShapeError(
                f"rays: origins must be (B, 3) or (B, H, W, 3), not {tuple(origins.shape)}, "
                f"with directions of {tuple(directions.shape)}"
            )

    @property
    def batch(self) -> int:
        """Number of pictures."""
        return max(self.origins.shape[0], self.directions.shape[0])

    def joined(self, count: int) -> Rays:
        """Return the same rays with each `count` pictures that follow each other as one tall
        picture: (B / count, ...).

        One volume then serves all of them without copies.

        Args:
            count: pictures that follow each other; divides the batch.

        """
        batch, height, width, _ = self.directions.shape
        origins = self.origins if self.origins.ndim == 4 else self.origins[:, None, None]
        tall = (batch // count, count * height, width, 3)
        return Rays(
            origins.expand(batch, height, width, 3).reshape(tall), self.directions.reshape(tall)
        )

    def to(self, device: torch.device | str) -> Rays:
        """Return the rays on another device.

        Args:
            device: any that torch knows.

        """
        return Rays(self.origins.to(device), self.directions.to(device))


def equirectangular_rays(
    spec: SceneSpec,
    rules: Rules,
    cameras: Camera | Sequence[Camera],
    device: torch.device | str | None = None,
    dtype: torch.dtype = torch.float32,
) -> Rays:
    """Return the rays of one panorama of `spec.panorama_size` per camera (formula: `conventions`,
    method, section 2).

    Args:
        spec: scale, panorama size (W, H) and vertical field of view.
        rules: `rules.pixel_rule` says whether rays go through pixels' corners or centres.
        cameras: one camera, or B of them.
        device: of the result.
        dtype: of the result; angles are computed in float64.

    Returns:
        Rays with origins (B, 3) and directions (B, H, W, 3).

    """
    cameras = _listed(cameras)
    width, height = spec.panorama_size
    shift = pixel_shift(rules.pixel_rule)
    rows = torch.arange(height, dtype=torch.float64) + shift
    columns = torch.arange(width, dtype=torch.float64) + shift
    latitude = (1 - 2 * rows / height) * math.radians(spec.vertical_fov_deg) / 2
    azimuth = math.pi * (-0.5 - 2 * columns / width) - _headings(cameras)[:, None]
    cos_lat = latitude.cos()[None, :, None]
    cos_az = azimuth.cos()[:, None]
    sin_az = azimuth.sin()[:, None]
    up = latitude.sin()[None, :, None].expand(len(cameras), height, width)
    directions = torch.stack((cos_lat * cos_az, up, -cos_lat * sin_az), dim=-1)
    return Rays(_origins(spec, cameras).to(device, dtype), directions.to(device, dtype))


def perspective_rays(
    spec: SceneSpec,
    cameras: Camera | Sequence[Camera],
    size: tuple[int, int],
    horizontal_fov_deg: float,
    pitch_deg: float = 0.0,
    device: torch.device | str | None = None,
    dtype: torch.dtype = torch.float32,
) -> Rays:
    """Return the rays of one pinhole picture per camera, through the pixels' centres.

    The picture looks along the camera's heading, raised by `pitch_deg`; its columns run to the
    right, its rows down, and pixels are square: with f = W / (2 tan(fov / 2)), pixel (i, j) looks
    along ((i + 1/2 - W/2) / f, -(j + 1/2 - H/2) / f, 1) in (right, up, ahead) before it is turned.

    Args:
        spec: scale and camera height.
        cameras: one camera, or B of them.
        size: (W, H) in pixels.
        horizontal_fov_deg: degrees in (0, 180).
        pitch_deg: degrees in [-90, 90], positive looks up.
        device: of the result.
        dtype: of the result; angles are computed in float64.

    Returns:
        Rays with origins (B, 3) and directions (B, H, W, 3).

    Raises:
        InputError: the field of view or the pitch is outside its range.

    """
    if not 0 < horizontal_fov_deg < 180:
        raise InputError(
            f"horizontal_fov_deg must lie between 0 and 180 degrees, not {horizontal_fov_deg!r}"
        )
    if not -90 <= pitch_deg <= 90:
        raise InputError(f"pitch_deg must lie in [-90, 90] degrees, not {pitch_deg!r}")
    cameras = _listed(cameras)
    width, height = size
    focal = width / (2 * math.tan(math.radians(horizontal_fov_deg) / 2))
    right = ((torch.arange(width, dtype=torch.float64) + 0.5 - width / 2) / focal).expand(
        height, width
    )
    up = ((height / 2 - 0.5 - torch.arange(height, dtype=torch.float64)) / focal)[:, None].expand(
        height, width
    )
    pitch = math.radians(pitch_deg)
    ahead = math.cos(pitch) - up * math.sin(pitch)  # what was ahead and up, in (level ahead, up)
    raised = math.sin(pitch) + up * math.cos(pitch)
    heading = _headings(cameras)[:, None, None]
    east = heading.sin() * ahead + heading.cos() * right
    south = heading.sin() * right - heading.cos() * ahead
    directions = F.normalize(torch.stack((east, raised.expand_as(east), south), dim=-1), dim=-1)
    return Rays(_origins(spec, cameras).to(device, dtype), directions.to(device, dtype))


def top_down_rays(
    size: tuple[int, int],
    device: torch.device | str | None = None,
    dtype: torch.dtype = torch.float32,
) -> Rays:
    """Return one ray straight down from y = +1 per satellite pixel centre (method, section 3);
    `size` is (rows, columns).

    Args:
        size: (rows, columns) of the picture.
        device: of the rays.
        dtype: of the rays.

    Returns:
        Rays with origins (1, rows, columns, 3) and directions (1, rows, columns, 3): one set for
        the whole batch.

    """
    rows, columns = size
    south = ((2 * torch.arange(rows, dtype=torch.float64) + 1) / rows - 1)[:, None].expand(
        rows, columns
    )
    east = ((2 * torch.arange(columns, dtype=torch.float64) + 1) / columns - 1).expand(
        rows, columns
    )
    origins = torch.stack((east, torch.ones_like(east), south), dim=-1)[None].to(device, dtype)
    down = torch.tensor([0.0, -1.0, 0.0], device=device, dtype=dtype)
    return Rays(origins, down.expand(1, rows, columns, 3).contiguous())


def panorama_lookup(
    panorama: Tensor,
    directions: Tensor,
    headings_deg: Tensor | Sequence[float],
    vertical_fov_deg: float,
    pixel_rule: PixelRule,
) -> Tensor:
    """Look up where given directions lie in panoramas: bilinear, around the 360 degrees without a
    seam.

    Args:
        panorama: (B, C, H, W).
        directions: (B, h, w, 3), (x east, y up, z south), any length; B may be 1.
        headings_deg: the panoramas' headings, B numbers, degrees clockwise from north.
        vertical_fov_deg: the panoramas' vertical field of view.
        pixel_rule: the rule the panoramas' rays were cast by.

    Returns:
        (B, C, h, w); 0 (black) where a direction lies above or below the panorama's field of view.

    """
    if panorama.ndim != 4 or directions.ndim != 4 or directions.shape[-1] != 3:
        raise ShapeError(
            "panorama_lookup: panorama must be (B, C, H, W) and directions (B, h, w, 3), "
            f"not {tuple(panorama.shape)} and {tuple(directions.shape)}"
        )
    return lookup_around(
        closed(panorama), angles_of(directions), headings_deg, vertical_fov_deg, pixel_rule
    )


def closed(panorama: Tensor) -> Tensor:
    """Return a panorama (..., H, W) with one more column on the right, which continues the circle:
    (..., H, W + 1).

    Args:
        panorama: (..., H, W).

    """
    return torch.cat((panorama, panorama[..., :1]), dim=-1)


def angles_of(directions: Tensor, panorama: bool = False) -> tuple[Tensor, Tensor]:
    """Return azimuths (anticlockwise from east) and latitudes of directions, radians, (B, h, w).

    Args:
        directions: (B, h, w, 3), (x east, y up, z south), any length.
        panorama: they are those of whole panoramas' rows: one latitude a row, one azimuth a column,
            which are found from a row and a column alone, (B, 1, w) and (B, h, 1).

    """
    if not panorama:
        return _angles(directions)
    lowest = directions[:, -1:]  # furthest from the zenith, which has no azimuth
    return _angles(lowest)[0], _angles(directions[:, :, :1])[1]


def lookup_around(
    around: Tensor,
    angles: tuple[Tensor, Tensor],
    headings_deg: Tensor | Sequence[float],
    vertical_fov_deg: float,
    pixel_rule: PixelRule,
) -> Tensor:
    """Look up as `panorama_lookup` does, what does not change made before.

    Args:
        around: (B | 1, C, H, W + 1), of `closed`.
        angles: of `angles_of`.
        headings_deg: see `panorama_lookup`; one number for all will do.
        vertical_fov_deg: see `panorama_lookup`.
        pixel_rule: see `panorama_lookup`.

    Returns:
        (B, C, h, w).

    """
    azimuth, latitude = angles
    height, width = around.shape[-2], around.shape[-1] - 1
    heading = torch.deg2rad(torch.as_tensor(headings_deg, dtype=torch.float64)).to(azimuth)[
        :, None, None
    ]
    half_fov = math.radians(vertical_fov_deg) / 2
    shift = pixel_shift(pixel_rule)
    row = (1 - latitude / half_fov) * height / 2 - shift
    column = torch.remainder((-(azimuth + heading) / math.pi - 0.5) * width / 2 - shift, width)
    # Rows are clamped: the outermost pixels reach the field's edge.
    row = row / (height - 1) * 2 - 1
    column = column / width * 2 - 1
    grid = torch.stack(torch.broadcast_tensors(column, row), dim=-1).to(around.dtype)
    batch = max(len(around), len(grid))
    around, grid = (part.expand(batch, -1, -1, -1) for part in (around, grid))
    found = F.grid_sample(around, grid, mode="bilinear", padding_mode="border", align_corners=True)
    # A hair more than the field: angles in float32 may round beyond its edge.
    inside = (latitude.abs() <= half_fov + 1e-6)[:, None]
    return found * inside.to(found.dtype)


def panorama_shift(
    directions: Tensor, others: Tensor, size: tuple[int, int], vertical_fov_deg: float
) -> Tensor:
    """Return how far directions lie apart in a panorama, (..., 2): columns to the right, the
    shorter way around, and rows down.

    Args:
        directions: (..., 3), (x east, y up, z south), any length: from where.
        others: (..., 3): to where.
        size: (W, H) of the panorama; its heading and pixel rule do not matter.
        vertical_fov_deg: its vertical field of view.

    """
    width, height = size
    (azimuth, latitude), (to_azimuth, to_latitude) = _angles(directions), _angles(others)
    columns = (azimuth - to_azimuth) * (width / (2 * math.pi))
    columns = torch.remainder(columns + width / 2, width) - width / 2
    rows = (latitude - to_latitude) * (height / math.radians(vertical_fov_deg))
    return torch.stack((columns, rows), dim=-1)


def pixel_shift(rule: PixelRule) -> float:
    """Return what is added to a pixel's indices before they become angles: 0 for "corner", 1/2 for
    "centre".

    Args:
        rule: "corner" or "centre" (`conventions`).

    """
    return 0.5 if rule == "centre" else 0.0


def _angles(directions: Tensor) -> tuple[Tensor, Tensor]:
    """Azimuth (anticlockwise from east) and latitude of (..., 3), radians."""
    east, up, south = directions.unbind(-1)
    return torch.atan2(-south, east), torch.atan2(up, torch.hypot(east, south))


def _listed(cameras: Camera | Sequence[Camera]) -> list[Camera]:
    listed = [cameras] if isinstance(cameras, Camera) else list(cameras)
    if not listed:
        raise InputError("cameras: at least one camera is needed, the list is empty")
    return listed


def _headings(cameras: list[Camera]) -> Tensor:
    return torch.tensor([math.radians(camera.heading) for camera in cameras], dtype=torch.float64)


def _origins(spec: SceneSpec, cameras: list[Camera]) -> Tensor:
    # The floor lies at -1.
    heights = [
        spec.camera_y if c.height_m is None else c.height_m / spec.unit_m - 1 for c in cameras
    ]
    places = [(c.east, y, c.south) for c, y in zip(cameras, heights, strict=True)]
    return torch.tensor(places, dtype=torch.float64)

"""`Trajectory`: the camera positions and headings of a walk over a tile, built in Python or read
from a file.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sat2density.conventions import REFERENCE_TILE, AngleUnit, PathUnit
from sat2density.errors import InputError
from sat2density.notices import notice
from sat2density.paths.files import read_walk, write_path
from sat2density.paths.rows import BORDER_SLACK, MOST_FRAMES
from sat2density.paths.splines import EvenCurve, arc_length, without_repeats
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Trajectory:
    """Camera positions in tile units with a heading each; one row is one frame.

    Attributes:
        points: (N, 2) float64, columns (east, south) in tile units, each in [-1, 1]; N >= 2, not
            all equal.
        headings: (N,) float64, degrees clockwise from north. Left out: 0 everywhere.
        notices: sentences for the user about what was ignored or changed while reading; empty
            otherwise.

    Raises:
        InputError: wrong shapes, NaN, a point outside the tile, fewer than two different points,
            over 100,000 points.

    Example:
        >>> Trajectory.straight((-0.5, 0.0), (0.5, 0.0), frames=3).along_path().headings.tolist()
        [90.0, 90.0, 90.0]

    """

    points: NDArray[np.float64]
    headings: NDArray[np.float64] = None  # type: ignore[assignment]
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        points = np.array(self.points, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 2:
            raise InputError(f"path: points must be (N, 2) = (east, south), not {points.shape}")
        headings = (
            np.zeros(len(points))
            if self.headings is None
            else np.array(self.headings, dtype=np.float64)
        )
        if headings.shape != (len(points),):
            raise InputError(
                f"path: headings must be ({len(points)},), one per point, not {headings.shape}"
            )
        _check(points, headings)
        points = points.clip(-1.0, 1.0)
        points.setflags(write=False)
        headings.setflags(write=False)
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "headings", headings)
        object.__setattr__(self, "notices", tuple(self.notices))

    def __len__(self) -> int:
        """Return the number of camera positions (frames)."""
        return len(self.points)

    def __repr__(self) -> str:
        """Return length and ends, in a line."""
        (east, south), (last_east, last_south) = self.points[0], self.points[-1]
        return (
            f"Trajectory({len(self)} positions from ({east:g}, {south:g}) to "
            f"({last_east:g}, {last_south:g}), tile units)"
        )

    # ---- building

    @classmethod
    def straight(cls, start: Sequence[float], end: Sequence[float], frames: int = 60) -> Trajectory:
        """Walk straight in even steps; heading 0.

        Args:
            start: (east, south) in tile units, each in [-1, 1].
            end: likewise, another place.
            frames: how many positions, both ends among them, 2 to 100,000.

        Raises:
            InputError: see the class, and a number of frames out of its range.

        """
        return cls(np.linspace(start, end, _frames(frames)))

    @classmethod
    def arc(
        cls,
        centre: Sequence[float],
        radius: float,
        start_deg: float,
        end_deg: float,
        frames: int = 60,
    ) -> Trajectory:
        """Walk along a circle. Headings are 0; see `along_path`.

        Args:
            centre: (east, south) in tile units.
            radius: in tile units; the whole arc must stay inside the tile.
            start_deg: bearing of the first position seen from the centre, degrees clockwise from
                north.
            end_deg: bearing of the last: from 0 to 90 walks from the circle's north point to its
                east point, 360 more goes once around.
            frames: how many positions, both ends among them, 2 to 100,000.

        Raises:
            InputError: see the class, and a number of frames out of its range.

        """
        bearings = np.radians(np.linspace(start_deg, end_deg, _frames(frames)))
        around = np.stack([np.sin(bearings), -np.cos(bearings)], axis=-1)
        return cls(np.asarray(centre, dtype=np.float64) + radius * around)

    @classmethod
    def waypoints(cls, points: ArrayLike, frames: int = 60, smoothing: float = 0.0) -> Trajectory:
        """Walk a smooth curve through waypoints (N, 2) = (east, south) in tile units, in `frames`
        even steps.

        A cubic spline (straight for two points); the curve is cut at the tile's border.

        Args:
            points: at least two different waypoints.
            frames: number of camera positions, at least 2.
            smoothing: root-mean-square distance in tile units the curve may keep from the
                waypoints; 0 (default) goes through each, 0.02 takes the shake out of a line drawn
                by hand.

        """
        return cls(np.asarray(points, dtype=np.float64)).resampled(
            frames=frames, smoothing=smoothing
        )

    @classmethod
    def from_metres(
        cls, points_m: ArrayLike, spec: SceneSpec, headings: ArrayLike | None = None
    ) -> Trajectory:
        """Build from places in metres.

        Args:
            points_m: (N, 2) = (east, south) from the tile's middle.
            spec: the scene, for its metres a unit.
            headings: (N,) degrees clockwise from north; None for 0.

        """
        return cls(np.asarray(points_m, dtype=np.float64) / spec.unit_m, headings)  # type: ignore[arg-type]

    @classmethod
    def from_pixels(cls, pixels: ArrayLike, headings: ArrayLike | None = None) -> Trajectory:
        """Build from places in pixels of a 256-pixel tile, whatever the image's own size.

        Args:
            pixels: (N, 2) = (column, row), in [0, 256].
            headings: (N,) degrees clockwise from north; None for 0.

        """
        half = REFERENCE_TILE / 2
        return cls((np.asarray(pixels, dtype=np.float64) - half) / half, headings)  # type: ignore[arg-type]

    @classmethod
    def from_cameras(cls, cameras: Iterable[Camera]) -> Trajectory:
        """Build from cameras (their own heights are not kept).

        Args:
            cameras: at least two, in the order of the walk.

        """
        rows = np.array(
            [(camera.east, camera.south, camera.heading) for camera in cameras], dtype=np.float64
        )
        rows = rows.reshape(-1, 3)
        return cls(rows[:, :2], rows[:, 2])

    # ---- changing

    def resampled(
        self,
        *,
        spacing_m: float | None = None,
        frames: int | None = None,
        spec: SceneSpec | None = None,
        smoothing: float = 0.0,
    ) -> Trajectory:
        """Return the path at even spacing along a cubic spline through its points; headings turn
        the shorter way.

        Args:
            spacing_m: metres between frames, with `spec`; the nearest spacing that ends on the last
                point is taken.
            frames: number of frames instead (exactly one of the two).
            spec: the scene, for its metres.
            smoothing: see `waypoints`.

        Raises:
            InputError: neither or both given, `spacing_m` without `spec`, not positive, or more
                than 100,000 frames.

        """
        if (spacing_m is None) == (frames is None):
            raise InputError("path: give either a spacing in metres or a number of frames")
        keep = without_repeats(self.points)
        curve = EvenCurve(self.points[keep], smoothing)
        count = (
            _frames(frames) if frames is not None else _frames_for(curve.length, spacing_m, spec)
        )
        lengths = np.linspace(0.0, curve.length, count)
        # From 350 to 10 degrees through north, not through south.
        turns = np.unwrap(self.headings[keep], period=360.0)
        headings = np.interp(lengths, curve.length_at_points, turns) % 360.0
        # A spline may bulge over the border by a little; there is nothing to see out there.
        return Trajectory(curve.at(lengths).clip(-1.0, 1.0), headings, self.notices)

    def along_path(self) -> Trajectory:
        """Return the path with every heading in the direction of travel, degrees clockwise from
        north in [0, 360).

        The direction at a point is that of the step from the point before to the point after it;
        where the camera stands still it keeps the direction of the last step (the first, at the
        start).
        """
        moved = np.flatnonzero(without_repeats(self.points))
        distinct = self.points[moved]
        steps = np.empty_like(distinct)
        steps[1:-1] = distinct[2:] - distinct[:-2]
        steps[0], steps[-1] = distinct[1] - distinct[0], distinct[-1] - distinct[-2]
        # There and back again: the points on both sides coincide, so the step that arrived decides.
        back = np.flatnonzero(~steps.any(axis=1))
        steps[back] = distinct[back] - distinct[back - 1]
        bearings = np.degrees(np.arctan2(steps[:, 0], -steps[:, 1])) % 360.0
        which = np.searchsorted(moved, np.arange(len(self)), side="right") - 1
        return dataclasses.replace(self, headings=bearings[which])

    # ---- reading off

    @property
    def cameras(self) -> list[Camera]:
        """The cameras of the path, in order."""
        return [
            Camera(east, south, heading)
            for (east, south), heading in zip(
                self.points.tolist(), self.headings.tolist(), strict=True
            )
        ]

    def metres(self, spec: SceneSpec) -> NDArray[np.float64]:
        """Return (N, 2) = (east, south) in metres from the tile's middle.

        Args:
            spec: the scene, for its metres a unit.

        """
        return self.points * spec.unit_m

    def pixels(self) -> NDArray[np.float64]:
        """Return (N, 2) = (column, row) of a 256-pixel tile."""
        return self.points * (REFERENCE_TILE / 2) + REFERENCE_TILE / 2

    def length_m(self, spec: SceneSpec) -> float:
        """Return the length of the polyline through the points, in metres.

        Args:
            spec: the scene, for its metres a unit.

        """
        return float(arc_length(self.points)[-1]) * spec.unit_m

    # ---- files

    @classmethod
    def read(cls, file: str | Path, spec: SceneSpec, angle: AngleUnit | None = None) -> Trajectory:
        """Read a CSV, JSON or GeoJSON path; see docs/paths.md and `paths.files` for the
        formats. What is ignored or changed is in `notices`, and told (`sat2density.notices`).

        Args:
            file: name ending in .csv, .json or .geojson.
            spec: the scene, for files in metres.
            angle: how to read the third column of a `w,h,angle` file; None ignores it with a
                notice.

        Raises:
            InputError: the file cannot be read as a path; the message names the file and the line
                (or point).

        """
        path = cls(*read_walk(Path(file), spec, angle))
        for text in path.notices:
            notice(text)
        return path

    def write(self, file: str | Path, spec: SceneSpec, unit: PathUnit = "m") -> None:
        """Write the path as .csv, .json or .geojson, complete or not at all.

        Args:
            file: name ending in .csv, .json or .geojson.
            spec: the scene, for its metres.
            unit: "m" keeps everything; "px" writes the released tool's `x,y` CSV (256-tile pixels,
                no headings).

        Raises:
            InputError: another suffix, or "px" with a format other than CSV. OutputError: the file
                cannot be written.

        """
        write_path(self, Path(file), spec, unit)


def _check(points: NDArray[np.float64], headings: NDArray[np.float64]) -> None:
    if len(points) > MOST_FRAMES:
        raise InputError(f"path: {len(points)} points; at most {MOST_FRAMES} are accepted")
    bad = np.flatnonzero(~(np.isfinite(points).all(axis=1) & np.isfinite(headings)))
    if bad.size:
        raise InputError(f"path: point {bad[0] + 1} is not a finite number")
    outside = np.flatnonzero((np.abs(points) > 1.0 + BORDER_SLACK).any(axis=1))
    if outside.size:
        east, south = points[outside[0]]
        raise InputError(
            f"path: point {outside[0] + 1} (east {east:.3f}, south {south:.3f} tile units) lies "
            f"outside the tile"
        )
    if len(points) < 2 or (points == points[0]).all():
        raise InputError("path: fewer than two different points")


def _frames(count: int) -> int:
    if (
        isinstance(count, bool)
        or not isinstance(count, int | np.integer)
        or not 2 <= count <= MOST_FRAMES
    ):
        raise InputError(
            f"path: the number of frames must be a whole number from 2 to {MOST_FRAMES}, not "
            f"{count!r}"
        )
    return int(count)


def _frames_for(length: float, spacing_m: float | None, spec: SceneSpec | None) -> int:
    if spec is None:
        raise InputError("path: a spacing in metres needs the scene's specification (spec=)")
    if spacing_m is None or not (math.isfinite(spacing_m) and spacing_m > 0):
        raise InputError(
            f"path: the spacing must be a positive number of metres, not {spacing_m!r}"
        )
    steps = length * spec.unit_m / spacing_m
    if steps > MOST_FRAMES - 1:
        raise InputError(
            f"path: a spacing of {spacing_m:g} m over {length * spec.unit_m:.1f} m makes more than "
            f"{MOST_FRAMES} frames"
        )
    return max(2, round(steps) + 1)

"""`Builder`: collects what stands in a world that is laid out, then sorts it into a `Geometry`."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from sat2density.worlds.crowns import templates
from sat2density.worlds.kernels import codes
from sat2density.worlds.kernels.codes import CELL_M
from sat2density.worlds.kernels.columns import sky_openness
from sat2density.worlds.kernels.records import Geometry
from sat2density.worlds.kernels.roads import sort_roads
from sat2density.worlds.things import Building, Pole, Record, Tree, Vehicle, heading_deg

Colour = Sequence[float]


@dataclasses.dataclass(frozen=True)
class Frame:
    """A place on the ground with a direction: local x runs along `yaw`, local y to its right.
    Metres, radians.

    `yaw` is measured from east towards south, as rows grow.
    """

    x: float
    y: float
    yaw: float

    def at(self, u: float, v: float) -> tuple[float, float]:
        """Return the world's (east, south) of a local place, metres.

        Args:
            u: metres along local x.
            v: metres along local y, to the right of x.

        """
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        return self.x + c * u - s * v, self.y + s * u + c * v

    def moved(self, u: float, v: float, turn: float = 0.0) -> Frame:
        """Return the frame at local (u, v), turned by `turn` radians."""
        x, y = self.at(u, v)
        return Frame(x, y, self.yaw + turn)


@dataclasses.dataclass(frozen=True)
class Paint:
    """How a primitive looks: material, class, two colours (linear), parameters of its texture."""

    material: int
    kind: int
    colour: Colour
    second: Colour = (0.5, 0.5, 0.5)
    seed: int = 0
    param: float = 0.0
    flag: float = -1.0
    extra: float = 0.0


class Builder:
    """Collects what stands in a world; see `Geometry` for the tables it makes.

    Args:
        radius_m: half the side of the square in which things stand.
        height_m: nothing may be higher (the volume's height).
        crowns: the templates that crowns name by number; None for `crowns.templates()`.

    """

    def __init__(self, radius_m: float, height_m: float, crowns: np.ndarray | None = None) -> None:
        self.radius_m = radius_m
        self.height_m = height_m
        self._crowns = templates() if crowns is None else crowns
        self._prims: list[list[float]] = []
        self._patches: list[list[float]] = []
        self._houses: list[int] = []
        self.record = Record()

    def _add(self, kind: int, frame: Frame, shape: Sequence[float], paint: Paint) -> None:
        a, b, z0, z1, sx, sy, zs = shape
        reach = math.hypot(a, b) + (abs(sx) + abs(sy)) * (z1 - z0) * (kind == codes.CYLINDER)
        if max(abs(frame.x), abs(frame.y)) + reach > self.radius_m:
            return
        row = [
            kind,
            frame.x,
            frame.y,
            math.cos(frame.yaw),
            math.sin(frame.yaw),
            a,
            b,
            z0,
            min(z1, self.height_m),
            sx,
            sy,
            zs,
        ]
        row += [
            paint.material,
            paint.kind,
            *paint.colour,
            *paint.second,
            paint.seed,
            paint.param,
            paint.flag,
            paint.extra,
        ]
        self._prims.append(row)
        self._houses.append(self.record.house if paint.kind == codes.C_BUILDING else -1)

    def box(
        self, frame: Frame, half: tuple[float, float], z: tuple[float, float], paint: Paint
    ) -> None:
        """Add a box with half lengths `half` from z[0] to z[1] metres."""
        self._add(codes.CONVEX, frame, (*half, *z, 0.0, 0.0, 0.0), paint)

    def sloped(
        self,
        frame: Frame,
        half: tuple[float, float],
        z: tuple[float, float, float],
        slopes: tuple[float, float],
        paint: Paint,
    ) -> float:
        """Add a body whose sides above the rim rise towards the middle: a roof, or a car's cabin.

        Args:
            frame: its middle in plan.
            half: half lengths along the local axes, metres.
            z: (bottom, rim, limit), metres: the slopes begin at the rim and end at the limit.
            slopes: rise per metre along (x, y): above 0 two planes that fall to both sides, below 0
                one that falls to the positive side, 0 upright sides.
            paint: how it looks.

        Returns:
            Its highest point, metres.

        """
        self._add(codes.CONVEX, frame, (*half, z[0], z[2], *slopes, z[1]), paint)
        rises = [h * (s if s > 0 else -2 * s) for s, h in zip(slopes, half, strict=True) if s]
        return min(z[1] + min(rises, default=0.0), z[2], self.height_m)

    def post(
        self,
        frame: Frame,
        radius: float,
        z: tuple[float, float],
        paint: Paint,
        lean: tuple[float, float] = (0, 0),
    ) -> None:
        """Add a round post; `lean` is its shift per metre of height along the local axes."""
        self._add(codes.CYLINDER, frame, (radius, radius, *z, *lean, 0.0), paint)

    def crown(
        self,
        frame: Frame,
        half: tuple[float, float],
        z: tuple[float, float],
        template: int,
        paint: Paint,
    ) -> None:
        """Add a crown: a leaf template stretched to a box."""
        self._add(
            codes.CROWN, frame, (*half, z[0], min(z[1], self.height_m), template, 0.0, 0.0), paint
        )

    def patch(
        self,
        kind: int,
        frame: Frame,
        half: tuple[float, float],
        colour: Colour,
        seed: int = 0,
        shape: int = 0,
    ) -> None:
        """Lay a patch of ground over those before it.

        Args:
            kind: its material, see `codes`.
            frame: its middle.
            half: half lengths along the local axes, metres.
            colour: linear albedo.
            seed: of the texture and of a ragged edge.
            shape: 0 rectangle, 1 ellipse, 2 ragged ellipse, 3 torn.

        """
        self._patches.append(
            [
                kind,
                frame.x,
                frame.y,
                math.cos(frame.yaw),
                math.sin(frame.yaw),
                *half,
                *colour,
                float(seed),
                float(shape),
            ]
        )

    def note_tree(
        self, at: tuple[float, float], radius: float, z: tuple[float, float], trunk: float
    ) -> None:
        """Write down a tree: place, radius of the crown, z = (crown's foot, top), radius of the
        trunk, metres.
        """
        self.record.trees.append(Tree(*at, radius, min(z[1], self.height_m), z[0], trunk))

    def note_vehicle(self, frame: Frame, size: tuple[float, float, float]) -> None:
        """Write down a vehicle whose nose points along local x: size = (length, width, height)."""
        self.record.vehicles.append(Vehicle(frame.x, frame.y, *size, heading_deg(frame.yaw)))

    def note_pole(self, frame: Frame, height: float) -> None:
        """Write down a pole."""
        self.record.poles.append(Pole(frame.x, frame.y, height))

    def note_part(
        self,
        frame: Frame,
        half: tuple[float, float],
        z: tuple[float, float],
        roof: str,
        slopes: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """Write down a part of the building that is being built.

        Args:
            frame: its middle.
            half: half lengths of its walls along the local axes, metres.
            z: (height of the eaves, height of the ridge), metres.
            roof: see `things.Building`.
            slopes: of the roof along local x and y as in `sloped`, rise per metre; a negative one
                is a single plane that falls to the positive side.

        """
        a, b = half
        corners = ((-a, -b), (a, -b), (a, b), (-a, b))
        planes = []
        for s, turn in zip(slopes, (0.0, 0.5 * math.pi), strict=True):
            for flip in (0.0, math.pi)[: 2 if s > 0 else int(s < 0)]:
                planes.append((heading_deg(frame.yaw + turn + flip), abs(s)))
        self.record.buildings.append(
            Building(
                max(self.record.house, 0),
                np.array([frame.at(u, v) for u, v in corners]),
                z[0],
                min(z[1], self.height_m),
                roof,
                tuple(planes),
            )
        )

    def postponed(self, first: int) -> list[list[float]]:
        """Take the patches from number `first` on out and return them, for `resume`."""
        late = self._patches[first:]
        del self._patches[first:]
        return late

    def resume(self, late: list[list[float]]) -> None:
        """Lay patches that were `postponed` on top of all others."""
        self._patches += late

    def houses(self) -> np.ndarray:
        """Return (N,) int32 the building of each primitive, -1 for none."""
        return np.array(self._houses, np.int32)

    def finish(self, backdrop_m: np.ndarray, **rest: object) -> Geometry:
        """Sort everything into the tables of a geometry; the builder is of no use after.

        Args:
            backdrop_m: (L, STEPS) heights of the distant rings, metres.
            **rest: the remaining fields of `Geometry` (roads, backdrop, ground).

        """
        prims = np.array(self._prims, np.float64).reshape(-1, codes.PRIMITIVE_COLUMNS)
        patches = np.array(self._patches, np.float64).reshape(-1, codes.PATCH_COLUMNS)
        n = round(2 * self.radius_m / CELL_M)
        boxes = _bounds(
            prims[:, codes.CX],
            prims[:, codes.CY],
            prims[:, codes.COS],
            prims[:, codes.SIN],
            *_reach(prims),
        )
        cell_start, cell_items = _sort(boxes, n, self.radius_m)
        top = np.zeros((n + 1, n + 1))
        owner = np.repeat(np.arange(n * n), np.diff(cell_start))
        np.maximum.at(top.reshape(-1), owner // n * (n + 1) + owner % n, _tops(prims)[cell_items])
        top[-1, -1] = top.max()
        openness = np.ones((n, n))
        sky_openness(top, openness)
        spread = 1.0 + 0.25 * (patches[:, codes.P_SHAPE] >= 2)
        x, y, c, s = (patches[:, k] for k in (codes.P_X, codes.P_Y, codes.P_COS, codes.P_SIN))
        boxes = _bounds(x, y, c, s, patches[:, codes.P_A] * spread, patches[:, codes.P_B] * spread)
        patch_start, patch_items = _sort(boxes, n, self.radius_m)
        tables = {
            "prims": prims,
            "bounds": _bodies(prims),
            "cell_start": cell_start,
            "cell_items": cell_items,
            "cell_top": top,
            "openness": openness,
        }
        grounds = {
            "patches": patches,
            "patch_start": patch_start,
            "patch_items": patch_items,
            "crowns": self._crowns,
        }
        rings = {"backdrop_m": backdrop_m, "backdrop_top": backdrop_m.max(1)}
        whole = np.zeros(n * n + 1, np.int64)
        roads = {"road_start": whole, "road_items": whole, "kerb_at": np.zeros((n, n))}
        parts: dict[str, Any] = {**tables, **grounds, **rings, **roads, **rest}
        geometry = Geometry(**parts, radius_m=float(self.radius_m))
        return _with_roads(geometry, n)


def _with_roads(geometry: Geometry, n: int) -> Geometry:
    """Return the geometry with its road pieces sorted into the grid."""
    count = len(geometry.roads)
    everywhere = geometry._replace(
        road_start=np.arange(n * n + 1) * count,
        road_items=np.tile(np.arange(count), n * n),
        kerb_at=np.zeros((n, n)),
    )
    needed, kerb_at = np.zeros((n, n, count), np.bool_), np.zeros((n, n))
    sort_roads(everywhere, needed, kerb_at)
    starts = np.concatenate([[0], np.cumsum(needed.reshape(n * n, count).sum(1))])
    return geometry._replace(road_start=starts, road_items=np.nonzero(needed)[2], kerb_at=kerb_at)


def _reach(prims: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return half lengths that hold each primitive, leaning posts included."""
    post = prims[:, codes.KIND] == codes.CYLINDER
    rise = np.where(post, prims[:, codes.Z1] - prims[:, codes.Z0], 0.0)
    return prims[:, codes.A] + rise * np.abs(prims[:, codes.SX]), prims[:, codes.B] + rise * np.abs(
        prims[:, codes.SY]
    )


def _tops(prims: np.ndarray) -> np.ndarray:
    """Return the highest point of each primitive, metres."""
    a, b, sx, sy = (prims[:, c] for c in (codes.A, codes.B, codes.SX, codes.SY))
    convex = prims[:, codes.KIND] == codes.CONVEX
    rise_x, rise_y = np.where(sx > 0, sx * a, -2 * sx * a), np.where(sy > 0, sy * b, -2 * sy * b)
    ridge = np.minimum(np.where(sx != 0, rise_x, np.inf), np.where(sy != 0, rise_y, np.inf))
    peak = np.where(
        convex & np.isfinite(ridge),
        prims[:, codes.ZS] + np.where(np.isfinite(ridge), ridge, 0),
        np.inf,
    )
    return np.minimum(prims[:, codes.Z1], peak)


def _bodies(prims: np.ndarray) -> np.ndarray:
    """Return (N, 5) what surely holds each primitive (columns in `codes`), widened by more than
    rounding errors.
    """
    a, b = _reach(prims)
    wide = 1e-6
    reach = (np.hypot(a, b) + wide) ** 2
    low, high = prims[:, codes.Z0] - wide, _tops(prims) + wide
    return np.stack([prims[:, codes.CX], prims[:, codes.CY], reach, low, high], 1)


def _bounds(
    x: np.ndarray, y: np.ndarray, c: np.ndarray, s: np.ndarray, a: np.ndarray, b: np.ndarray
) -> np.ndarray:
    """Return (N, 4) west, east, north, south of turned rectangles."""
    dx, dy = np.abs(c) * a + np.abs(s) * b, np.abs(s) * a + np.abs(c) * b
    return np.stack([x - dx, x + dx, y - dy, y + dy], 1)


def _sort(boxes: np.ndarray, n: int, radius_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return (starts, items): the numbers of the boxes that touch each of n x n cells, in rising
    order per cell.
    """
    cells = np.clip(np.floor((boxes + radius_m) / CELL_M).astype(np.int64), 0, n - 1)
    outside = (
        (boxes[:, 1] < -radius_m)
        | (boxes[:, 0] > radius_m)
        | (boxes[:, 3] < -radius_m)
        | (boxes[:, 2] > radius_m)
    )
    wide = np.where(outside, 0, cells[:, 1] - cells[:, 0] + 1)
    count = wide * (cells[:, 3] - cells[:, 2] + 1)
    items = np.repeat(np.arange(len(boxes)), count)
    order = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    number = (cells[items, 2] + order // wide[items]) * n + cells[items, 0] + order % wide[items]
    by_cell = np.argsort(number, kind="stable")
    starts = np.zeros(n * n + 1, np.int64)
    np.cumsum(np.bincount(number, minlength=n * n), out=starts[1:])
    return starts, items[by_cell].astype(np.int64)

"""A plan as the tables that the procedural world's renderer draws: the world's own walls, roofs,
crowns and cars, put where the plan says.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Final

import numpy as np

from sat2density.city.colours import linear_of
from sat2density.city.facades import drawn_from
from sat2density.city.frames import yaw_of
from sat2density.city.parts import Barrier, Building, Part, Tree, Vehicle
from sat2density.city.plan import Plan
from sat2density.city.polygons import area
from sat2density.city.roofs import fitting_parts, rim_m, slope_of
from sat2density.conventions import STOREY_M
from sat2density.worlds.builder import Builder, Frame, Paint
from sat2density.worlds.crowns import VARIANTS, template_number
from sat2density.worlds.kernels import codes
from sat2density.worlds.kernels.records import Geometry

BEYOND_M: Final = 16.0
"""Things may stand so far outside the tile: houses that its border cuts."""
TRIM: Final = (0.5, 0.49, 0.45)
CROWNS: Final = {"round": "round", "conifer": "conifer", "column": "poplar"}
MEAN_ALBEDO: Final = 0.14
"""Share of the light that ground sends back; tiles are brighter or darker pictures of it."""
SHADED: Final = 1.7
"""Crowns shade themselves: their leaves are brighter than they look from above."""
STEPS: Final = 1024

Rgb = tuple[float, float, float]


@dataclasses.dataclass(frozen=True)
class Stage:
    """What is drawn: the world's tables, the ground's albedo (S, S, 3) float32, its side in
    metres.
    """

    geometry: Geometry
    ground: np.ndarray
    extent_m: float


def stage(plan: Plan) -> Stage:
    """Return a plan ready to be drawn.

    Args:
        plan: of a tile.

    """
    picture = plan.ground_picture().astype(np.float32) / 255
    linear = np.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4)
    luma = float(np.median(linear @ np.array([0.3, 0.59, 0.11], np.float32)))
    gain = float(np.clip(MEAN_ALBEDO / max(luma, 1e-3), 0.4, 5.0))
    tallest = max(
        [8.0]
        + [b.ridge_m for b in plan.buildings]
        + [t.height_m for kind in (plan.trees, plan.poles, plan.barriers) for t in kind]
    )
    build = Builder(0.5 * plan.extent_m + BEYOND_M, tallest + 1.0)
    for number, building in enumerate(plan.buildings):
        build.record.new_house()
        _building(build, building, _seed(plan, number), gain)
    for number, tree in enumerate(plan.trees):
        _tree(build, tree, number, gain)
    for number, shrub in enumerate(plan.shrubs):
        paint = Paint(codes.LEAF, codes.C_SHRUB, _albedo(shrub.colour, gain), (0.1, 0.08, 0.06))
        crown = template_number("bush", number % VARIANTS)
        at = Frame(shrub.east_m, shrub.south_m, 2.4 * number)
        build.crown(at, (shrub.radius_m, shrub.radius_m), (-0.1, shrub.height_m), crown, paint)
    for barrier in plan.barriers:
        _barrier(build, barrier, gain)
    for car in plan.vehicles:
        _vehicle(build, car, gain)
    for pole in plan.poles:
        paint = Paint(codes.PLAIN, codes.C_POLE, (0.33, 0.33, 0.33))
        at = Frame(pole.east_m, pole.south_m, 0.0)
        build.post(at, pole.radius_m, (0.0, pole.height_m), paint)
    for water in plan.waters:
        _water(build, water.outline, linear_of(water.colour))
    ground = np.clip(linear * gain, 0.0, 0.9).astype(np.float32)
    return Stage(_finished(build, plan, ground), ground, plan.extent_m)


def _finished(build: Builder, plan: Plan, ground: np.ndarray) -> Geometry:
    """Sort everything; two rings of low woods close the horizon."""
    turn = np.arange(STEPS) / STEPS * 2 * np.pi
    waves = [
        1.0 + 0.25 * np.sin(5 * turn + k) + 0.2 * np.sin(13 * turn + 2 * k) * np.sin(31 * turn)
        for k in (plan.seed % 7, plan.seed % 7 + 3)
    ]
    far = 0.5 * plan.extent_m + BEYOND_M
    backdrop = np.array([[1.6 * far, 0.06, 0.075, 0.04, 4.0], [4.0 * far, 0.07, 0.085, 0.06, 9.0]])
    red, green, blue = (float(v) for v in ground.reshape(-1, 3).mean(0))
    return build.finish(
        roads=np.zeros((0, codes.ROAD_COLUMNS)),
        discs=np.zeros((0, 4)),
        backdrop_m=np.stack([4.5 * waves[0], 9.0 * waves[1]]),
        backdrop=backdrop,
        kerb_m=0.0,
        footpath=(0.0, 0.0),
        verge=(red, green, blue),
        dry=0.0,
        asphalt=(0.12, 0.12, 0.12),
        seed=plan.seed % 1_000_000,
    )


def _seed(plan: Plan, number: int) -> int:
    mixed = 0
    for value in drawn_from(plan, number):
        mixed = (mixed * 7919 + value * 104729) % 1_000_000
    return mixed


def _albedo(colour: str, gain: float) -> Rgb:
    red, green, blue = (min(gain * value, 0.8) for value in linear_of(colour))
    return red, green, blue


def _building(build: Builder, building: Building, seed: int, gain: float) -> None:
    wall, roof = linear_of(building.wall_colour), _albedo(building.roof_colour, gain)
    for number, part in enumerate(fitting_parts(building)):
        frame = Frame(part.east_m, part.south_m, yaw_of(part.heading_deg))
        half = (0.5 * part.length_m, 0.5 * part.width_m)
        top = max(part.eaves_m - (0.25 if part.form == "flat" else 0.0), 0.3)
        storeys = max(math.floor((top + 0.4) / STOREY_M), 1)
        door = 3 if number == 0 else -1
        paint = Paint(codes.WALL, codes.C_BUILDING, wall, TRIM, seed, storeys, door, 0.3)
        if part.length_m * part.width_m < 14.0:
            paint = dataclasses.replace(paint, material=codes.FENCE)
        build.box(frame, half, (0.0, top), paint)
        _roof(build, part, building, (frame, top), Paint(0, codes.C_BUILDING, roof, wall, seed))


def _roof(
    build: Builder, part: Part, building: Building, place: tuple[Frame, float], paint: Paint
) -> None:
    over = building.overhang_m
    frame, top = place
    half = (0.5 * part.length_m + over, 0.5 * part.width_m + over)
    if part.form == "flat":
        flat = dataclasses.replace(paint, material=codes.ROOF_FLAT)
        build.box(frame, half, (top, part.ridge_m), flat)
        return
    slope = slope_of(part, over)
    slopes = {"gabled": (0.0, slope), "hipped": (slope, slope), "shed": (0.0, -slope)}[part.form]
    tiles = dataclasses.replace(paint, material=codes.ROOF_TILE)
    build.sloped(frame, half, (top, rim_m(part), part.ridge_m + 0.01), slopes, tiles)


def _tree(build: Builder, tree: Tree, number: int, gain: float) -> None:
    at = Frame(tree.east_m, tree.south_m, 2.4 * number)
    wood = Paint(codes.BARK, codes.C_TREE, (0.13, 0.1, 0.08), seed=number)
    build.post(at, tree.trunk_m, (0.0, tree.base_m + 0.45 * (tree.height_m - tree.base_m)), wood)
    green = _albedo(tree.colour, SHADED * gain)
    leaves = Paint(codes.LEAF, codes.C_TREE, green, (0.1, 0.08, 0.06))
    template = template_number(CROWNS[tree.form], number % VARIANTS)
    half = (tree.radius_m, tree.radius_m)
    build.crown(at, half, (tree.base_m, tree.height_m), template, leaves)


def _barrier(build: Builder, barrier: Barrier, gain: float) -> None:
    colour = _albedo(barrier.colour, gain)
    for number in range(len(barrier.points) - 1):
        (ax, ay), (bx, by) = barrier.points[number : number + 2]
        long, yaw = math.hypot(bx - ax, by - ay), math.atan2(by - ay, bx - ax)
        if long < 0.02:
            continue
        middle = Frame(0.5 * (ax + bx), 0.5 * (ay + by), yaw)
        if barrier.kind != "hedge":
            material = codes.FENCE if barrier.kind == "fence" else codes.PLAIN
            paint = Paint(material, codes.C_FENCE, colour, seed=number)
            build.box(middle, (0.5 * long, 0.5 * barrier.width_m), (0.0, barrier.height_m), paint)
            continue
        paint = Paint(codes.LEAF, codes.C_SHRUB, colour, (0.1, 0.08, 0.06))
        count = max(1, round(long / 3.0))
        for k in range(count):
            spot = middle.moved((k + 0.5) / count * long - 0.5 * long, 0.0)
            half = (0.52 * long / count, 0.5 * barrier.width_m)
            template = template_number("hedge", k % VARIANTS)
            build.crown(spot, half, (0.0, barrier.height_m), template, paint)


def _vehicle(build: Builder, car: Vehicle, gain: float) -> None:
    frame = Frame(car.east_m, car.south_m, yaw_of(car.heading_deg))
    colour = _albedo(car.colour, 0.8 * gain)
    long, wide = 0.5 * car.length_m, 0.5 * car.width_m
    waist = min(0.6 * car.height_m, 1.05)
    body = Paint(codes.CAR_BODY, codes.C_VEHICLE, colour)
    build.sloped(frame, (long, wide), (0.04, waist - 0.16, waist), (2.5, 4.0), body)
    cabin = Paint(codes.CAR_CABIN, codes.C_VEHICLE, colour)
    size = (0.64 * long, wide - 0.04)
    z = (waist, waist + 0.03, car.height_m)
    build.sloped(frame.moved(-0.14 * long, 0.0), size, z, (1.0, 3.0), cabin)


def _water(build: Builder, outline: tuple[tuple[float, float], ...], colour: Rgb) -> None:
    """Lay water: an ellipse in the outline's main directions."""
    ring = np.asarray(outline)
    middle = ring.mean(0)
    _, _, axes = np.linalg.svd(ring - middle)
    yaw = math.atan2(axes[0, 1], axes[0, 0])
    spread = np.abs((ring - middle) @ axes.T).max(0)
    full = abs(area(outline))
    round_one = full < 0.9 * 4 * spread[0] * spread[1]
    frame = Frame(float(middle[0]), float(middle[1]), yaw)
    build.patch(codes.LAKE, frame, (spread[0], spread[1]), colour, 0, 1 if round_one else 0)

"""A plan drawn from above: footprints with the planes of their roofs, crowns, lines, cars."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw

from sat2density.bounds import check_size
from sat2density.city.plan import Plan
from sat2density.city.polygons import Point, rectangle
from sat2density.city.roofs import fitting_parts, planes

ROOF, CROWN, CAR, WATER = (232, 92, 60), (60, 170, 80), (250, 200, 40), (70, 150, 230)
HEDGE, FENCE, POLE = (40, 120, 50), (190, 90, 200), (250, 250, 250)


def overview(plan: Plan, size: int = 768) -> np.ndarray:
    """Return a plan seen from above on its ground, north up, (size, size, 3) uint8.

    Args:
        plan: what is drawn.
        size: side in pixels.

    Raises:
        InputError: the drawing would be too large, or the plan's ground is no picture.

    """
    check_size("overview", size, size)
    ground = Image.fromarray(plan.ground_picture())
    picture = ground.resize((size, size), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    scale = size / plan.extent_m

    def at(points: Iterable[Point]) -> list[Point]:
        return [((x * scale + size / 2), (y * scale + size / 2)) for x, y in points]

    def disc(east: float, south: float, radius: float, colour: tuple[int, ...]) -> None:
        ((x, y),) = at([(east, south)])
        r = max(radius * scale, 2.0)
        draw.ellipse((x - r, y - r, x + r, y + r), outline=colour, width=2)

    for water in plan.waters:
        draw.polygon(at(water.outline), outline=WATER, width=2)
    for building in plan.buildings:
        for part in fitting_parts(building):
            for plane in planes(part, building.overhang_m):
                draw.polygon(at((e, s) for e, s, _ in plane), outline=ROOF)
        for ring in (building.footprint, *building.holes):
            draw.polygon(at(ring), outline=ROOF, width=3)
    for tree in plan.trees:
        disc(tree.east_m, tree.south_m, tree.radius_m, CROWN)
        disc(tree.east_m, tree.south_m, 0.15, CROWN)
    for shrub in plan.shrubs:
        disc(shrub.east_m, shrub.south_m, shrub.radius_m, HEDGE)
    for barrier in plan.barriers:
        draw.line(at(barrier.points), fill=HEDGE if barrier.kind == "hedge" else FENCE, width=3)
    for car in plan.vehicles:
        corners = rectangle((car.east_m, car.south_m), car.length_m, car.width_m, car.heading_deg)
        draw.polygon(at(corners), outline=CAR, width=2)
    for pole in plan.poles:
        disc(pole.east_m, pole.south_m, 0.2, POLE)
    return np.asarray(picture)

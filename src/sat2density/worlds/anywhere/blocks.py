"""Large buildings: flats, blocks around courtyards, halls and yards, building sites."""

from __future__ import annotations

import math

from sat2density.worlds import furniture
from sat2density.worlds.anywhere import buildings
from sat2density.worlds.anywhere.lots import GRASS, PAVED, Lot, Place, garden
from sat2density.worlds.builder import Frame, Paint
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng


def flats(place: Place, rng: Rng, lot: Lot) -> None:
    """Stand blocks of flats of three to six storeys on lawns, with paths, cars and trees.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill; a row of parked cars needs 18 m behind the houses.

    """
    place.ground(codes.LAWN, rng, lot, rng.choice(GRASS))
    place.mess(rng, lot, rng.integer(1, 6))
    storeys = rng.integer(3, 6)
    deep = rng.uniform(5.0, 7.5)
    long = rng.uniform(9.0, 22.0)
    along = rng.chance(0.6)
    setback = rng.uniform(1.5, 9.0)
    half = (long, deep) if along else (deep, long)
    gap = rng.uniform(5.0, 14.0)
    u = -0.5 * lot.width + half[0] * rng.uniform(0.5, 1.0)
    while u < 0.5 * lot.width:
        spot = lot.frame.moved(u, setback + half[1])
        if place.take(spot, (half[0] + 0.5, half[1] + 0.7), 1.2):
            buildings.flats(place.build, rng, place.theme, spot, half, storeys, rng.chance(0.1))
            _entrance(place, rng, lot, (u, setback))
        u += 2 * half[0] + gap
    if lot.depth > setback + 2 * half[1] + 18:
        cars = Lot(lot.frame.moved(0.0, setback + 2 * half[1] + 5.0), lot.width, 11.0)
        parking_row(place, rng, cars, rng.uniform(0.3, 0.9))
    place.scatter(rng, lot, 11.0 * place.green, rng.uniform(0.6, 1.05))
    for _ in range(rng.integer(0, 12)):
        spot = lot.at(rng.uniform(-1, 1), rng.uniform())
        place.shrub(rng, (spot.x, spot.y), rng.uniform(0.8, 2.5))


def _entrance(place: Place, rng: Rng, lot: Lot, at: tuple[float, float]) -> None:
    kind, colour = rng.choice(PAVED)
    middle = lot.frame.moved(at[0], 0.5 * at[1], math.pi / 2)
    half = (0.5 * at[1] + 0.5, rng.uniform(0.8, 2.2))
    place.build.patch(kind, middle, half, rng.shade(colour, 0.2), rng.seed())
    door = Paint(codes.PLAIN, codes.C_BUILDING, rng.shade((0.07, 0.06, 0.055), 0.4))
    slab = Paint(codes.PLAIN, codes.C_BUILDING, (0.42, 0.42, 0.4))
    front = lot.frame.moved(at[0], at[1] - 0.03)
    place.build.box(front, (0.85, 0.03), (0.0, 2.25), door)
    place.build.box(front.moved(0.0, -0.6), (1.3, 0.6), (2.45, 2.6), slab)


def parking_row(place: Place, rng: Rng, lot: Lot, share: float) -> None:
    """Lay two rows of bays with an aisle between them.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill; its rows run along local x, at most 16 m of its depth are used.
        share: of the bays that hold a car, [0, 1].

    """
    grey = rng.uniform(0.08, 0.18)
    colour = rng.shade((grey, grey, 0.97 * grey), 0.06)
    middle = lot.at(0.0, 0.5)
    half = (0.5 * lot.width, min(0.5 * lot.depth, 8.0))
    place.build.patch(codes.PARKING, middle, half, colour, rng.seed())
    for side in (-1, 1):
        # Whole bays of 2.5 m, the same number on both sides of the middle.
        for k in range(int(half[0] / 2.5) * 2):
            u = 2.5 * (k + 0.5) - 2.5 * int(half[0] / 2.5)
            turn = rng.choice((-1, 1)) * math.pi / 2 + rng.uniform(-0.05, 0.05)
            v = side * (half[1] - 2.5 + rng.uniform(-0.3, 0.3))
            spot = middle.moved(u + rng.uniform(-0.12, 0.12), v, turn)
            if rng.chance(share) and place.take(spot, (2.25, 0.9), 0.5):
                furniture.car(place.build, rng, spot)


def courtyard(place: Place, rng: Rng, lot: Lot) -> None:
    """Build a block around a court: houses wall to wall along the street, wings behind, gardens in
    the middle.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill; without 8 m behind the front houses there is no court.

    """
    setback = rng.uniform(0.9, 2.5)
    deep = rng.uniform(4.8, 6.5)
    storeys = rng.integer(2, 5)
    kind, colour = rng.choice((PAVED[0], PAVED[2], PAVED[3], PAVED[5]))
    place.ground(kind, rng, lot, colour)
    place.mess(rng, lot, rng.integer(0, 5))
    u = -0.5 * lot.width
    while u < 0.5 * lot.width - 6.0:
        a = rng.uniform(4.0, 8.5)
        front = lot.frame.moved(u + a, setback + deep)
        floors = max(2, storeys + rng.integer(-1, 1))
        if place.take(front, (a - 0.05, deep)):
            shop = rng.chance(0.35)
            buildings.flats(
                place.build, rng, place.theme, front, (a, deep), min(floors, 6 - shop), shop
            )
        u += 2 * a
    inner = lot.depth - setback - 2 * deep
    if inner < 8:
        return
    for side in (-1, 1):
        wing = lot.frame.moved(
            side * (0.5 * lot.width - 4.5), setback + 2 * deep + 0.4 * inner, math.pi / 2
        )
        if rng.chance(0.7) and place.take(wing, (0.4 * inner - 0.2, 4.2)):
            buildings.flats(
                place.build, rng, place.theme, wing, (0.4 * inner, 4.2), max(1, storeys - 1)
            )
    court = Lot(lot.frame.moved(0.0, setback + 2 * deep), max(lot.width - 18.0, 6.0), inner)
    for _ in range(rng.integer(1, 4)):
        spot = court.at(rng.uniform(-0.8, 0.8), rng.uniform(0.1, 0.9), rng.choice((0.0, 1.57)))
        half = (rng.uniform(1.5, 5.0), rng.uniform(1.5, 3.0))
        if place.take(spot, half, 2.0):
            place.build.record.new_house()
            buildings.lean_to(place.build, rng, place.theme, spot, half)
    garden(place, rng, court, 1.2)
    if rng.chance(0.6):
        far = lot.frame.moved(0.0, lot.depth - deep, math.pi)
        if place.take(far, (0.4 * lot.width, deep)):
            half = (0.4 * lot.width, deep)
            buildings.flats(place.build, rng, place.theme, far, half, storeys)


def hall(place: Place, rng: Rng, lot: Lot) -> None:
    """Build a hall in a paved yard with lorries, containers and parked cars.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill; where no hall of 8 m by 8 m fits, only its ground is paved.

    """
    kind, colour = rng.choice((PAVED[0], PAVED[3], PAVED[5], PAVED[2]))
    place.ground(kind, rng, lot, colour)
    setback = rng.uniform(3.0, 14.0)
    half = (
        min(rng.uniform(9.0, 24.0), 0.5 * lot.width - 1.0),
        min(rng.uniform(7.0, 16.0), 0.5 * (lot.depth - setback) - 0.5),
    )
    if half[0] < 4 or half[1] < 4:
        return
    spot = lot.frame.moved(rng.uniform(-1, 1) * (0.5 * lot.width - half[0]), setback + half[1])
    if place.take(spot, (half[0] + 0.3, half[1] + 0.3), 1.5):
        buildings.hall(place.build, rng, place.theme, spot, half)
    if setback > 8.0:
        row = Lot(lot.frame.moved(0.0, 0.6), 0.9 * lot.width, min(setback - 1.0, 11.0))
        parking_row(place, rng, row, rng.uniform(0.2, 0.9))
    clutter(place, rng, lot, rng.integer(1, 8))
    place.border(rng, (lot.frame.moved(0.0, 0.3), 0.3 * lot.width), rng.choice(("none", "fence")))
    place.scatter(rng, lot, 1.5 * place.green, 0.7)


def clutter(place: Place, rng: Rng, lot: Lot, count: int) -> None:
    """Stand lorries, containers, skips, piles and pallets about a yard.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: where they may stand.
        count: how many are tried; one that finds no free place is left out.

    """
    for _ in range(count):
        turn = rng.choice((0.0, 1.5708)) + rng.uniform(-0.1, 0.1)
        spot = lot.at(rng.uniform(-0.95, 0.95), rng.uniform(0.05, 0.95), turn)
        what = rng.weighted({"lorry": 0.3, "container": 0.3, "heap": 0.2, "stack": 0.2})
        if what == "lorry" and place.take(spot, (6.5, 1.4), 0.8):
            lorry(place, rng, spot)
        elif what == "container" and place.take(spot, (6.2, 1.4), 0.8):
            buildings.container(place.build, rng, spot, rng.integer(1, 2))
        elif what == "heap" and place.take(spot, (3.0, 3.0), 1.2):
            heap(place, rng, spot)
        elif what == "stack" and place.take(spot, (1.6, 1.2), 0.8):
            colour = rng.shade((0.28, 0.22, 0.16), 0.5)
            look = Paint(codes.BARK, codes.C_FENCE, colour, seed=rng.seed())
            size = (rng.uniform(0.6, 1.5), rng.uniform(0.5, 1.1))
            place.build.box(spot, size, (0.0, rng.uniform(0.5, 2.0)), look)


def lorry(place: Place, rng: Rng, frame: Frame) -> None:
    """Put a lorry, its nose along local x.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        frame: its middle on the ground, nose along local x.

    """
    build = place.build
    long = rng.uniform(2.8, 6.3)
    box = Paint(codes.PLAIN, codes.C_VEHICLE, rng.shade((0.55, 0.55, 0.53), 0.35), seed=rng.seed())
    red = (0.3, 0.05, 0.04)
    blue = (0.05, 0.1, 0.25)
    cab = Paint(codes.CAR_CABIN, codes.C_VEHICLE, rng.shade(rng.choice((red, blue, BOX)), 0.2))
    top = rng.uniform(2.8, 3.8)
    build.box(frame.moved(-1.0, 0.0), (long - 1.0, 1.22), (0.9, top), box)
    wheels = Paint(codes.PLAIN, codes.C_VEHICLE, (0.02, 0.02, 0.02))
    build.box(frame.moved(-0.5, 0.0), (long - 0.8, 1.05), (0.1, 0.9), wheels)
    build.sloped(frame.moved(long - 0.9, 0.0), (0.9, 1.2), (0.5, 1.8, 3.0), (2.5, 8.0), cab)
    build.note_vehicle(frame, (2 * long, 2.44, top))


BOX = (0.6, 0.6, 0.58)


def heap(place: Place, rng: Rng, frame: Frame) -> None:
    """Heap up soil, sand or gravel.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        frame: its middle on the ground.

    """
    colour = rng.shade(rng.choice(((0.24, 0.18, 0.12), (0.36, 0.30, 0.21), (0.3, 0.29, 0.27))), 0.2)
    look = Paint(codes.BARK, codes.C_SOIL, colour, seed=rng.seed())
    half = (rng.uniform(1.2, 3.5), rng.uniform(1.0, 2.6))
    slope = rng.uniform(0.5, 0.8)
    place.build.sloped(frame, half, (0.0, 0.05, rng.uniform(1.0, 2.4)), (slope, slope), look)


def works(place: Place, rng: Rng, lot: Lot) -> None:
    """Open a building site: bare soil, tracks, half-built walls, containers, heaps, a crane.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill, metres; local y = 0 is its street edge.

    """
    place.ground(codes.EARTH, rng, lot, (0.27, 0.21, 0.15))
    for _ in range(rng.integer(2, 7)):
        spot = lot.at(rng.uniform(-1, 1), rng.uniform(), rng.uniform(0, 3.1))
        colour = rng.shade((0.30, 0.25, 0.19), 0.3)
        kind = rng.choice((codes.SCREE, codes.EARTH, codes.TRACK))
        place.build.patch(kind, spot, (rng.uniform(2, 8), rng.uniform(1, 3)), colour, rng.seed(), 2)
    half = (rng.uniform(5.0, 11.0), rng.uniform(4.0, 7.0))
    spot = lot.at(rng.uniform(-0.3, 0.3), rng.uniform(0.45, 0.6))
    if rng.chance(0.75) and place.take(spot, (half[0] + 0.5, half[1] + 0.5), 2.0):
        _shell(place, rng, spot, half)
    clutter(place, rng, lot, rng.integer(4, 12))
    if rng.chance(0.25):
        mast = lot.at(rng.uniform(-0.5, 0.5), rng.uniform(0.4, 0.8), rng.uniform(0, 6.2))
        if place.take(mast, (1.5, 1.5), 2.0):
            yellow = Paint(codes.PLAIN, codes.C_POLE, (0.5, 0.35, 0.04))
            place.build.box(mast, (0.6, 0.6), (0.0, 21.0), yellow)
            place.build.box(mast.moved(6.0, 0.0), (13.0, 0.35), (21.0, 21.8), yellow)
            place.build.note_pole(mast, 21.8)
    edge = (lot.frame.moved(0.0, 0.5), 0.45 * lot.width)
    place.border(rng, edge, rng.choice(("fence", "none")), 1.9)


def _shell(place: Place, rng: Rng, frame: Frame, half: tuple[float, float]) -> None:
    """Build walls without a roof on a slab."""
    build = place.build
    build.record.new_house()
    grey = Paint(codes.ROOF_FLAT, codes.C_BUILDING, rng.shade((0.38, 0.37, 0.35), 0.15))
    a, b = half
    floors = rng.integer(0, 3)
    top = 2.9 * floors + 0.3
    build.box(frame, half, (0.0, top), grey)
    brick = Paint(codes.PLAIN, codes.C_BUILDING, rng.shade((0.36, 0.24, 0.18), 0.3))
    tall = top + rng.uniform(0.5, 2.8)
    for side in (-1, 1):
        build.box(frame.moved(0.0, side * (b - 0.15)), (a, 0.15), (top, tall), brick)
        build.box(frame.moved(side * (a - 0.15), 0.0), (0.15, b), (top, tall), brick)
    for k in range(rng.integer(1, 4)):
        wall = frame.moved(-a + (k + 1) * 2 * a / 5, 0.0)
        build.box(wall, (0.12, b), (top, tall), brick)
    build.note_part(frame, half, (tall, tall), "none")


def yard(place: Place, rng: Rng, lot: Lot) -> None:
    """Lay out a yard of gravel or asphalt with stored things.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill, metres; local y = 0 is its street edge.

    """
    kind, colour = rng.choice((PAVED[2], PAVED[3], (codes.EARTH, (0.26, 0.21, 0.16))))
    place.ground(kind, rng, lot, colour)
    place.mess(rng, lot, rng.integer(2, 6))
    clutter(place, rng, lot, rng.integer(6, 18))
    if rng.chance(0.5):
        spot = lot.at(rng.uniform(-0.5, 0.5), 0.7)
        if place.take(spot, (6.0, 4.0), 2.0):
            buildings.hall(place.build, rng, place.theme, spot, (5.5, 3.5))
    place.scatter(rng, lot, 2.0 * place.green, 0.6)

"""Cars, poles, lamps, bins, letter boxes, signs: the small things of a street."""

from __future__ import annotations

import math

from sat2density.worlds.builder import Builder, Frame, Paint
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng

CAR_COLOURS = (
    (0.72, 0.72, 0.70),
    (0.70, 0.70, 0.69),
    (0.40, 0.41, 0.42),
    (0.22, 0.23, 0.24),
    (0.025, 0.025, 0.028),
    (0.03, 0.05, 0.14),
    (0.34, 0.03, 0.03),
    (0.09, 0.10, 0.09),
    (0.42, 0.39, 0.30),
)
TIMBER = (0.17, 0.135, 0.10)
STEEL = (0.34, 0.35, 0.35)


def car(build: Builder, rng: Rng, frame: Frame) -> None:
    """Put a car on the ground, its nose along local x: saloon, estate, van or pick-up.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        frame: its middle on the ground, nose along local x; 4.7 m by 1.9 m are enough.

    """
    colour = rng.shade(rng.choice(CAR_COLOURS), 0.12)
    shape = rng.weighted({"saloon": 4.0, "estate": 4.0, "ute": 1.5, "van": 0.8})
    long = rng.uniform(2.05, 2.35)
    wide = rng.uniform(0.86, 0.93)
    body = Paint(codes.CAR_BODY, codes.C_VEHICLE, colour, seed=rng.seed())
    cabin = Paint(codes.CAR_CABIN, codes.C_VEHICLE, colour, seed=rng.seed())
    top = {"saloon": 1.45, "estate": 1.65, "ute": 1.72, "van": 1.98}[shape]
    build.note_vehicle(frame, (2 * long, 2 * wide, top))
    waist = {"saloon": 0.88, "estate": 0.95, "ute": 1.0, "van": 1.05}[shape]
    build.sloped(frame, (long, wide), (0.04, waist - 0.16, waist), (2.5, 4.0), body)
    if shape == "saloon":
        build.sloped(
            frame.moved(-0.2, 0.0),
            (1.35, wide - 0.04),
            (waist, waist + 0.02, rng.uniform(1.40, 1.48)),
            (0.9, 2.8),
            cabin,
        )
    elif shape == "estate":
        build.sloped(
            frame.moved(-0.5, 0.0),
            (1.6, wide - 0.03),
            (waist, waist + 0.05, rng.uniform(1.55, 1.78)),
            (1.4, 4.0),
            cabin,
        )
    elif shape == "ute":
        build.sloped(
            frame.moved(0.25, 0.0),
            (0.95, wide - 0.04),
            (waist, waist + 0.02, 1.72),
            (1.2, 3.5),
            cabin,
        )
        bed = Paint(codes.PLAIN, codes.C_VEHICLE, tuple(0.5 * c for c in colour))
        build.box(frame.moved(-1.45, 0.0), (0.75, wide), (waist, waist + 0.22), bed)
    else:
        build.sloped(
            frame.moved(-0.35, 0.0),
            (1.9, wide - 0.02),
            (waist, waist + 0.1, 1.98),
            (2.2, 6.0),
            cabin,
        )


def lamp(build: Builder, rng: Rng, frame: Frame) -> None:
    """Put up a street lamp whose arm reaches along local -y (towards the street).

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        frame: its foot; the arm reaches along local -y.

    """
    height = min(rng.uniform(6.5, 9.0), build.height_m - 0.4)
    paint = Paint(codes.PLAIN, codes.C_POLE, rng.shade(STEEL, 0.3))
    build.post(frame, 0.075, (0.0, height), paint)
    build.note_pole(frame, height)
    reach = rng.uniform(0.9, 2.2)
    build.box(frame.moved(0.0, -0.5 * reach), (0.04, 0.5 * reach), (height - 0.08, height), paint)
    build.box(frame.moved(0.0, -reach - 0.2), (0.12, 0.33), (height - 0.1, height + 0.06), paint)


def power_pole(build: Builder, rng: Rng, frame: Frame) -> None:
    """Put up a wooden pole with a cross-arm.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        frame: its foot; the cross-arm lies along local y.

    """
    height = min(rng.uniform(8.5, 10.5), build.height_m - 0.3)
    build.note_pole(frame, height)
    paint = Paint(codes.BARK, codes.C_POLE, rng.shade(TIMBER, 0.2), seed=rng.seed())
    build.post(
        frame, 0.125, (0.0, height), paint, (rng.uniform(-0.012, 0.012), rng.uniform(-0.012, 0.012))
    )
    build.box(
        frame.moved(0.0, 0.0, 0.5 * math.pi), (1.1, 0.06), (height - 0.75, height - 0.62), paint
    )
    if rng.chance(0.25):
        build.post(
            frame.moved(0.0, 0.35),
            0.25,
            (height - 2.4, height - 1.5),
            Paint(codes.PLAIN, codes.C_POLE, STEEL),
        )


def bins(build: Builder, rng: Rng, frame: Frame) -> None:
    """Put out one or two wheeled bins with coloured lids.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        frame: middle of the first; the second stands beside it along local x.

    """
    for k in range(rng.integer(1, 2)):
        spot = frame.moved(0.75 * k, 0.0, rng.uniform(-0.2, 0.2))
        build.box(
            spot, (0.28, 0.30), (0.05, 0.95), Paint(codes.PLAIN, codes.C_POLE, (0.03, 0.055, 0.035))
        )
        lid = rng.choice(((0.45, 0.36, 0.04), (0.35, 0.04, 0.04), (0.05, 0.2, 0.06)))
        build.box(spot, (0.30, 0.32), (0.95, 1.03), Paint(codes.PLAIN, codes.C_POLE, lid))


def sign(build: Builder, rng: Rng, frame: Frame) -> None:
    """Put up a traffic sign that faces along local x.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        frame: its foot; the face looks along local x.

    """
    build.post(frame, 0.03, (0.0, 2.5), Paint(codes.PLAIN, codes.C_POLE, STEEL))
    build.note_pole(frame, 2.5)
    face = rng.choice(((0.55, 0.05, 0.05), (0.6, 0.6, 0.58), (0.6, 0.45, 0.05), (0.03, 0.12, 0.3)))
    build.box(
        frame,
        (0.02, rng.uniform(0.2, 0.3)),
        (2.0, rng.uniform(2.4, 2.6)),
        Paint(codes.PLAIN, codes.C_POLE, face),
    )


def letter_box(build: Builder, rng: Rng, frame: Frame) -> None:
    """Put up a letter box: a small brick or metal box.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        frame: its middle on the ground.

    """
    colour = rng.choice(((0.28, 0.14, 0.09), (0.35, 0.33, 0.3), (0.1, 0.1, 0.1)))
    build.box(
        frame, (0.2, 0.25), (0.0, rng.uniform(0.8, 1.15)), Paint(codes.PLAIN, codes.C_FENCE, colour)
    )


def fence(
    build: Builder,
    rng: Rng,
    line: tuple[Frame, float],
    height: float,
    colour: tuple[float, float, float],
) -> None:
    """Put up a fence.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        line: (frame at its middle, half length along local x in metres).
        height: metres.
        colour: linear albedo.

    """
    frame, half = line
    paint = Paint(codes.FENCE, codes.C_FENCE, colour, seed=rng.seed())
    parts = max(1, math.ceil(half / 6.0))
    for k in range(parts):
        middle = frame.moved((2 * (k + 0.5) / parts - 1) * half, 0.0)
        build.box(middle, (half / parts, 0.04), (0.0, height), paint)


def rail_fence(build: Builder, rng: Rng, line: tuple[Frame, float]) -> None:
    """Put up posts every 4 m with two rails.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        line: (frame at its middle, half length along local x in metres).

    """
    frame, half = line
    wood = Paint(codes.BARK, codes.C_FENCE, TIMBER, seed=rng.seed())
    rail = Paint(codes.BARK, codes.C_FENCE, TIMBER, seed=rng.seed())
    for k in range(int(half / 2) + 1):
        build.post(frame.moved(4.0 * k - half, 0.0), 0.06, (0.0, 1.2), wood)
    for height in (0.55, 1.05):
        build.box(frame, (half, 0.03), (height, height + 0.1), rail)

"""Trees, shrubs and hedges: trunks, branches and crowns of several species."""

from __future__ import annotations

import dataclasses
import math

from sat2density.worlds.builder import Builder, Frame, Paint
from sat2density.worlds.crowns import VARIANTS, template_number
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng

Colour = tuple[float, float, float]


@dataclasses.dataclass(frozen=True)
class Species:
    """A kind of tree: crown template, height range, crown width and bare stem as shares of the
    height, colours.
    """

    template: str
    height: tuple[float, float]
    width: tuple[float, float]
    stem: tuple[float, float]
    leaves: tuple[Colour, ...]
    bark: Colour


SPECIES: dict[str, Species] = {
    "gum": Species(
        "gum",
        (6.5, 11.8),
        (0.52, 0.80),
        (0.18, 0.34),
        ((0.10, 0.115, 0.062), (0.12, 0.125, 0.075), (0.085, 0.105, 0.058)),
        (0.31, 0.265, 0.215),
    ),
    "scrub": Species(
        "gum",
        (3.5, 6.5),
        (0.7, 1.1),
        (0.15, 0.28),
        ((0.11, 0.115, 0.055), (0.135, 0.12, 0.07), (0.10, 0.10, 0.065)),
        (0.20, 0.16, 0.12),
    ),
    "oak": Species(
        "round",
        (6.0, 11.5),
        (0.75, 1.05),
        (0.16, 0.26),
        ((0.075, 0.11, 0.035), (0.09, 0.125, 0.04), (0.06, 0.09, 0.03)),
        (0.13, 0.10, 0.08),
    ),
    "plum": Species(
        "round",
        (3.5, 5.5),
        (0.7, 0.95),
        (0.25, 0.35),
        ((0.085, 0.035, 0.035), (0.10, 0.06, 0.04)),
        (0.10, 0.08, 0.07),
    ),
    "autumn": Species(
        "round",
        (5.0, 9.0),
        (0.65, 0.9),
        (0.2, 0.3),
        ((0.30, 0.17, 0.05), (0.24, 0.10, 0.04), (0.22, 0.19, 0.06)),
        (0.14, 0.11, 0.09),
    ),
    "bare": Species(
        "thin",
        (5.0, 9.0),
        (0.6, 0.9),
        (0.2, 0.3),
        ((0.17, 0.14, 0.10), (0.14, 0.13, 0.08)),
        (0.16, 0.13, 0.11),
    ),
    "pine": Species(
        "conifer",
        (6.0, 11.8),
        (0.35, 0.55),
        (0.05, 0.14),
        ((0.045, 0.075, 0.03), (0.06, 0.085, 0.04)),
        (0.12, 0.09, 0.07),
    ),
    "poplar": Species(
        "poplar",
        (7.0, 11.5),
        (0.22, 0.32),
        (0.06, 0.12),
        ((0.10, 0.135, 0.045), (0.17, 0.15, 0.05)),
        (0.2, 0.18, 0.15),
    ),
    "cypress": Species(
        "poplar",
        (3.0, 7.0),
        (0.25, 0.38),
        (0.0, 0.03),
        ((0.045, 0.07, 0.03), (0.06, 0.085, 0.035)),
        (0.12, 0.09, 0.07),
    ),
}


def tree(
    build: Builder, rng: Rng, at: tuple[float, float], name: str, clear_m: float = 30.0
) -> float:
    """Plant one tree. A crown that reaches over the road begins high enough to drive under.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        at: (east, south) of its trunk, metres.
        name: a key of `SPECIES`.
        clear_m: metres from the trunk to the nearest kerb.

    Returns:
        Radius of its crown, metres.

    """
    kind = SPECIES[name]
    height = min(rng.uniform(*kind.height), build.height_m - 0.2)
    radius = 0.5 * height * rng.uniform(*kind.width)
    base = height * rng.uniform(*kind.stem)
    if radius > clear_m - 0.3:
        # Over the road, high enough for what drives under it.
        base = max(base, 3.1)
        height = max(height, base + 2.0)
    frame = Frame(*at, rng.uniform(-math.pi, math.pi))
    bark = rng.shade(kind.bark, 0.25)
    wood = Paint(codes.BARK, codes.C_TREE, bark, seed=rng.seed())
    lean = (rng.uniform(-0.05, 0.05), rng.uniform(-0.05, 0.05))
    girth = 0.012 * height + rng.uniform(0.02, 0.07)
    build.post(frame, girth, (0.0, base + 0.45 * (height - base)), wood, lean)
    # Gums fork: further stems that lean outwards.
    if kind.template == "gum":
        for _ in range(rng.integer(1, 3)):
            fork = frame.moved(lean[0] * base * 0.8, lean[1] * base * 0.8, rng.uniform(0, 6.28))
            build.post(
                fork,
                0.5 * girth,
                (base * rng.uniform(0.7, 0.95), base + 0.5 * (height - base)),
                wood,
                (rng.uniform(0.2, 0.5), 0.0),
            )
    leaves = rng.shade(rng.choice(kind.leaves), 0.22)
    paint = Paint(codes.LEAF, codes.C_TREE, leaves, tuple(0.6 * c for c in bark), seed=rng.seed())
    template = template_number(kind.template, rng.integer(0, VARIANTS - 1))
    build.crown(frame, (radius, radius * rng.uniform(0.8, 1.15)), (base, height), template, paint)
    build.note_tree(at, radius, (base, height), girth)
    return radius


def shrub(build: Builder, rng: Rng, at: tuple[float, float], size: float) -> None:
    """Plant a shrub about `size` metres wide, nearly to the ground.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        at: (east, south), metres.
        size: its width, metres.

    """
    colour = rng.choice(
        (
            (0.09, 0.11, 0.045),
            (0.12, 0.13, 0.065),
            (0.06, 0.085, 0.035),
            (0.14, 0.13, 0.08),
            (0.10, 0.05, 0.04),
        )
    )
    paint = Paint(
        codes.LEAF, codes.C_SHRUB, rng.shade(colour, 0.25), (0.1, 0.08, 0.06), seed=rng.seed()
    )
    template = template_number("bush", rng.integer(0, VARIANTS - 1))
    half = 0.5 * size
    frame = Frame(*at, rng.uniform(-math.pi, math.pi))
    build.crown(
        frame,
        (half, half * rng.uniform(0.8, 1.2)),
        # From below the ground, so that no gap shows under the leaves.
        (-0.1, size * rng.uniform(0.6, 1.1)),
        template,
        paint,
    )


HEDGES = ((0.06, 0.09, 0.03), (0.085, 0.10, 0.04), (0.06, 0.09, 0.03), (0.10, 0.055, 0.04))


def hedge(
    build: Builder, rng: Rng, line: tuple[Frame, float], height: float, colour: Colour
) -> None:
    """Plant a clipped hedge, in stretches of about 3 m.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        line: (frame at its middle, whole length along local x in metres).
        height: metres.
        colour: linear albedo of the leaves.

    """
    frame, length = line
    count = max(1, round(length / 3.0))
    paint = Paint(codes.LEAF, codes.C_SHRUB, colour, (0.1, 0.08, 0.06), seed=rng.seed())
    for k in range(count):
        middle = frame.moved((k + 0.5) / count * length - 0.5 * length, 0.0)
        template = template_number("hedge", rng.integer(0, VARIANTS - 1))
        build.crown(
            middle,
            # A little more than its share: neighbours overlap.
            (0.52 * length / count, 0.42),
            (0.0, height * rng.uniform(0.93, 1.05)),
            template,
            paint,
        )

"""Triton's kernels in Triton's interpreter, held to the reference: a program for
`render/kernels/test_triton_march.py`.

    TRITON_INTERPRET=1 python interpreted_march.py

It prints as JSON what went wrong in each case ("" where nothing did). It is a process of its own
because triton decides when it is imported whether it interprets. The interpreter takes milliseconds
for every operation of every program: few cells, few rays, few samples.
"""

import json
import traceback

import torch
from golden_files import KEPT, golden, largest_difference
from march_cases import Sizes, check_against_reference, random_case, with_colours

from sat2density.render import cameras, kernels
from sat2density.render.kernels.settings import March
from sat2density.scene_spec import RELEASED
from sat2density.views import Camera

BLOCK = 8
"""Rays per program instead of 128: several programs share a picture, the last of them with fewer
rays than lanes.
"""

SIZES = Sizes(
    batch=(1, 2),
    layers=(2, 4),
    rows=(3, 6),
    columns=(3, 7),
    height=(2, 2),
    width=(5, 8),
    samples=(2, 3),
)
SEEDS = (0, 12, 1, 5, 2, 10, 3, 7)
"""Every kind of volume over a slab and over the plane: empty, fog, blocks, opaque."""

COLOURS = ((1, 1), (2, 5), (4, 10), (17, 7), (21, 2))
"""(Number of colours, seed): none, some and many beyond the three that the kernels keep apart."""

BFLOAT16 = (12, 5, 7)
"""Seeds whose volume is bfloat16: empty, fog, opaque."""


def small_case(seed):
    """Return a random case small enough for the interpreter."""
    case = random_case(seed, SIZES)
    return (case[0].bfloat16(), *case[1:]) if seed in BFLOAT16 else case


GOLDEN = (slice(None), (0, 3, 6, 9, 18, 20, 23, 28), slice(40, 41))
"""Pixels of a golden picture: sky and ground in one column, not the horizon, whose rays take twice
as many steps.
"""


def check_golden_strip():
    """Hold eight rays of a golden file to its numbers, and with their gradients to the
    reference.
    """
    scene = golden(KEPT, "cvact")
    south, east = scene.io["view0_origin_south_east"].tolist()
    rays = cameras.equirectangular_rays(scene.spec, RELEASED, Camera(east=east, south=south))

    def strip(prefix):
        channels = [scene.io[f"{prefix}_{name}"] for name in ("rgb", "opacity", "depth")]
        return torch.cat(channels, dim=1)[:1, *GOLDEN]

    directions = rays.directions[GOLDEN]
    numbers = March.along(scene.spec, RELEASED)
    case = (
        scene.io["density"][:1],
        scene.io["sat"][:1],
        rays.origins,
        directions,
        numbers,
        None,
        strip("grad_weight"),
    )
    seen, wanted = check_against_reference(case, "triton")[0], strip("view0")
    for channels, tolerance in ((slice(3), 2e-5), (slice(3, 4), 1e-5), (slice(4, 5), 2e-5)):
        assert largest_difference(seen[:, channels], wanted[:, channels]) <= tolerance


def outcome(check, *arguments):
    """Return the traceback of a check that fails, "" of one that passes."""
    try:
        check(*arguments)
    except Exception:
        return traceback.format_exc()
    return ""


def main():
    from sat2density.render.kernels import triton_march

    torch.set_num_threads(1)
    triton_march.BLOCK = BLOCK
    kernels._check_impl = lambda impl, density: (
        None
    )  # it refuses triton without CUDA, where the interpreter works
    found = {
        str(seed): outcome(check_against_reference, small_case(seed), "triton") for seed in SEEDS
    }
    for colours, seed in COLOURS:
        case = with_colours(small_case(seed), colours)
        found[f"{colours} colours"] = outcome(check_against_reference, case, "triton")
    found["golden"] = outcome(check_golden_strip)
    print(json.dumps(found))


if __name__ == "__main__":
    main()

"""Print docs/fidelity.md's table: every quantity of the golden files, the largest difference seen,
and the tolerance.

    PYTHONPATH=src:tests/helpers python benchmarks/fidelity.py [--shared ../shared] [--impl NAME]
    [--sizes | --shipped]

"plain" are the networks as trained and the reference renderer, each step fed with golden inputs.
The last rows go the whole way through `sat2density.load` (folded networks) in each precision: their
differences add up. --shipped compares the weights that ship with themselves in float32, as trained
weights make smoother pictures than random ones.
"""

import argparse
import copy
import math
from pathlib import Path
from unittest import mock

import torch
from golden_files import NAMES, golden

from sat2density.images import from_bytes
from sat2density.light.lighting import Lighting
from sat2density.loading import load
from sat2density.models import inference
from sat2density.models.architecture import Architecture
from sat2density.models.discriminator import crop_grid
from sat2density.models.generator import Generator
from sat2density.models.inference import prepare_for_inference
from sat2density.pipeline import Sat2Density
from sat2density.render import volume
from sat2density.render.cameras import equirectangular_rays
from sat2density.scene_spec import RELEASED
from sat2density.views import Camera
from sat2density.worlds import World, split_seeds

VIEWS = range(3)


def camera(origin_south_east):
    south, east = origin_south_east.tolist()
    return Camera(east=east, south=south)


def networks(gold):
    """Yield (quantity, found, expected, tolerance) of the networks as trained."""
    io, generator = gold.io, gold.generator
    code = generator.sky_encoder(io["sky_histogram"], io["style_noise"])
    for key in ("mu", "logvar", "z"):
        yield f"style {key}", getattr(code, key), io[f"style_{key}"], 1e-5
    yield "style", generator.style_mlp(code.z), io["style_w"], 1e-5
    yield "density", generator.density_net(io["sat"]), io["density"], 1e-5
    for view in VIEWS:
        rendered = torch.cat(
            [io[f"view{view}_{part}"] for part in ("rgb", "opacity", "depth")], dim=1
        )
        yield (
            "picture (from the golden rays)",
            generator.render_net(rendered, io["style_w"]),
            io[f"view{view}_pred"],
            5e-5,
        )
    direction = (io["disc_yaw_deg"], io["disc_pitch_deg"])
    yield "discriminator's crop", crop_grid(*direction), io["disc_perspective_grid"], 1e-4
    for kind, picture in (("real", io["disc_real"]), ("fake", io["view0_pred"])):
        for index, output in enumerate(gold.discriminator(picture, *direction)):
            yield "discriminator's scores", output.score, io[f"disc_{kind}_out{index}"], 1e-4
            if kind == "fake":
                yield (
                    "discriminator's features",
                    output.features[-1],
                    io[f"disc_fake_feat{index}_last"],
                    1e-4,
                )


def rendering(gold, impl):
    """Yield the same of the renderer, fed with the golden density."""
    io, spec = gold.io, gold.spec
    for view in VIEWS:
        rays = equirectangular_rays(spec, RELEASED, camera(io[f"view{view}_origin_south_east"]))
        seen = volume.render_rays(io["density"], io["sat"], rays, spec, RELEASED, impl=impl)
        yield "projected colour", seen.colour, io[f"view{view}_rgb"], 2e-5
        yield "opacity", seen.opacity, io[f"view{view}_opacity"], 1e-5
        yield "depth", seen.depth, io[f"view{view}_depth"], 2e-5
    above = volume.top_down(io["density"], io["sat"], spec, RELEASED, impl=impl)
    yield "opacity from above", above.opacity, io["topdown_opacity"], 1e-5
    yield "depth from above", above.depth, io["topdown_depth"], 1e-5


def gradient(gold, impl):
    """Return (found, expected) of the density's gradient."""
    io = gold.io
    density = io["density"].clone().requires_grad_()
    rays = equirectangular_rays(gold.spec, RELEASED, camera(io["grad_origin_south_east"]))
    seen = volume.render_rays(density, io["sat"], rays, gold.spec, RELEASED, impl=impl)
    parts = ((seen.colour, "rgb"), (seen.opacity, "opacity"), (seen.depth, "depth"))
    torch.stack([(value * io[f"grad_weight_{key}"]).sum() for value, key in parts]).sum().backward()
    return density.grad, io["grad_density"]


def whole_way(gold, path, precision):
    """Yield quantities of `sat2density.load`, from tile and histogram to picture."""
    io = gold.io
    model: Sat2Density = load(path, scene=gold.spec, device="cpu", precision=precision)
    for index in range(len(io["sat"])):
        scene = model.reconstruct(io["sat"][index])
        light = Lighting.from_histogram(io["sky_histogram"][index], io["style_noise"][index])
        yield f"density, {precision}", scene.density, io["density"][index], 1e-5
        for view in VIEWS:
            seen = scene.render(camera(io[f"view{view}_origin_south_east"]), light)
            for name, value, key, tolerance in (
                ("projected colour", seen.colour, "rgb", 2e-5),
                ("opacity", seen.opacity, "opacity", 1e-5),
                ("depth", seen.depth, "depth", 2e-5),
                ("picture", seen.image, "pred", 5e-5),
            ):
                yield f"{name}, {precision}", value, io[f"view{view}_{key}"][index], tolerance


def rows(gold, path, impl):
    """Yield (section, quantity, difference, mean difference, largest expected value, tolerance)."""
    sections = [("plain", networks(gold)), ("plain", rendering(gold, impl))]
    sections += [
        ("whole way", whole_way(gold, path, precision))
        for precision in ("float32", "auto", "bfloat16")
    ]
    for section, quantities in sections:
        for name, found, expected, tolerance in quantities:
            assert found.shape == expected.shape, name
            difference = (found - expected).abs()
            yield (
                section,
                name,
                float(difference.max()),
                float(difference.mean()),
                float(expected.abs().max()),
                tolerance,
            )


def sizes():
    """Print what folding and bfloat16 change in RenderNet's picture, at full width with random
    weights.
    """
    print("\n| RenderNet, random weights | largest difference | mean | PSNR |\n|---|---|---|---|")
    for name in ("small", "released"):
        torch.manual_seed(0)
        arch = Architecture.named(name)
        blocks = torch.rand(1, 5, 16, 64).repeat_interleave(8, 2).repeat_interleave(8, 3)
        style, plain = torch.randn(1, arch.style_size), Generator(arch).eval().requires_grad_(False)
        expected = plain.render_net(blocks, style)
        for precision in ("float32", "bfloat16"):
            network = prepare_for_inference(copy.deepcopy(plain), precision).render_net
            dtype = getattr(torch, precision)
            difference = network(blocks.to(dtype), style.to(dtype)).float() - expected
            psnr = -10 * math.log10(float(difference.square().mean()))
            largest, mean = float(difference.abs().max()), float(difference.abs().mean())
            print(
                f"| {name}, folded, {precision} | {largest:.1e} | {mean:.1e} | {psnr:.0f} dB |",
                flush=True,
            )


def shipped_row(weights):
    """Return the row of trained weights: what precision "auto" changes where bfloat16 pays, on the
    first test tile.

    Where it does not pay here, it is computed all the same: the differences are those of a machine
    that gains by it.
    """
    exact = load(weights, device="cpu")
    with mock.patch.object(inference, "gains_from_bfloat16", return_value=True):
        auto = load(weights, device="cpu", precision="auto")
    world = World.generate("suburb", split_seeds("suburb", "test")[0])
    tile = from_bytes(world.tile(exact.spec.tile_size))
    expected, found = (model.reconstruct(tile) for model in (exact, auto))
    density = float((found.density - expected.density).abs().max())
    light = Lighting.preset("clear-noon")
    difference = found.render(Camera(), light).image - expected.render(Camera(), light).image
    numbers = (float(difference.abs().max()), float(difference.abs().mean()))
    psnr = -10 * math.log10(max(float(difference.square().mean()), 1e-12))
    return (
        f"| {exact.info['name']}, auto | {density:.1e} | {numbers[0]:.1e} | {numbers[1]:.1e} | "
        f"{psnr:.0f} dB |"
    )


@torch.no_grad()
def main():
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared"
    )
    parser.add_argument("--impl", default="reference")
    parser.add_argument(
        "--sizes", action="store_true", help="full-width networks instead of the golden ones"
    )
    parser.add_argument(
        "--shipped", action="store_true", help="the weights that ship, auto against float32"
    )
    args = parser.parse_args()
    if args.sizes:
        sizes()
        return
    if args.shipped:
        print(
            "| weights | density: largest difference | picture: largest | mean | PSNR "
            "|\n|---|---|---|---|---|"
        )
        print(shipped_row("suburb-small"))
        return
    for name in NAMES:
        gold = golden(args.shared / "golden", name)
        table: dict = {}
        for section, quantity, largest, mean, scale, tolerance in rows(
            gold, gold.checkpoint, args.impl
        ):
            old = table.get((section, quantity), (0.0, 0.0, 0.0, tolerance))
            table[section, quantity] = (
                max(old[0], largest),
                max(old[1], mean),
                max(old[2], scale),
                tolerance,
            )
        print(
            f"\n### {name}\n\n| | quantity | largest difference | mean | largest value | tolerance "
            f"|"
        )
        print("|---|---|---|---|---|---|")
        for (section, quantity), (largest, mean, scale, tolerance) in table.items():
            print(
                f"| {section} | {quantity} | {largest:.1e} | {mean:.1e} | {scale:.3g} | "
                f"{tolerance:.0e} |"
            )
        with torch.enable_grad():
            found, expected = gradient(gold, args.impl)
        scale = float(expected.abs().max())
        share = float((found - expected).abs().max()) / scale
        print(
            f"| plain | density's gradient (share of its largest value) | {share:.1e} | | "
            f"{scale:.3g} | 1e-04 |"
        )
        double = gold.weights.generator(torch.float64).density_net(gold.io["sat"].double())
        off = float((double - gold.io["density"]).abs().max())
        print(f"| plain, in float64 | density | {off:.1e} | | | |")


if __name__ == "__main__":
    main()

"""CPU time of DensityNet and RenderNet, as trained and folded: for docs/decisions/networks.md.

    PYTHONPATH=src python benchmarks/networks.py [small] [released] [--layers | --parts]

One thread and `time.process_time`, best of five after one warm-up: it holds on a machine that
others use too.
"""

import argparse
import copy
import time

import torch

from sat2density.models import cpu
from sat2density.models.architecture import Architecture
from sat2density.models.convolution import choose_impl
from sat2density.models.generator import Generator
from sat2density.models.inference import prepare_for_inference


def best_ms(run, repeats=5):
    run()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times) * 1e3


@torch.no_grad()
def print_layers(name, rounds=5):
    """Print CPU time and arithmetic of each part of a folded RenderNet, and of the convolution in
    it.
    """
    torch.manual_seed(0)
    arch = Architecture.named(name)
    net = prepare_for_inference(Generator(arch), "float32").render_net
    times, shapes = {}, {}

    def started(module, inputs):
        times.setdefault(module, []).append(-time.process_time())

    def ended(module, inputs, output):
        times[module][-1] += time.process_time()
        shapes[module] = (inputs[0].shape, output.shape)

    parts = {n: m for n, m in net.trunk.named_modules() if type(m).__name__.startswith("Inference")}
    for module in parts.values():
        module.register_forward_pre_hook(started)
        module.register_forward_hook(ended)
    for _ in range(rounds):
        net(torch.rand(1, 5, 128, 512), torch.zeros(1, arch.style_size))
    print(f"| {name}: part | algorithm | in | out | ms |\n|---|---|---|---|---|")
    for label, module in parts.items():
        (_, *seen), (_, *made) = shapes[module]
        print(
            f"| {label} | {type(module).__name__[9:]} | {seen} | {made} | "
            f"{1e3 * min(times[module]):.1f} |"
        )


def print_parts(name, repeats):
    """Print what each part of `models/cpu` earns: a frame and a training step of RenderNet in
    float32, with all of it, without one part, and without any.
    """
    torch.manual_seed(0)
    arch = Architecture.named(name)
    generator = Generator(arch)
    rendered, style = torch.rand(1, 5, 128, 512), torch.randn(1, arch.style_size)
    print("| architecture | without | frame | training step |\n|---|---|---|---|")
    for left_out in ((), *((part,) for part in cpu.PARTS), cpu.PARTS):
        cpu.use([part for part in cpu.PARTS if part not in left_out])
        folded = prepare_for_inference(copy.deepcopy(generator), "float32").render_net
        net = generator.train().render_net

        @torch.no_grad()
        def look(net=folded):
            net(rendered, style)

        def step(net=net):
            net.zero_grad()
            net(rendered, style).square().mean().backward()

        title = "all of it" if left_out == cpu.PARTS else ", ".join(left_out) or "nothing"
        times = best_ms(look, repeats), best_ms(step, repeats)
        print(f"| {name} | {title} | {times[0]:.0f} ms | {times[1]:.0f} ms |", flush=True)
    cpu.use(cpu.PARTS)


@torch.no_grad()
def print_networks(name):
    """Print one row per algorithm: as trained, and folded."""
    torch.manual_seed(0)
    arch = Architecture.named(name)
    trained = Generator(arch).eval()
    choose_impl(trained, "plain")
    tile, rendered, style = (
        torch.rand(1, 3, 256, 256),
        torch.rand(1, 5, 128, 512),
        torch.randn(1, arch.style_size),
    )
    algorithms = {"as trained, float32": trained}
    for precision in ("float32", "bfloat16"):
        algorithms[f"folded, {precision}"] = prepare_for_inference(
            copy.deepcopy(trained), precision
        )
    for algorithm, generator in algorithms.items():
        dtype = next(generator.render_net.parameters()).dtype
        inputs = [value.to(dtype) for value in (tile, rendered, style)]
        density = best_ms(lambda g=generator, x=inputs: g.density_net(x[0]))
        picture = best_ms(lambda g=generator, x=inputs: g.render_net(x[1], x[2]))
        print(f"| {name} | {algorithm} | {density:.0f} ms | {picture:.0f} ms |", flush=True)


def main():
    """Print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", default=["small", "released"])
    parser.add_argument(
        "--layers", action="store_true", help="RenderNet's parts instead, folded, in float32"
    )
    parser.add_argument(
        "--parts", action="store_true", help="what each part of models/cpu earns instead"
    )
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    if not options.layers and not options.parts:
        print("| architecture | algorithm | DensityNet, 256 tile | RenderNet, 512x128 |")
        print("|---|---|---|---|")
    for name in options.names:
        if options.parts:
            print_parts(name, options.repeats)
        else:
            (print_layers if options.layers else print_networks)(name)


if __name__ == "__main__":
    main()

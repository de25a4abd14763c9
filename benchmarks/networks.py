"""CPU time of DensityNet and RenderNet, as trained and folded: for docs/decisions/networks.md.

    PYTHONPATH=src python benchmarks/networks.py [small] [released]

One thread and `time.process_time`, best of five after one warm-up: it holds on a machine that
others use too.
"""

import argparse
import copy
import time

import torch

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

    parts = {n: m for n, m in net.trunk.named_modules() if type(m).__name__.startswith("Folded")}
    for module in parts.values():
        module.register_forward_pre_hook(started)
        module.register_forward_hook(ended)
    for _ in range(rounds):
        net(torch.rand(1, 5, 128, 512), torch.zeros(1, arch.style_size))
    print(f"| {name}: part | algorithm | in | out | ms |\n|---|---|---|---|---|")
    for label, module in parts.items():
        (_, *seen), (_, *made) = shapes[module]
        print(
            f"| {label} | {type(module).__name__[6:]} | {seen} | {made} | "
            f"{1e3 * min(times[module]):.1f} |"
        )


@torch.no_grad()
def main():
    """Print one row per network and algorithm."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", default=["small", "released"])
    parser.add_argument(
        "--layers", action="store_true", help="RenderNet's parts instead, folded, in float32"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.layers:
        for name in options.names:
            print_layers(name)
        return
    print("| architecture | algorithm | DensityNet, 256 tile | RenderNet, 512x128 |")
    print("|---|---|---|---|")
    for name in options.names:
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


if __name__ == "__main__":
    main()

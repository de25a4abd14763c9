"""CPU time of DensityNet and RenderNet, as trained and folded: the table of docs/decisions.md.

    PYTHONPATH=src python benchmarks/networks.py [small] [released]

One thread and `time.process_time`, best of five after one warm-up: it holds on a machine that others use too.
"""

import argparse
import copy
import time

import torch

from sat2density.models.architecture import Architecture
from sat2density.models.folding import prepare_for_inference
from sat2density.models.generator import Generator


def best_ms(run, repeats=5):
    run()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times) * 1e3


@torch.no_grad()
def main():
    """Print one row per network and form."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=["small", "released"])
    torch.set_num_threads(1)
    print("| architecture | form | DensityNet, 256 tile | RenderNet, 512x128 |\n|---|---|---|---|")
    for name in parser.parse_args().names:
        torch.manual_seed(0)
        arch = Architecture.named(name)
        trained = Generator(arch).eval()
        tile, projection, style = (
            torch.rand(1, 3, 256, 256),
            torch.rand(1, 5, 128, 512),
            torch.randn(1, arch.style_size),
        )
        forms = {"as trained, float32": trained}
        for precision in ("float32", "bfloat16"):
            forms[f"folded, {precision}"] = prepare_for_inference(copy.deepcopy(trained), precision)
        for form, generator in forms.items():
            dtype = next(generator.render_net.parameters()).dtype
            inputs = [value.to(dtype) for value in (tile, projection, style)]
            density = best_ms(lambda g=generator, x=inputs: g.density_net(x[0]))
            picture = best_ms(lambda g=generator, x=inputs: g.render_net(x[1], x[2]))
            print(f"| {name} | {form} | {density:.0f} ms | {picture:.0f} ms |", flush=True)


if __name__ == "__main__":
    main()

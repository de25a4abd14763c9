"""How well things are found in a procedural world: buildings, trees, vehicles.

    python benchmarks/city.py STYLE [--scenes 50] [--first 0] [--weights NAME|FILE] [--oracle]

Scenes are those of the split `test`. The oracle is given the exact maps: what it misses, the
extraction misses. With weights the maps come from them. Prints a JSON object a row, and the
confusion of roof forms.
"""

import argparse
import json
import time

import numpy as np

from sat2density.city.evidence import Evidence, evidence_of
from sat2density.city.from_maps import plan_of
from sat2density.city.measures import Score, measured
from sat2density.city.oracle import exact_evidence
from sat2density.worlds import World
from sat2density.worlds.seeds import split_seeds


def tile_of(world: World, extent_m: float, size: int) -> np.ndarray:
    """The world's tile as weights of this scale want it."""
    return world.tile(size, extent_m)


def rows(style: str, seeds: list[int], weights: str | None, oracle: bool):
    """Yield (name of the row, function from a world to evidence)."""
    if oracle:
        yield "oracle", exact_evidence
    if weights is not None:
        import torch

        from sat2density.loading import load

        model = load(weights)
        spec = model.spec

        def told(world: World) -> Evidence:
            tile = tile_of(world, spec.extent_m, spec.tile_size)
            pixels = torch.from_numpy(tile).permute(2, 0, 1).float() / 255
            return evidence_of(model.reconstruct(pixels))

        yield weights, told


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("style")
    options.add_argument("--scenes", type=int, default=50)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--weights")
    options.add_argument("--oracle", action="store_true")
    chosen = options.parse_args()
    first = split_seeds(chosen.style, "test")[0] + chosen.first
    seeds = list(range(first, first + chosen.scenes))
    oracle = chosen.oracle or chosen.weights is None
    for name, evidence in rows(chosen.style, seeds, chosen.weights, oracle):
        total: dict[str, Score] = {}
        seconds = 0.0
        for seed in seeds:
            world = World.generate(chosen.style, seed)
            shown = evidence(world)
            began = time.perf_counter()
            plan = plan_of(shown)
            seconds += time.perf_counter() - began
            for kind, score in measured(plan, world).items():
                total.setdefault(kind, Score()).add(score)
        row = {kind: score.summary() for kind, score in total.items()}
        about = {"row": name, "data": f"{chosen.style}:test", "scenes": len(seeds)}
        print(json.dumps({**about, "seconds_a_plan": round(seconds / len(seeds), 3), **row}))
        for (true, told), count in sorted(total["buildings"].forms.items()):
            print(f"  roof {true:7} found as {told:7} {count}")


if __name__ == "__main__":
    main()

"""How long the parts of a teaching sample of the procedural world take: processor seconds of one
core.

    python benchmarks/world_speed.py --style anywhere --count 40

Prints JSON: the median and the 90th percentile over the scenes, per part and in all. The machine
code is made before the clock starts.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

import numpy as np

from sat2density.worlds import World


def parts(style: str, seed: int) -> dict[str, float]:
    """Return processor seconds of each part of one sample: tile and ground picture at 256 pixels,
    maps at 128 pixels with an occupancy of 32 x 128 x 128.
    """
    seconds: dict[str, float] = {}

    def timed(name: str, make: Callable[[], object]) -> object:
        start = time.process_time()
        made = make()
        seconds[name] = time.process_time() - start
        return made

    world = timed("generate", lambda: World.generate(style, seed))
    assert isinstance(world, World)
    timed("tile", lambda: world.tile(256))
    timed("ground_picture", lambda: world.ground_picture(256))
    timed("truth_maps", lambda: world.truth_maps(128, occupancy=(32, 128)))
    timed("things", world.things)
    seconds["all"] = sum(seconds.values())
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--style", default="anywhere")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    parts(asked.style, asked.seed)
    rows = [parts(asked.style, asked.seed + k) for k in range(1, asked.count + 1)]
    table = {name: [row[name] for row in rows] for name in rows[0]}
    result = {
        name: {
            "median_s": round(float(np.median(values)), 4),
            "p90_s": round(float(np.percentile(values, 90)), 4),
        }
        for name, values in table.items()
    }
    print(json.dumps({"style": asked.style, "scenes": asked.count, **result}, indent=1))


if __name__ == "__main__":
    main()

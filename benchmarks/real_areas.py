"""Heights of real places with measured heights: `sat2density heights` beside the lidar.

    python benchmarks/real_areas.py ../shared/realheights [--weights NAME] [--out out/realareas]

The folder has rgb.tif and heights.tif (metres above ground) on one grid, or folders that have them.
"""

import argparse
import json
from pathlib import Path

from sat2density.maps.compare import compare_heights
from sat2density.maps.heights import HeightsPlan, area_heights


def measure(folder, weights, out):
    """Return the measures of one place."""
    area_heights(HeightsPlan(folder / "rgb.tif", weights), out, overwrite=True)
    return compare_heights(out / "heights.tif", folder / "heights.tif")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--weights", default="suburb-small")
    options.add_argument("--out", type=Path, default=Path("out/realareas"))
    given = options.parse_args()
    places = [path.parent for path in sorted(given.folder.rglob("rgb.tif"))]
    for place in places:
        result = measure(place, given.weights, given.out / place.name)
        print(place.name, json.dumps(result, indent=1))


if __name__ == "__main__":
    main()

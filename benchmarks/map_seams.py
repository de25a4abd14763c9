"""How much a walk over a map jumps where the tiles under it change, against ordinary neighbours.

    python benchmarks/map_seams.py AREA.tif TRACK [--weights NAME] [--metres 60] [--spacing-m 0.5]

A seam is a step at which another set of tiles of the lattice lies under the camera's window. The
change between two frames is the mean absolute difference of panoramas that look north.
"""

import argparse
import json
import resource

import torch

import sat2density as s2d
from sat2density.maps.following import FollowingScene
from sat2density.maps.raster import MapRaster
from sat2density.maps.tracks import read_track
from sat2density.maps.walks import walk_on


def lattice(following, x, y):
    """The tiles under the window around a place."""
    half = following.cells / 2
    corner = (round(x / following.cell_m - half), round(-y / following.cell_m - half))
    return tuple((c - following.cells) // following.step for c in corner)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("area")
    options.add_argument("track")
    options.add_argument("--weights", default="suburb-small")
    options.add_argument("--metres", type=float, default=60.0)
    options.add_argument("--spacing-m", type=float, default=0.5)
    given = options.parse_args()
    raster = MapRaster(given.area)
    walk = walk_on(raster, read_track(given.track), given.spacing_m)
    model = s2d.load(given.weights, device="cpu")
    following = FollowingScene(model, raster, walk.crs)
    light = s2d.Lighting.preset("clear-noon")
    seams, ordinary, before = [], [], None
    for (x, y), metres in zip(walk.points, walk.walked_m, strict=True):
        if metres > given.metres:
            break
        scene, camera = following.at(float(x), float(y))
        view = scene.render(camera, light)
        here = (lattice(following, x, y), view.image, torch.nan_to_num(view.depth_m, nan=0.0))
        if before is not None:
            changes = [
                float((a - b).abs().mean()) for a, b in zip(here[1:], before[1:], strict=True)
            ]
            (ordinary if here[0] == before[0] else seams).append(changes)
        before = here
    means = [torch.tensor(kind).mean(0).tolist() for kind in (seams, ordinary)]
    print(
        json.dumps(
            {
                "seams": len(seams),
                "ordinary": len(ordinary),
                "picture": {"seam": means[0][0], "ordinary": means[1][0]},
                "picture_ratio": means[0][0] / means[1][0],
                "depth_ratio": means[0][1] / means[1][1],
                "worst_picture_ratio": max(seams)[0] / means[1][0],
                "tiles": following.made,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()

"""From a GeoTIFF to heights of its area and a walk over it.

python examples/maps.py anywhere-small area.tif ride.gpx      (pip install 'sat2density[maps]')
"""

import argparse
from pathlib import Path

import sat2density as s2d
from sat2density.maps.film import MapFilm, film_map_walk, film_plan
from sat2density.maps.following import FollowingScene
from sat2density.maps.heights import HeightsPlan, area_heights
from sat2density.maps.raster import MapRaster
from sat2density.maps.tracks import read_track
from sat2density.maps.walks import walk_on


def main(
    weights: str, area: str, track: str, out: str = "out/maps", spacing_m: float = 0.5
) -> None:
    """Write heights.tif of the area with a mesh in tiles, and a film of a walk along the track."""
    folder = Path(out)
    wanted = HeightsPlan(Path(area), weights, workers=2, mesh=True)
    summary = area_heights(wanted, folder / "heights")
    print(f"{summary['tiles']} tiles, {summary['pixel_m']:.2f} m a pixel")
    print(folder / "heights" / "mesh" / "tileset.json")

    raster = MapRaster(area)
    walk = walk_on(raster, read_track(track), spacing_m)
    model = s2d.load(weights)
    light = s2d.Lighting.preset("golden-hour")
    following = FollowingScene(model, raster, walk.crs)
    film = MapFilm(fps=10)
    plan = film_plan(model, walk, light.name, film)
    film_map_walk(following, walk, model.lit(light), folder / "walk", film, plan)
    print(f"{walk.walked_m[-1]:.0f} m, {len(walk)} frames")
    print(folder / "walk" / "video.mp4")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("weights", "area", "track"):
        parser.add_argument(name)
    given = parser.parse_args()
    main(given.weights, given.area, given.track)

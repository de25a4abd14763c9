"""A walk built in Python: a smooth curve through waypoints, looking the way one goes.

    python examples/path_in_python.py anywhere-small tile.png

The path file it writes works on the command line as well: sat2density video tile.png --light dusk
--path walk.csv
"""

from pathlib import Path

from example_arguments import read

import sat2density as s2d


def main(
    weights: str, tile: str, scene_name: str | None = None, out: str = "out/path", frames: int = 12
) -> None:
    """Write the frames of a walk and its path file."""
    model = s2d.load(weights, scene=scene_name)
    scene = model.reconstruct(s2d.read_image(tile))

    # Waypoints in tile units (east, south): (0, 0) is the middle, (-1, -1) the north-west corner.
    walk = s2d.Trajectory.waypoints(
        [(-0.5, 0.1), (-0.1, 0.0), (0.2, -0.1), (0.3, -0.5)], frames=frames
    )
    walk = walk.along_path()  # headings: the direction of travel stays in the picture's middle
    print(f"{len(walk)} frames along {walk.length_m(model.spec):.1f} m")

    folder = Path(out)
    light = s2d.Lighting.preset("golden-hour")
    for number, camera in enumerate(walk.cameras):
        s2d.save_image(folder / f"{number:03d}.png", scene.render(camera, light).image)

    # An ordinary picture instead of a panorama: 90 degrees wide, along the last step.
    ahead = scene.render_perspective(
        walk.cameras[-1], light, size=(320, 180), horizontal_fov_deg=90
    )
    s2d.save_image(folder / "ahead.png", ahead.image)
    walk.write(folder / "walk.csv", model.spec)
    print(folder)


if __name__ == "__main__":
    main(*read(__doc__))

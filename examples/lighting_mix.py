"""The same place from noon to dusk: rays are cast once, then only the output is repeated.

python examples/lighting_mix.py anywhere-small tile.png
"""

from pathlib import Path

from example_arguments import read

import sat2density as s2d


def main(
    weights: str,
    tile: str,
    scene_name: str | None = None,
    out: str = "out/lighting",
    steps: int = 5,
) -> None:
    """Write one panorama for each step, and the light half-way as a file."""
    model = s2d.load(weights, scene=scene_name)
    scene = model.reconstruct(s2d.read_image(tile))

    # A light may also come from a photograph of the sky: s2d.Lighting.from_photo("ground.png",
    # mask="sky.png").
    noon, dusk = s2d.Lighting.preset("clear-noon"), s2d.Lighting.preset("dusk")

    geometry = scene.project(s2d.Camera())  # colour, opacity and depth; no light in it yet
    folder = Path(out)
    for step in range(steps):
        light = s2d.Lighting.mix(noon, dusk, step / (steps - 1))
        s2d.save_image(folder / f"{step:03d}.png", scene.relight(geometry, light).image)
    light.save(
        folder / "last-light.json"
    )  # sat2density render tile.png --light out/lighting/last-light.json
    print(folder)


if __name__ == "__main__":
    main(*read(__doc__))

"""A tile becomes a scene once; the scene is looked at as often as you like.

python examples/quickstart.py anywhere-small tile.png
"""

from pathlib import Path

from example_arguments import read

import sat2density as s2d


def main(
    weights: str, tile: str, scene_name: str | None = None, out: str = "out/quickstart"
) -> None:
    """Write a panorama, and say what stands around the camera."""
    model = s2d.load(weights, scene=scene_name)

    # The slow half: the networks turn the tile into a volume of density. Done once.
    scene = model.reconstruct(s2d.read_image(tile))

    # The fast half: a camera a quarter of the way to the east edge, looking north, in the light of
    # noon.
    view = scene.render(
        s2d.Camera(east=0.25, south=0.0, heading=0.0), s2d.Lighting.preset("clear-noon")
    )

    folder = Path(out)
    s2d.save_image(folder / "panorama.png", view.image)
    s2d.save_image(folder / "opacity.png", view.opacity)

    # Depth is radial, in metres; NaN where there is no surface (the sky).
    depth = view.depth_m
    seen = depth[depth.isfinite()]
    print(
        f"{seen.numel() / depth.numel():.0%} of the panorama is no sky; the nearest of it is "
        f"{seen.min():.1f} m away"
    )
    print(f"the highest thing on the tile stands {scene.heights().max():.1f} m above the ground")
    print(folder / "panorama.png")


if __name__ == "__main__":
    main(*read(__doc__))

"""One view of a tile as pictures: what the network paints, what was rendered, and the heights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sat2density.export import pictures
from sat2density.images import save_image

if TYPE_CHECKING:
    from sat2density.scene import Scene
    from sat2density.views import View


def write_view(view: View, scene: Scene, folder: Path) -> list[str]:
    """Write one view with its scene's heights as pictures.

    Args:
        view: of one camera; without a picture, panorama.png is left out.
        scene: where it was rendered.
        folder: gets panorama.png, depth.png (16 bit, millimetres, 0 = no surface),
            depth-coloured.png, opacity.png, projected.png and heights.png.

    Returns:
        The files' names.

    Raises:
        OutputError: a file cannot be written.

    """
    names = []
    if view.image is not None:
        save_image(folder / "panorama.png", view.image)
        names.append("panorama.png")
    pictures.write_depth_png(folder / "depth.png", view.depth_m)
    coloured = pictures.depth_picture(view.depth_m, pictures.farthest_depth_m(scene.spec))
    pictures.write_picture(folder / "depth-coloured.png", coloured)
    pictures.write_picture(folder / "opacity.png", pictures.opacity_picture(view.opacity))
    save_image(folder / "projected.png", view.colour)
    heights = pictures.heights_picture(scene.heights(), scene.spec.max_height_m)
    pictures.write_picture(folder / "heights.png", heights)
    return [
        *names,
        "depth.png",
        "depth-coloured.png",
        "opacity.png",
        "projected.png",
        "heights.png",
    ]

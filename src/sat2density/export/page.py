"""One HTML file to keep and to send: the tile, a walk to scrub, places to look around in, and the
shape.

The file holds everything: the studio's own script and style, the pictures as JPEG, depth and
heights as compressed numbers. It opens from disk without a server, and its content policy forbids
it every request.
"""

from __future__ import annotations

import base64
import dataclasses
import html
import io
import json
import zlib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sat2density.encoded_lights import EncodedLights
from sat2density.errors import InputError
from sat2density.export.arrays import picture, plane
from sat2density.export.work import Progress, Run, here, silent
from sat2density.files import atomic_path
from sat2density.views import Camera, View

if TYPE_CHECKING:
    from sat2density.light.lighting import Lighting
    from sat2density.paths.trajectory import Trajectory
    from sat2density.pipeline import Sat2Density, Scene

FORMAT: Final = "sat2density page 1"
MOST_FRAMES: Final = 80
"""Panoramas of the walk that a page holds: at 20 kB each the page stays under 4 MB."""
MOST_HEIGHTS: Final = 128
"""Side of the grid of heights."""
NO_SURFACE: Final = 65535
POLICY: Final = (
    "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src "
    "'unsafe-inline'; base-uri 'none'"
)


@dataclasses.dataclass(frozen=True)
class Still:
    """A place to look around in.

    Attributes:
        title: what people read in the list.
        camera: where, and which way the page looks at first.

    """

    title: str
    camera: Camera


def write_page(
    path: str | Path,
    scene: Scene,
    lighting: Lighting,
    walk: Trajectory | None = None,
    stills: Sequence[Still] = (),
    title: str = "",
    run: Run = here,
    progress: Progress = silent,
) -> None:
    """Render a scene into one self-contained HTML file.

    Args:
        path: the file, complete or absent.
        scene: of one tile.
        lighting: the light of all pictures.
        walk: the walk to scrub; more than `MOST_FRAMES` points are thinned evenly. None leaves it
            out.
        stills: places with depth to look around in; none given takes the tile's middle, and the
            walk's two ends.
        title: of the page; empty takes a plain one.
        run: does one rendering (the studio sends it through its queue).
        progress: told after each rendering.

    Raises:
        InputError: the studio's built page is not part of this installation. OutputError: `path`
            cannot be written.

    """
    cameras = [] if walk is None else _thinned(walk.cameras)
    stills = list(stills) or _default_stills(cameras)
    views = _render(scene, lighting, [*cameras, *(still.camera for still in stills)], run, progress)
    content = {
        "format": FORMAT,
        "title": title or "A satellite tile to stand in",
        "light": lighting.name,
        "weights": weights_facts(scene.model),
        "scene": scene_facts(scene.model),
        "tile": _jpeg(scene.tile, 92),
        "walk": [_frame(camera, view) for camera, view in zip(cameras, views, strict=False)],
        "stills": [
            {"title": still.title, **_frame(still.camera, view), "depth": _depth(view)}
            for still, view in zip(stills, views[len(cameras) :], strict=True)
        ],
        "heights": _heights(scene),
        "city": _city(scene, lighting, run),
    }
    text = page_text(content, *built_page())
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def page_text(
    content: dict[str, Any], script: str, style: str, element: str = "sat2density-page"
) -> str:
    """Put content, script and style into one HTML text; nothing in `content` can end the element it
    stands in.

    Args:
        content: JSON values; `title` is shown as the page's.
        script: JavaScript of the page.
        style: CSS of the page.
        element: id of the element that holds the content: the script knows the page's kind by it.

    """
    # Inside a script element only "</script" and "<!--" are dangerous: JSON may write "<" by its
    # number, code may not.
    data = json.dumps(content).replace("<", "\\u003c")
    code = script.replace("</script", "<\\/script").replace("<!--", "<\\!--")
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">',
            f"<title>{html.escape(str(content['title']))}</title>",
            f'<style>{style}</style></head><body><div id="app"></div>',
            "<noscript>This page needs JavaScript.</noscript>",
            f'<script type="application/json" id="{element}">{data}</script>',
            f"<script>{code}</script></body></html>",
        ]
    )


def built_page() -> tuple[str, str]:
    """Return script and style of the studio, the saved page and the walk, as built by web/.

    Raises:
        InputError: they are not part of this installation.

    """
    folder = resources.files("sat2density") / "assets" / "studio"
    try:
        return (folder / "studio.js").read_text(encoding="utf-8"), (
            folder / "studio.css"
        ).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(
            "the studio's page is not installed; build it: npm run build, in web/"
        ) from error


def _render(
    scene: Scene,
    lighting: Lighting,
    cameras: Sequence[Camera],
    run: Run,
    progress: Progress,
) -> Sequence[View]:
    views = []
    lit = EncodedLights(scene.model).lit(lighting)
    for index, camera in enumerate(cameras):
        # heading 0: the page turns the panorama itself, from what the camera says.
        north = dataclasses.replace(camera, heading=0.0)
        work = lambda north=north: scene.render(north, lit)  # noqa: E731
        views.append(run(work))
        progress(index + 1, len(cameras))
    return views


def _thinned(cameras: Sequence[Camera]) -> list[Camera]:
    chosen = np.linspace(0, len(cameras) - 1, min(MOST_FRAMES, len(cameras))).round().astype(int)
    return [cameras[index] for index in chosen]


def _default_stills(cameras: Sequence[Camera]) -> list[Still]:
    # A page without a walk still has a place to look around in.
    stills = [Still("The middle of the tile", Camera())]
    if cameras:
        stills += [Still("Start of the walk", cameras[0]), Still("End of the walk", cameras[-1])]
    return stills


def weights_facts(model: Sat2Density) -> dict[str, Any]:
    """Return what the saved page and the studio tell about weights.

    Args:
        model: of these weights.

    """
    info = model.info
    return {
        "name": str(info.get("name", "unnamed")),
        "trained": model.trained,
        "trainedOn": str(info.get("trained_on", "unknown")),
        "licence": str(info.get("licence", "")),
    }


def scene_facts(model: Sat2Density) -> dict[str, Any]:
    """Return the measures of a scene that the saved page and the studio work with.

    Args:
        model: that makes it.

    """
    spec = model.spec
    return {
        "extentM": spec.extent_m,
        "cameraHeightM": spec.camera_height_m,
        "maxHeightM": spec.max_height_m,
        "verticalFovDeg": spec.vertical_fov_deg,
        "panorama": list(spec.panorama_size),
        "tileSize": spec.tile_size,
        "pixelRule": model.rules.pixel_rule,
    }


def _frame(camera: Camera, view: View) -> dict[str, Any]:
    place = {
        "east": round(camera.east, 5),
        "south": round(camera.south, 5),
        "yaw": round(camera.heading, 2),
    }
    return {**place, "picture": _jpeg(view.image, 86)}


def _jpeg(image: Any, quality: int) -> str:
    stream = io.BytesIO()
    Image.fromarray(picture(image)).save(stream, "JPEG", quality=quality)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()


def _depth(view: View) -> str:
    return _numbers(plane(view.depth_m, "depth"))


def _city(scene: Scene, lighting: Lighting, run: Run) -> dict[str, Any] | None:
    """Return the place as a model to walk through, where the weights tell what stands where."""
    from sat2density.city.evidence import tells_things
    from sat2density.city.from_maps import plan_of_scene
    from sat2density.city.model import model
    from sat2density.city.walk_content import FIRST, walk_lights
    from sat2density.light.lighting import Lighting

    if not tells_things(scene.model.architecture):
        return None
    try:
        lights = walk_lights([(lighting.name, lighting)])
    except InputError:  # of numbers alone
        lights = walk_lights([(FIRST, Lighting.preset(FIRST))])
    data = run(lambda: model(plan_of_scene(scene)))
    return {"model": base64.b64encode(data).decode(), "light": lights[0]}


def _heights(scene: Scene) -> dict[str, Any]:
    heights = plane(scene.heights(), "heights")
    step = max(1, len(heights) // MOST_HEIGHTS)
    heights = heights[::step, ::step]
    return {"side": len(heights), "values": _numbers(heights)}


def _numbers(metres: NDArray[np.float32]) -> str:
    """Return metres (NaN: none) as uint16 centimetres, compressed, in base64."""
    codes = (
        np.nan_to_num(np.clip(metres * 100, 0, NO_SURFACE - 1), nan=NO_SURFACE)
        .round()
        .astype("<u2")
    )
    return base64.b64encode(zlib.compress(codes.tobytes(), 6)).decode()

"""What a page that shows a plan's model holds: the model, lights, the map, where one begins."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from PIL import Image

from sat2density.city.drawing import overview
from sat2density.city.model import model
from sat2density.city.plan import Plan
from sat2density.city.render import exposure_of
from sat2density.light.lighting import Lighting
from sat2density.light.presets import PRESETS
from sat2density.scene_spec import SceneSpec
from sat2density.sky_light import light_of
from sat2density.views import Camera

FORMAT: Final = "sat2density walk 1"
MAP_PIXELS: Final = 384
FIRST: Final = "clear-noon"
"""The preset in which a page opens, unless it is given a light of its own."""
ABOUT: Final = (
    "Built from one satellite picture. Windows, doors and leaves are invented; beyond the tile the "
    "place is mirrored."
)


class Start(NamedTuple):
    """Where a page opens: metres from the tile's middle, degrees clockwise from north."""

    east_m: float = 0.0
    south_m: float = 0.0
    heading_deg: float = 0.0


def start_of(camera: Camera, unit_m: float) -> Start:
    """Return where a page opens that begins where a camera stands.

    Args:
        camera: in tile units.
        unit_m: metres in a unit.

    """
    return Start(camera.east * unit_m, camera.south * unit_m, camera.heading)


def walk_content(
    plan: Plan, title: str, start: Start, lighting: Lighting | None = None
) -> dict[str, Any]:
    """Return what the page holds, as JSON values.

    Args:
        plan: of a tile.
        title: of the page; empty takes a plain one.
        start: where it opens.
        lighting: see `write_walk`.

    """
    rest = [FIRST, *(name for name in PRESETS if name != FIRST)]
    lights = [(name, Lighting.preset(name)) for name in rest]
    if lighting is not None and lighting.name not in rest:
        lights.insert(0, (lighting.name, lighting))
    elif lighting is not None:
        lights.sort(key=lambda light: light[0] != lighting.name)
    return {
        "format": FORMAT,
        "title": title or "A satellite tile to walk in",
        "about": ABOUT,
        "extentM": plan.extent_m,
        "eyeM": SceneSpec().camera_height_m,
        "start": {"east": start.east_m, "south": start.south_m, "heading": start.heading_deg},
        "lights": walk_lights(lights),
        "map": _map(plan),
        "model": base64.b64encode(model(plan)).decode(),
    }


def walk_lights(lights: Sequence[tuple[str, Lighting]]) -> list[dict[str, Any]]:
    """Return lights as the page's view needs them: linear colours, the sun as [east, south, up].

    Args:
        lights: (name, light); each holds a picture of its sky.

    Raises:
        InputError: one does not.

    """
    found = []
    for name, lighting in lights:
        light = light_of(lighting)
        found.append(
            {
                "name": name,
                "sun": _rounded(light.sun),
                "sunRgb": _rounded(light.sun_rgb),
                "skyRgb": _rounded(light.sky_rgb),
                "zenithRgb": _rounded(light.zenith_rgb),
                "horizonRgb": _rounded(light.horizon_rgb),
                "hazeRgb": _rounded(light.haze_rgb),
                "cloud": round(light.cloud, 4),
                "cloudRgb": _rounded(light.cloud_rgb),
                "glow": light.glow,
                "exposure": round(exposure_of(light), 4),
            }
        )
    return found


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(float(value), 4) for value in np.asarray(values)]


def _map(plan: Plan) -> str:
    picture = Image.fromarray(overview(plan))
    picture.thumbnail((MAP_PIXELS, MAP_PIXELS), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()

"""What this version of the generator makes, pinned: a seed gives the same world for as long as the
version stands.

Bytes cannot be pinned for every machine: sines come from its C library, the tone curve from numpy's
vector code, the JPEG artefacts from Pillow. Bounds below allow for those and for nothing that an
eye could see; on one machine, equal bytes are held by the other tests. After a change that is meant
(and a new GENERATOR_VERSION):

    python tests/worlds/test_pinned.py > tests/worlds/pinned.json
"""

import json
from pathlib import Path

import numpy as np
import pytest

from sat2density.worlds import CLASSES, GENERATOR_VERSION, STYLES, World, generator_version
from sat2density.worlds.world import LATER_VERSIONS

PINNED = Path(__file__).with_name("pinned.json")
SEED = 307
BLOCKS = 4


def blocks(picture: np.ndarray) -> list:
    """Mean colours of BLOCKS x BLOCKS parts of a picture."""
    height, width, _ = picture.shape
    parts = picture.reshape(BLOCKS, height // BLOCKS, BLOCKS, width // BLOCKS, 3)
    return np.round(parts.mean((1, 3), dtype=np.float64), 3).tolist()


def describe(style: str) -> dict:
    world = World.generate(style, SEED)
    view = world.panorama(size=(256, 64))
    heights, ground, classes = world.surface_maps(128)
    hit = view.depth_m[np.isfinite(view.depth_m)]
    tables = {
        name: getattr(world.geometry, name)
        for name in ("prims", "patches", "roads", "backdrop_m", "crowns")
    }
    return {
        "tables": {
            name: [len(table), float(np.abs(table).mean(dtype=np.float64))]
            for name, table in tables.items()
        },
        "means": [
            float(a.mean(dtype=np.float64)) for a in (heights, ground, hit, world.occupancy(16, 64))
        ],
        "tile classes": np.bincount(classes.ravel(), minlength=len(CLASSES)).tolist(),
        "panorama classes": np.bincount(view.classes.ravel(), minlength=len(CLASSES)).tolist(),
        "tile": blocks(world.tile(128)),
        "panorama": blocks(view.image),
    }


def test_the_pins_are_of_this_version():
    assert json.loads(PINNED.read_text())["generator_version"] == GENERATOR_VERSION


def test_the_pins_of_later_styles_are_of_their_versions():
    later = json.loads(PINNED.read_text())["later_versions"]
    assert later == {style: generator_version(style) for style in later}
    assert {style for style in STYLES if generator_version(style) != GENERATOR_VERSION} == {*later}


@pytest.mark.parametrize("style", STYLES)
def test_a_seed_still_gives_the_world_it_gave(style):
    pinned, now = json.loads(PINNED.read_text())[style], describe(style)
    for name, (count, mean) in pinned["tables"].items():
        assert now["tables"][name] == [count, pytest.approx(mean, rel=1e-9)], name
    assert now["means"] == pytest.approx(pinned["means"], rel=1e-4)
    for name in ("tile classes", "panorama classes"):
        assert np.abs(np.subtract(now[name], pinned[name])).sum() <= 4, name
    for name in ("tile", "panorama"):
        assert np.abs(np.subtract(now[name], pinned[name])).max() < 0.5, name


if __name__ == "__main__":
    print(
        json.dumps(
            {
                "generator_version": GENERATOR_VERSION,
                "later_versions": LATER_VERSIONS,
                **{style: describe(style) for style in STYLES},
            },
            indent=1,
        )
    )

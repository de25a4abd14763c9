"""A tiny training run on made-up scenes: no procedural world, no files but the run's own."""

import dataclasses

import numpy as np
import pytest
import torch

from sat2density.data.sample import Sample
from sat2density.engine import packing, presets, sheets
from sat2density.engine.packed import Packed, PackShape
from sat2density.scene_spec import SceneSpec


def scene_arrays(index, ground=0, raised=0, size=(64, 16), tile=64):
    """A scene whose sky is the upper half, with a bright block that differs from scene to scene."""
    rng = np.random.default_rng(index)
    width, height = size
    sky = np.zeros((height, width), np.uint8)
    sky[: height // 2] = 255
    panorama = np.stack([sky // 2 + 60 + 20 * channel for channel in range(3)]).astype(np.uint8)
    column = int(rng.integers(0, width - 8))
    sky[height // 4 :, column : column + 8] = 0
    panorama[:, height // 4 : height // 2, column : column + 8] = 30
    views = ground + raised
    return {
        "tiles": rng.integers(60, 200, (3, tile, tile), dtype=np.uint8),
        "panoramas": panorama,
        "skies": sky,
        "view_panoramas": np.repeat(panorama[None], ground, 0),
        "view_skies": np.repeat(sky[None], views, 0),
        "view_cameras": np.tile(np.float32([0.2, -0.1, 2.0]), (views, 1)),
        "histograms": rng.random(270).astype(np.float32) / 90,
    }


def make_pack(folder, scenes=8, ground=0, raised=0):
    names = [f"scene-{i}" for i in range(scenes)]
    packed = Packed.create(folder, PackShape(scenes, 64, (64, 16), (64, 16), ground, raised), names, {})
    for index in range(scenes):
        packed.put(index, scene_arrays(index, ground, raised))
    return Packed(folder)


@pytest.fixture
def tiny():
    """The tiny preset, deterministic and on one thread."""
    config = presets.PRESETS["tiny"]
    run = dataclasses.replace(config.run, deterministic=True, threads=1, log_steps=1, sheet_minutes=1000)
    optim = dataclasses.replace(config.optim, steps=4)
    return dataclasses.replace(config, run=run, optim=optim)


def made_up_sample(spec):
    arrays = scene_arrays(0, size=spec.panorama_size, tile=spec.tile_size)
    floats = {name: torch.from_numpy(values.astype(np.float32)) / 255 for name, values in arrays.items()}
    truth = {"heights_m": torch.zeros(spec.tile_size, spec.tile_size)}
    return Sample(floats["tiles"], floats["panoramas"], floats["skies"][None], spec, "scene-0", truth)


@pytest.fixture
def made_up(tmp_path_factory, monkeypatch):
    """Training on made-up scenes instead of the procedural world."""
    packs = {}

    def open_packed(config, world, dry_run, say):
        key = (config.data.ground_views, config.data.raised_views)
        if key not in packs:
            packs[key] = make_pack(tmp_path_factory.mktemp("pack") / "p", 8, *key)
        return packs[key]

    monkeypatch.setattr(packing, "open_packed", open_packed)
    spec = dataclasses.replace(SceneSpec.named("suburb"), tile_size=64, panorama_size=(64, 16))
    monkeypatch.setattr(sheets, "_samples", lambda config: [made_up_sample(spec)])


@pytest.fixture(autouse=True)
def _restored_torch():
    threads = torch.get_num_threads()
    yield
    torch.use_deterministic_algorithms(False)
    torch.set_num_threads(threads)

"""A tiny training run on made-up scenes: no procedural world, no files but the run's own."""

import dataclasses

import numpy as np
import pytest
import torch
from drawn_folders import write_pairs
from drawn_scenes import make_pack, scene_arrays

from sat2density.data.sample import Sample
from sat2density.scene_spec import SceneSpec
from sat2density.training import pack_writer, presets, preview_sheets


@pytest.fixture
def tiny():
    """The tiny preset, deterministic and on one thread."""
    config = presets.PRESETS["tiny"]
    run = dataclasses.replace(
        config.run, deterministic=True, threads=1, log_steps=1, sheet_minutes=1000
    )
    optim = dataclasses.replace(config.optim, steps=4)
    return dataclasses.replace(config, run=run, optim=optim)


def made_up_sample(spec):
    arrays = scene_arrays(0, size=spec.panorama_size, tile=spec.tile_size)
    floats = {
        name: torch.from_numpy(values.astype(np.float32)) / 255 for name, values in arrays.items()
    }
    truth = {"heights_m": torch.zeros(spec.tile_size, spec.tile_size)}
    return Sample(
        floats["tiles"], floats["panoramas"], floats["skies"][None], spec, "scene-0", truth
    )


@pytest.fixture
def made_up(tmp_path_factory, monkeypatch):
    """Training on made-up scenes instead of the procedural world."""
    packs = {}

    def open_packed(config, world, dry_run, say):
        key = (config.data.ground_views, config.data.raised_views)
        if key not in packs:
            packs[key] = make_pack(tmp_path_factory.mktemp("pack") / "p", 8, *key)
        return packs[key]

    monkeypatch.setattr(pack_writer, "open_packed", open_packed)
    spec = dataclasses.replace(SceneSpec.named("suburb"), tile_size=64, panorama_size=(64, 16))
    monkeypatch.setattr(preview_sheets, "_samples", lambda config: [made_up_sample(spec)])


@pytest.fixture
def words(tmp_path, monkeypatch):
    """The command's words, but for --out: tiny on a drawn folder, every step saved and logged."""
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    root = write_pairs(tmp_path / "pairs", {"train": range(4)})
    sizes = ["--scene.tile-size", "32", "--scene.samples-per-ray", "8", "--optim.batch", "2"]
    often = [
        "--run.checkpoint-steps",
        "1",
        "--run.log-steps",
        "1",
        "--run.deterministic",
        "--run.threads",
        "1",
    ]
    return ["train", "tiny", "--data.source", str(root), "--device", "cpu", *sizes, *often]


@pytest.fixture(autouse=True)
def _restored_torch():
    threads = torch.get_num_threads()
    yield
    torch.use_deterministic_algorithms(False)
    torch.set_num_threads(threads)

"""A run that is taught by the truth."""

import dataclasses

import torch
from small_networks import small_architecture

from sat2density.loading import load
from sat2density.training import runlog
from sat2density.training.presets import PRESETS
from sat2density.training.trainer import RunOptions, train
from sat2density.training.truth_step import from_a_side


def small():
    config = PRESETS["geometry"]
    return dataclasses.replace(
        config,
        scene=dataclasses.replace(
            config.scene, tile_size=64, panorama_size=(64, 16), samples_per_ray=16
        ),
        architecture=small_architecture(config),
        data=dataclasses.replace(
            config.data, source="suburb", limit=8, tile_size=64, ground_views=2, low_views=1
        ),
        loss=dataclasses.replace(config.loss, views=1.0),
        optim=dataclasses.replace(config.optim, batch=4, steps=80, lr=6e-3, warmup=2, ema=0.0),
        run=dataclasses.replace(config.run, threads=1, log_steps=1, sheet_minutes=1000.0),
    )


def test_density_and_heads_learn_and_the_painter_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    run = train(small(), RunOptions(tmp_path / "run", quiet=True))
    steps = runlog.read(tmp_path / "run", "step")
    names = ("occupancy", "surface", "sides", "classes", "trees", "vehicles", "poles")
    for name in (*names, "edges", "slope", "ground", "views"):
        assert name in steps[0], name
    for name in ("occupancy", "sides", "classes", "ground", "views"):
        first, last = (sum(line[name] for line in part) for part in (steps[:5], steps[-5:]))
        assert last < 0.9 * first, name
    assert "l1" not in steps[0]
    model = load(run.weights)
    assert model.architecture.class_names[6] == "building"
    assert model.info["trained_on"].startswith("suburb:train, 8 scenes, truth")
    density, maps = model.generator.describe(torch.rand(1, 3, 64, 64))
    assert density.shape == (1, 12, 32, 32)
    assert maps.classes.shape == (1, 13, 64, 64)
    resumed = train(small(), RunOptions(tmp_path / "run", resume=True, quiet=True))
    assert resumed.finished


def test_level_rays_run_to_the_east_and_to_the_south_in_turn():
    density = torch.arange(64.0).reshape(1, 1, 8, 8)
    filled = density > 30
    seen = [from_a_side(density, filled, step) for step in range(8)]
    width = 2 / 8
    assert torch.equal(seen[0][0][0, 0], density[0, 0, ::4] * width)
    assert torch.equal(seen[1][0][0, 0], density[0, 0].T[::4] * width)
    assert torch.equal(seen[7][1][0, 0], filled[0, 0].T[3::4])
    assert {run for _, _, run in seen} == {8}
    runs = {from_a_side(torch.zeros(1, 1, 64, 64), filled, step)[2] for step in range(24)}
    assert runs == {8, 16, 32}

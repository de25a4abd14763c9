"""Packing real folders for training: what is packed, what is refused."""

import dataclasses

import pytest

from drawn_data import write_pairs
from sat2density.engine import distributed, packing
from sat2density.engine.presets import PRESETS
from sat2density.engine.trainer import RunOptions, train


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))


def on_folder(root, **optim):
    """The tiny preset on a folder, seen by one thread."""
    tiny = PRESETS["tiny"]
    scene = dataclasses.replace(tiny.scene, tile_size=32)
    return dataclasses.replace(
        tiny,
        scene=scene,
        data=dataclasses.replace(tiny.data, source=str(root), limit=None),
        optim=dataclasses.replace(tiny.optim, **{"batch": 2, "steps": None, **optim}),
        run=dataclasses.replace(tiny.run, threads=1),
    )


def test_dry_run_tells_of_all_the_data_and_packs_one_batch(tmp_path, capsys):
    root = write_pairs(tmp_path / "pairs", {"train": range(9)})
    options = RunOptions(out=tmp_path / "run", dry_run=True, device="cpu")
    train(on_folder(root, epochs=3), options)
    shown = capsys.readouterr().err
    assert "packing 2 scenes" in shown
    assert "data: 9 scenes, 2 of them packed" in shown
    assert "the whole run: 12 steps" in shown
    assert not options.out.exists()
    train(on_folder(root, minutes=1.0), options)
    assert "steps, 1.0 minutes" in capsys.readouterr().err


def test_a_run_packs_all_the_data(tmp_path):
    root = write_pairs(tmp_path / "pairs", {"train": range(5)})
    said = []
    for dry_run in (True, False):
        packed = packing.open_packed(on_folder(root), distributed.World(), dry_run, said.append)
        assert (len(packed), packed.data_scenes) == (2 if dry_run else 5, 5)
    assert packed.names == [f"{n:04d}" for n in range(5)]
    assert [text.split(" of ")[0] for text in said] == ["packing 2 scenes", "packing 5 scenes"]

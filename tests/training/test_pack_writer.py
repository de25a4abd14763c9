"""Packing real folders for training: what is packed, what is refused."""

import dataclasses
import json

import numpy as np
import pytest
from drawn_folders import SPEC, draw, save, write_pairs

from sat2density.errors import InputError
from sat2density.training import distributed, pack_writer
from sat2density.training.presets import PRESETS
from sat2density.training.trainer import RunOptions, train


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))


def on_folder(root, **optim):
    """The tiny preset, on one thread and on a folder."""
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
        packed = pack_writer.open_packed(
            on_folder(root), distributed.ProcessGroup(), dry_run, said.append
        )
        assert (len(packed), packed.data_scenes) == (2 if dry_run else 5, 5)
    assert packed.names == [f"{n:04d}" for n in range(5)]
    assert [text.split(" of ")[0] for text in said] == ["packing 2 scenes", "packing 5 scenes"]


def opened(root):
    return pack_writer.open_packed(
        on_folder(root), distributed.ProcessGroup(), False, lambda text: None
    )


@pytest.mark.parametrize("colour", [0, 255])
def test_masks_of_one_colour_are_refused(tmp_path, colour):
    root = write_pairs(tmp_path / "pairs", {"train": range(3)})
    blank = np.full_like(draw(0)[2], colour)
    for number in range(2):
        save(root / "sky" / f"{number:04d}.png", blank)
    assert len(opened(root)) == 3  # from a place under trees no sky may be seen
    root = root.rename(tmp_path / "blank")
    save(root / "sky" / "0002.png", blank)
    for _ in range(2):  # what was packed before is looked at again
        with pytest.raises(
            InputError,
            match=r"blank: the sky masks of its first 3 scenes are of one colour.*data sky",
        ):
            opened(root)


@pytest.mark.parametrize(
    ("field", "value", "refused"),
    [
        ("extent_m", 41.0, True),
        ("camera_height_m", 1.5, True),
        ("vertical_fov_deg", 90.0, True),
        ("max_height_m", 13.0, True),
        ("max_height_m", 11.0, False),
        ("tile_size", 48, False),
        ("panorama_size", [128, 32], False),
        ("samples_per_ray", 8, False),
    ],
)
def test_data_of_another_scale(tmp_path, field, value, refused):
    root = write_pairs(tmp_path / "pairs", {"train": range(2)})
    (root / "scene.json").write_text(json.dumps(SPEC | {field: value}))
    if not refused:
        assert pack_writer.open_training_data(on_folder(root)).spec.to_dict()[field] == value
        return
    with pytest.raises(InputError, match=f"set --scene.{field.replace('_', '-')} {value}") as error:
        pack_writer.open_training_data(on_folder(root))
    assert str(error.value).count("--") == 1

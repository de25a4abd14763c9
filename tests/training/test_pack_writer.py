"""Packing real folders for training: what is packed, what is refused."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
from drawn_folders import SPEC, draw, save, write_pairs
from PIL import Image

from sat2density.data import Suburb
from sat2density.errors import InputError
from sat2density.scene_spec import SceneSpec
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


def packed_by(config):
    """(the pack, what was said)."""
    said = []
    packed = pack_writer.open_packed(config, distributed.ProcessGroup(), False, said.append)
    return packed, said


def test_two_projects_with_equal_names_are_each_their_own(tmp_path, monkeypatch):
    first = write_pairs(tmp_path / "a" / "data", {"train": range(3)})
    second = write_pairs(tmp_path / "b" / "data", {"train": range(3)})
    for number in range(3):
        save(second / "pano" / f"{number:04d}.png", draw(number + 50)[1])
    panoramas = []
    for project in (first, second, first):
        monkeypatch.chdir(project.parent)
        packed, said = packed_by(on_folder("data"))
        panoramas.append([packed.get("panoramas", index).copy() for index in range(3)])
    assert not np.array_equal(panoramas[0], panoramas[1])
    assert np.array_equal(panoramas[0], panoramas[2])
    assert said == [f"3 scenes of {first} are taken from the cache ({said[0].split('(')[1]}"]
    assert str(tmp_path / "cache" / "packs" / "data-") in said[0]


@pytest.mark.parametrize("folder", ["sat", "pano", "sky"])
def test_a_file_mended_in_place_is_seen(tmp_path, folder):
    root = write_pairs(tmp_path / "data", {"train": range(3)})
    name = {"sat": "tiles", "pano": "panoramas", "sky": "skies"}[folder]
    before = packed_by(on_folder(root))[0].get(name, 1).copy()
    mended = dict(zip(("sat", "pano", "sky"), draw(77), strict=True))[folder]
    save(root / folder / "0001.png", mended)
    packed, said = packed_by(on_folder(root))
    assert not np.array_equal(packed.get(name, 1), before)
    assert any(text.startswith("packing 3 scenes") for text in said)
    assert packed_by(on_folder(root))[1][0].startswith("3 scenes of")


def test_the_cases_of_two_projects(tmp_path, shared, monkeypatch):
    cases = shared / "cases" / "TR"
    if not cases.is_dir():
        pytest.skip("../shared/cases is not here")
    means = []
    for project in ("projA", "projB"):
        shutil.copytree(cases / project, tmp_path / project, copy_function=shutil.copyfile)
        monkeypatch.chdir(tmp_path / project)
        scene = SceneSpec.read(tmp_path / project / "data" / "scene.json")
        config = dataclasses.replace(on_folder("data"), scene=scene)
        packed, _ = packed_by(config)
        means.append([packed.get("panoramas", index).mean() for index in range(len(packed))])
    assert means[0] != means[1]
    name = sorted((tmp_path / "projB" / "data" / "sky").iterdir())[0]
    save(name, np.full_like(np.asarray(Image.open(name)), 255))
    again, _ = packed_by(config)
    assert again.get("skies", 0).min() == 255


def test_the_views_of_another_generator_are_not_taken(tmp_path, monkeypatch):
    config = on_folder(write_pairs(tmp_path / "data", {"train": range(2)}))
    dataset = pack_writer.open_training_data(config)
    before = pack_writer.pack_folder(config, dataset)
    monkeypatch.setattr(pack_writer, "_code", lambda: "other")
    assert pack_writer.pack_folder(config, dataset) != before
    world = Suburb("train", limit=2)
    before = pack_writer.sources_of(world)
    monkeypatch.setattr("sat2density.data.suburb.generator_code", lambda: "other")
    assert not set(pack_writer.sources_of(world)) & set(before)


def test_bad_pairs_stop_or_are_left_out_and_named(tmp_path):
    root = write_pairs(tmp_path / "data", {"train": range(5)})
    (root / "pano" / "0003.png").write_bytes(b"no picture")
    (root / "sky" / "0004.png").unlink()
    with pytest.raises(InputError, match=r"0003\.png.*--skip-bad"):
        packed_by(on_folder(root))
    config = on_folder(root)
    config = dataclasses.replace(config, data=dataclasses.replace(config.data, skip_bad=True))
    packed, said = packed_by(config)
    assert packed.names == ["0000", "0001", "0002"]
    text = "\n".join(said)
    assert "1 pairs left out (first: 0004 lacks its sky mask" in text
    assert "skipped 0003: " in text
    assert "skipped 1 of 4 pairs that cannot be read" in text
    packed, said = packed_by(config)
    assert packed.names == ["0000", "0001", "0002"]
    assert any("is taken from the cache" in line for line in said)
    save(root / "pano" / "0003.png", draw(3)[1])  # mended: it is back
    assert packed_by(config)[0].names == ["0000", "0001", "0002", "0003"]

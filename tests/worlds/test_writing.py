import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from PIL import Image

from sat2density.errors import InputError, OutputError
from sat2density.worlds import GENERATOR_VERSION, World, writing
from sat2density.worlds.writing import Job, Plan, make, plan_splits, remake_command, write_sample


def digest(folder: Path) -> dict[str, str]:
    """Hash of every file that may not depend on clock, jobs or machine."""
    files = sorted(
        p for p in folder.rglob("*") if p.is_file() and p.name != "run.json" and p.suffix != ".log"
    )
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "suburb"
    make(folder, Plan("suburb", {"train": range(10, 12), "val": range(20, 21)}))
    return folder


def test_a_sample_holds_the_world_it_names(made):
    world = World.generate("suburb", 10)
    view = world.panorama()
    name = "suburb-0000000010"
    assert np.array_equal(np.asarray(Image.open(made / "sat" / f"{name}.png")), world.tile())
    assert np.array_equal(np.asarray(Image.open(made / "pano" / f"{name}.png")), view.image)
    assert np.array_equal(np.asarray(Image.open(made / "sky" / f"{name}.png")) > 127, view.sky)
    truth = np.load(made / "truth" / f"{name}.npz")
    assert {
        k: truth[k].dtype.name for k in ("depth_m", "heights_m", "ground_m", "classes", "occupancy")
    } == {
        "depth_m": "float32",
        "heights_m": "float32",
        "ground_m": "float32",
        "classes": "uint8",
        "occupancy": "bool",
    }
    finite = np.isfinite(view.depth_m)
    assert np.array_equal(np.isfinite(truth["depth_m"]), finite)
    assert np.abs(truth["depth_m"][finite] - view.depth_m[finite]).max() <= 0.5 / 1024 + 1e-4
    assert (str(truth["style"]), int(truth["seed"]), str(truth["generator_version"])) == (
        "suburb",
        10,
        GENERATOR_VERSION,
    )


def test_lists_record_and_scene(made):
    assert (made / "splits" / "train.txt").read_text() == "suburb-0000000010\nsuburb-0000000011\n"
    record = json.loads((made / "world.json").read_text())
    assert record["generator_version"] == GENERATOR_VERSION
    assert record["splits"] == {
        "train": {"first": 10, "count": 2},
        "val": {"first": 20, "count": 1},
    }
    assert json.loads((made / "scene.json").read_text())["extent_m"] == 40.0


def test_two_processes_write_the_same_bytes(made, tmp_path):
    make(tmp_path / "again", Plan("suburb", {"train": range(10, 12), "val": range(20, 21)}), jobs=2)
    assert digest(tmp_path / "again") == digest(made)


@pytest.mark.long
def test_one_two_and_four_jobs_write_the_same_bytes(tmp_path):
    plan = Plan("town", {"train": range(30, 42)})
    for jobs in (1, 2, 4):
        make(tmp_path / str(jobs), plan, jobs=jobs)
    assert digest(tmp_path / "1") == digest(tmp_path / "2") == digest(tmp_path / "4")


def test_a_stopped_run_lists_nothing_and_is_continued(made, tmp_path, monkeypatch):
    plan = Plan("suburb", {"train": range(10, 12), "val": range(20, 21)})
    written = []

    def stops(job: Job) -> str:
        if written:
            raise KeyboardInterrupt
        written.append(job)
        return write_sample(job)

    monkeypatch.setattr(writing, "write_sample", stops)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "out", plan)
    assert not (tmp_path / "out" / "splits").exists()
    # What a killed process leaves behind: a work folder, and a sample without its truth.
    (tmp_path / "out" / "sat" / ".suburb-0000000011.png.0123456789ab.partial").mkdir()
    monkeypatch.setattr(writing, "write_sample", write_sample)
    result = make(tmp_path / "out", plan)
    assert (result["written"], result["found"]) == (2, 1)
    assert digest(tmp_path / "out") == digest(made)
    assert make(tmp_path / "out", plan)["written"] == 0


def test_a_run_may_grow_a_split_but_not_shrink_it(tmp_path):
    make(tmp_path / "out", Plan("village", {"train": range(1, 2)}))
    make(tmp_path / "out", Plan("village", {"train": range(1, 3)}))
    make(tmp_path / "out", Plan("village", {"train": range(1, 2)}))
    assert len((tmp_path / "out" / "splits" / "train.txt").read_text().split()) == 2
    assert (
        json.loads((tmp_path / "out" / "world.json").read_text())["splits"]["train"]["count"] == 2
    )


def test_cvact_layout_has_its_folders_and_one_based_indices(tmp_path):
    make(tmp_path / "out", Plan("suburb", {"train": range(10, 11), "val": range(20, 21)}, "cvact"))
    name = "suburb-0000000010"
    assert (tmp_path / "out" / "satview_correct" / f"{name}_satView_polish.png").exists()
    assert (tmp_path / "out" / "pano_sky_mask" / f"{name}_grdView.png").exists()
    index = scipy.io.loadmat(tmp_path / "out" / "ACT_data.mat", squeeze_me=True)
    names = [str(n) for n in index["panoIds"]]
    assert names[int(index["trainSet"]["trainInd"].item()) - 1] == name
    assert names[int(index["valSet"]["valInd"].item()) - 1] == "suburb-0000000020"
    view = World.generate("suburb", 10).panorama(pixel_rule="corner")
    assert np.array_equal(
        np.asarray(Image.open(tmp_path / "out" / "streetview" / f"{name}_grdView.png")), view.image
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"generator_version": "0"},
            "sat2density world make --style suburb --split train:2 --split val:1",
        ),
        ({"style": "town"}, "holds style 'town'"),
        ({"splits": {"train": {"first": 7, "count": 2}}}, "begins at seed 7"),
    ],
)
def test_folders_of_other_contents_are_refused(made, tmp_path, change, message):
    folder = tmp_path / "other"
    folder.mkdir()
    record = json.loads((made / "world.json").read_text())
    (folder / "world.json").write_text(json.dumps({**record, **change}))
    with pytest.raises(OutputError, match=message):
        make(folder, Plan("suburb", {"train": range(10, 12)}))


def test_foreign_folders_files_and_damaged_records_are_refused(tmp_path):
    plan = Plan("suburb", {"train": range(10, 11)})
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match="not made by"):
        make(tmp_path / "full", plan)
    with pytest.raises(OutputError, match="is a file"):
        make(tmp_path / "full" / "thesis.txt", plan)
    (tmp_path / "full" / "world.json").write_text("{")
    with pytest.raises(OutputError, match=r"world\.json: cannot be read"):
        make(tmp_path / "full", plan)
    assert (tmp_path / "full" / "thesis.txt").read_text() == "mine"


def test_remake_command_names_own_seeds_and_layout():
    record = {"style": "town", "layout": "cvact", "splits": {"train": {"first": 5, "count": 3}}}
    text = remake_command(record, "NEW")
    assert (
        text == "sat2density world make --style town --split train:3 --first-seed 5 --layout cvact "
        "--out NEW"
    )


def test_splits_take_reserved_seeds_unless_told_otherwise():
    assert plan_splits("suburb", ["train:3", "test:2"]) == {
        "train": range(1_200_000_000, 1_200_000_003),
        "test": range(1_000_000_000, 1_000_000_002),
    }
    assert plan_splits("suburb", ["val:4"], first_seed=100) == {"val": range(100, 104)}


@pytest.mark.parametrize(
    ("counts", "first", "message"),
    [
        (["train"], None, "NAME:COUNT"),
        (["train:0"], None, "NAME:COUNT"),
        (["train:-3"], None, "NAME:COUNT"),
        (["tarin:3"], None, "did you mean 'train'"),
        (["train:3", "train:4"], None, "twice"),
        (["val:100000001"], None, "only 100000000 seeds"),
        (["train:3", "val:3"], 5, "exactly one"),
        (["train:3"], -5, "0 or more"),
        (["train:3"], 1_000_000_000, "reserved for the split 'test'"),
        (["train:3"], 999_999_999, "reserved for the split 'test'"),
    ],
)
def test_bad_splits_are_explained(counts, first, message):
    with pytest.raises(InputError, match=message):
        plan_splits("suburb", counts, first)

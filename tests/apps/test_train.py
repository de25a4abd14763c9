"""The commands train and evaluate as a user meets them: errors in one sentence, exit code 2,
nothing written.
"""

import json

import pytest
from drawn_folders import write_pairs

from sat2density.apps.cli import main
from sat2density.evaluation import mean_baseline
from sat2density.training import allocator


def failed(capsys, *words):
    assert main(list(words)) == 2
    error = capsys.readouterr().err
    assert "Traceback" not in error
    return error


def test_unknown_preset_and_option(capsys):
    assert "suburb-small" in failed(capsys, "train", "suburb-smal")
    assert failed(capsys, "train", "tiny", "--optim.learning-rate", "1")


def test_existing_run(capsys, tmp_path):
    (tmp_path / "file").write_text("mine")
    assert "--resume" in failed(capsys, "train", "tiny", "--out", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_nothing_to_resume(capsys, tmp_path):
    assert "config.json" in failed(
        capsys, "train", "tiny", "--resume", "--out", str(tmp_path / "none")
    )


def test_data_that_is_not_there(capsys, tmp_path):
    out = tmp_path / "run"
    error = failed(
        capsys, "train", "tiny", "--data.source", str(tmp_path / "none"), "--out", str(out)
    )
    assert "none" in error
    assert not out.exists()


def test_data_of_another_scale(capsys, tmp_path):
    error = failed(
        capsys, "train", "tiny", "--data.source", "village", "--out", str(tmp_path / "run")
    )
    assert "--scene.extent-m 60.0 (not 40.0), --scene.vertical-fov-deg 90.0 (not 180.0)" in error


def test_missing_masks_are_said_before_training(capsys, tmp_path):
    root = tmp_path / "pairs"
    for folder in ("sat", "pano", "sky", "splits"):
        (root / folder).mkdir(parents=True)
    (root / "splits" / "train.txt").write_text("a\n")
    (root / "scene.json").write_text(json.dumps({"extent_m": 40.0, "max_height_m": 12.0}))
    for folder in ("sat", "pano"):
        (root / folder / "a.png").write_bytes(b"x")
    error = failed(
        capsys, "train", "tiny", "--data.source", str(root), "--out", str(tmp_path / "run")
    )
    assert "sky mask" in error
    assert "data sky" in error


@pytest.mark.parametrize(
    "words", [("nothing.safetensors", "suburb:test"), ("nothing", "suburb:test")]
)
def test_evaluate_without_weights(capsys, words):
    assert "nothing" in failed(capsys, "evaluate", *words)


def test_evaluate_refuses_existing_files(capsys, tmp_path):
    table = tmp_path / "t.json"
    table.write_text("mine")
    assert "exists" in failed(capsys, "evaluate", "x", "suburb:test", "--json", str(table))
    assert table.read_text() == "mine"
    assert "not empty" in failed(
        capsys, "evaluate", "x", "suburb:test", "--save-pictures", str(tmp_path)
    )


@pytest.mark.long
def test_train_two_minutes_then_evaluate(capsys, tmp_path, monkeypatch):
    """The issue's first proof: train tiny for two minutes at most, then evaluate what it made."""
    run, table = tmp_path / "run", tmp_path / "table.json"
    assert main(["train", "tiny", "--max-minutes", "2", "--out", str(run)]) == 0
    weights = run / "weights" / "tiny"
    assert (
        main(["evaluate", str(weights), "suburb:test", "--limit", "4", "--json", str(table)]) == 0
    )
    rows = json.loads(table.read_text())
    assert set(rows) == {"model", "flat", "mean", "projected", "ceiling"}
    assert rows["model"]["image.psnr"] > 10


def test_train_two_steps_then_evaluate(capsys, tmp_path, monkeypatch):
    """The short form of the proof above: the same two commands on four scenes and one."""
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(mean_baseline, "TRAIN_SCENES", 2)
    monkeypatch.setattr(
        allocator, "keep_freed_memory", lambda: False
    )  # it would last as long as the tests' process
    run, table = tmp_path / "run", tmp_path / "table.json"
    assert (
        main(["train", "tiny", "--data.limit", "4", "--optim.steps", "2", "--out", str(run)]) == 0
    )
    weights = str(run / "weights" / "tiny")
    alone = ["--limit", "1", "--no-views", "--flicker-scenes", "0", "--jobs", "1"]
    assert main(["evaluate", weights, "suburb:test", *alone, "--json", str(table)]) == 0
    rows = json.loads(table.read_text())
    assert set(rows) == {"model", "flat", "mean", "projected", "ceiling"}
    assert rows["model"]["image.psnr"] > 3
    assert rows["model"]["heights.rmse"] > 0
    assert rows["model"]["view5m.psnr"] is None
    shown = capsys.readouterr()
    assert "step 2: finished" in shown.err
    assert "trained" in shown.out


def test_pairs_that_cannot_be_read_are_left_out(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    root = write_pairs(tmp_path / "pairs", {"train": range(3)})
    (root / "pano" / "0001.png").write_bytes(b"nothing")
    command = ["train", "tiny", "--data.source", str(root), "--data.limit", "3", "--pack"]
    assert main(command) == 2
    assert "--skip-bad" in capsys.readouterr().err
    assert main([*command, "--skip-bad"]) == 0
    told = capsys.readouterr().err
    assert "skipped 1 of 3 pairs that cannot be read" in told
    assert "2 scenes are packed" in told

"""`sat2density data`: tables, exit codes, and no traceback."""

import json

import numpy as np
import pytest
from PIL import Image

from sat2density.apps.cli import main


@pytest.fixture
def folder(tmp_path):
    """Two pairs in the `Pairs` layout."""
    rng = np.random.default_rng(0)
    for number in (1, 2):
        mask = np.zeros((64, 128), np.uint8)
        mask[: 28 + number] = 255
        panorama = rng.integers(30, 90, (64, 128, 3)).astype(np.uint8)
        panorama[: 28 + number] = (120, 160, 220)
        tile = rng.integers(50, 120, (32, 32, 3)).astype(np.uint8)
        for name, pixels in (("sat", tile), ("pano", panorama), ("sky", mask)):
            (tmp_path / name).mkdir(exist_ok=True)
            Image.fromarray(pixels).save(tmp_path / name / f"{number}.png")
    (tmp_path / "splits").mkdir()
    (tmp_path / "splits" / "test.txt").write_text("1\n2\n")
    (tmp_path / "scene.json").write_text("{}")
    return tmp_path


def test_a_well_folder_leaves_with_zero(folder, capsys):
    assert main(["data", "check", str(folder)]) == 0
    assert "nothing wrong was found" in capsys.readouterr().out


def test_a_spoiled_folder_leaves_with_one_and_a_table(folder, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    (folder / "sky" / "1.png").unlink()
    (folder / "pano" / "2.png").write_bytes(b"[bold]no picture")
    report = folder.parent / f"{folder.name}-report.json"
    assert main(["data", "check", str(folder), "--json", str(report)]) == 1
    out = capsys.readouterr().out
    assert "error: missing (1)" in out
    assert "has no sky mask" in out
    assert "error: unreadable (1)" in out
    assert "2 errors, 0 warnings; nothing was changed" in out
    kinds = [finding["kind"] for finding in json.loads(report.read_text())["findings"]]
    assert kinds == ["missing", "unreadable"]
    assert main(["data", "check", str(folder), "--json", str(report)]) == 2
    assert "exists; choose another name" in capsys.readouterr().err


def test_many_findings_are_cut_unless_all_are_asked_for(folder, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    (folder / "splits" / "train.txt").write_text("".join(f"absent{n}\n" for n in range(4)))
    assert main(["data", "check", str(folder)]) == 1
    assert "7 more (--all lists them)" in capsys.readouterr().out
    main(["data", "check", str(folder), "--all"])
    assert "more (--all" not in capsys.readouterr().out


def test_sky_fills_in_and_says_so(folder, capsys):
    (folder / "sky" / "1.png").unlink()
    (folder / "sky" / "2.png").unlink()
    (folder / "pano" / "2.png").write_bytes(b"no picture")
    assert main(["data", "sky", str(folder), "--skip-bad"]) == 0
    out = capsys.readouterr().out
    assert "skipped 1 panoramas that cannot be read" in out
    assert "1 masks written, 0 were there" in out
    assert main(["data", "sky", str(folder)]) == 2
    assert "--skip-bad" in capsys.readouterr().err


def test_wrong_folders_are_one_sentence(tmp_path, capsys):
    for arguments in (
        ["check", str(tmp_path / "gone")],
        ["sky", str(tmp_path)],
        ["check", str(tmp_path)],
    ):
        assert main(["data", *arguments]) == 2
        error = capsys.readouterr().err
        assert error.startswith("sat2density data: ")
        assert "Traceback" not in error


def test_complete_writes_whole_panoramas(folder, tmp_path, capsys):
    out = tmp_path / "whole"
    panorama = folder / "pano" / "1.png"
    assert (
        main(
            [
                "data",
                "complete",
                str(panorama),
                "--top-deg",
                "60",
                "--bottom-deg",
                "-60",
                "--out",
                str(out),
            ]
        )
        == 0
    )
    with Image.open(out / "1.png") as picture:
        assert picture.size == (128, 96)
    again = [
        "data",
        "complete",
        str(panorama),
        str(panorama),
        "--top-deg",
        "60",
        "--bottom-deg",
        "-60",
    ]
    assert main([*again, "--out", str(tmp_path / "x")]) == 2
    assert "two pictures have this name" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_complete_on_nothing_is_no_success(tmp_path, capsys):
    edges = ["--top-deg", "60", "--bottom-deg", "-60", "--out", str(tmp_path / "out")]
    litter = tmp_path / "._1.jpg"
    litter.write_bytes(b"\x00\x05\x16\x07")
    for pictures in ([], [str(litter)]):
        assert main(["data", "complete", *pictures, *edges]) == 2
        assert "no picture to complete" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_jobs_must_be_some(folder, capsys):
    for command in ("check", "sky"):
        assert main(["data", command, str(folder), "--jobs", "0"]) == 2
        assert "--jobs 0: must be at least 1" in capsys.readouterr().err

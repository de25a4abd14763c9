import pytest

from sat2density.apps.cli import main


def test_make_writes_and_continues(tmp_path, capsys):
    out = tmp_path / "town"
    args = [
        "world",
        "make",
        "--style",
        "town",
        "--split",
        "train:1",
        "--first-seed",
        "3",
        "--out",
        str(out),
    ]
    assert main(args) == 0
    assert "1 samples written, 0 were there" in capsys.readouterr().out
    assert (out / "splits" / "train.txt").read_text() == "town-0000000003\n"
    assert main(args) == 0
    assert "0 samples written, 1 were there" in capsys.readouterr().out


def test_preview_writes_named_sheets(tmp_path, capsys):
    assert (
        main(
            ["world", "preview", "--style", "village", "--count", "1", "--out", str(tmp_path / "p")]
        )
        == 0
    )
    assert sorted(p.name for p in (tmp_path / "p").iterdir()) == [
        "suburb-village.jpg",
        "suburb-walk.jpg",
    ]
    assert (
        main(
            ["world", "preview", "--style", "village", "--count", "1", "--out", str(tmp_path / "p")]
        )
        == 2
    )
    assert "--overwrite" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--style", "suburp", "--split", "train:1"], "did you mean 'suburb'"),
        (["--split", "train"], "NAME:COUNT"),
        (["--split", "train:1", "--jobs", "0"], "--jobs"),
        (["--split", "train:1", "--first-seed", "1000000000"], "reserved"),
    ],
)
def test_bad_arguments_end_with_two_and_a_remedy(tmp_path, capsys, args, message):
    assert main(["world", "make", "--out", str(tmp_path / "x"), *args]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "x").exists()

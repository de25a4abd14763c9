"""Closed and full streams, names of any bytes, and text that a terminal would obey."""

import os
import subprocess
import sys

import pytest

from sat2density.apps.cli import main
from sat2density.apps.streams import LONGEST, printable, printable_lines

CLI = [
    sys.executable,
    "-c",
    "import sys; from sat2density.apps.cli import main; sys.exit(main(sys.argv[1:]))",
]


def shell(redirection, *args, **environment):
    """Run the command with its streams redirected by a shell."""
    line = ["sh", "-c", f'"$@" {redirection}', "sh", *CLI, *args]
    return subprocess.run(
        line, capture_output=True, timeout=120, env={**os.environ, **environment}, check=False
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ü and 街", "plain, ü and 街"),
        ("a\x1b]0;owned\x07b", r"a\x1b]0;owned\x07b"),
        ("two\nlines\r", r"two\nlines\r"),
        (os.fsdecode(b"caf\xe9.png"), r"caf\xe9.png"),
        ("\x9b31m", r"\x9b31m"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\u2028x\ufeff", r"\u2028x\ufeff"),
        ("\ud800", r"\ud800"),
    ],
)
def test_printable(text, shown):
    assert printable(text) == shown
    printable(text).encode("utf-8")


def test_long_texts_are_cut_in_the_middle():
    shown = printable("a" * 100_000 + "end")
    assert len(shown) < LONGEST + 10
    assert shown.endswith("end")
    assert printable_lines("a\tb\nc") == "a\\tb\nc"


def test_help_goes_to_a_full_or_closed_stdout():
    full = shell(">/dev/full", "--help")
    assert full.returncode == 2
    assert full.stderr.decode().count("\n") == 1
    assert "standard output: the disk is full" in full.stderr.decode()
    closed = shell(">&-", "--help")
    assert closed.returncode == 2
    assert "standard output: Bad file descriptor" in closed.stderr.decode()
    assert b"Traceback" not in closed.stderr + full.stderr


def test_a_table_of_rich_goes_to_a_full_or_closed_stdout():
    for redirection in (">/dev/full", ">&-"):
        result = shell(redirection, "weights", "list")
        assert result.returncode == 2, result.stderr
        assert result.stderr.decode().count("\n") == 1
        assert b"Traceback" not in result.stderr


def test_a_reader_that_went_away():
    result = subprocess.run(
        ["sh", "-c", '("$@"; echo $? >&2) | true', "sh", *CLI, "--help"],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert result.stderr == b"0\n"


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_without_stderr_the_exit_code_still_says_it(redirection):
    result = shell(redirection, "render", "gone.png", "--light", "dusk")
    assert (result.returncode, result.stdout) == (2, b"")


def test_all_three_closed():
    assert shell("<&- >&- 2>&-", "--version").returncode == 2


def test_an_alphabet_that_has_no_umlauts():
    result = shell("", "render", "f\xfcr.png", "--light", "dusk", LC_ALL="C", PYTHONUTF8="0")
    assert result.returncode == 2
    assert b"Traceback" not in result.stderr


NAMES = ["a\x1b[31mred\x1b[0m", "two\nlines", os.fsdecode(b"caf\xe9"), "x" * 200, "\u202eevil"]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_escaped_and_json_survives(place, run, name):
    """A file of such a name is read, and what is written by it is listed on one line a file."""
    import json

    tile = place / f"{name}.png"
    tile.write_bytes((place / "inputs" / "sat.png").read_bytes())
    code, out, err = run("export", tile, "--formats", "heights", "--json", "report.json")
    assert code == 0, err
    (line,) = out.splitlines()
    assert line == f"out/export-{printable(name)}/heights.tif"
    assert "\x1b" not in err
    report = json.loads((place / "report.json").read_text("utf-8"))
    assert report["files"] == [f"out/export-{name}/heights.tif"]


@pytest.mark.parametrize("name", NAMES)
def test_messages_are_one_line(place, run, name):
    for args in (
        ("render", f"{name}.png", "--light", "dusk"),
        ("render", "inputs/sat.png", "--light", f"{name}.png"),
        ("render", "inputs/sat.png", "--light", name),
        ("video", "inputs/sat.png", "--light", "dusk", "--path", f"{name}.csv"),
        ("render", "inputs/sat.png", "--light", "dusk", "--scene", f"{name}.json"),
    ):
        code, out, err = run(*args)
        assert code == 2
        assert out == ""
        assert err.count("\n") == 1, err
        err.encode("utf-8")
        assert err.rstrip("\n").isprintable() or "x1b" not in err


def test_what_tyro_repeats_is_escaped(capsys):
    assert main(["render", "--\x1b[31mlight", "a.png"]) == 2
    assert "\x1b[31m" not in capsys.readouterr().err
    assert main(["\x1b[31m" + "x" * 100_000]) == 2
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert len(err) < 1000

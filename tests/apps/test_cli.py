"""The command line: which commands there are, what they cost to start, and how errors leave."""

import importlib
import os
import resource
import subprocess
import sys
import tempfile
import types

import pytest

from sat2density.apps import cli
from sat2density.errors import InputError
from sat2density.notices import notice

HEAVY = ("torch", "numba", "scipy", "av", "PIL", "triton")


def run_code(code, *args):
    return subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def command(monkeypatch):
    """Replace the command `render` by one whose run() is the function given."""

    def install(run):
        import dataclasses

        @dataclasses.dataclass
        class Fake:
            """A stand-in."""

            number: int = 0

        Fake.run = lambda self: run()
        monkeypatch.setitem(
            sys.modules, "sat2density.apps.render", types.SimpleNamespace(COMMAND=Fake)
        )

    return install


def test_overview_lists_every_command(capsys):
    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(
        f"\n  {name} " in text and help_text in text
        for name, (_, help_text) in cli.COMMANDS.items()
    )


def test_every_command_has_a_module_with_a_run():
    for module, _ in cli.COMMANDS.values():
        assert hasattr(importlib.import_module(f"sat2density.apps.{module}"), "COMMAND"), module


@pytest.mark.parametrize("name", ["", *cli.COMMANDS])
def test_help_needs_nothing_heavy(name):
    code = (
        "import sys; from sat2density.apps.cli import main; code = main(sys.argv[1:]);"
        f"print('HEAVY', [m for m in {HEAVY} if m in sys.modules], code)"
    )
    done = run_code(code, *([name] if name else []), "--help")
    assert done.stdout.strip().splitlines()[-1] == "HEAVY [] 0", done.stdout + done.stderr
    assert "usage:" in done.stdout


def test_overview_starts_in_under_a_third_of_a_second():
    """In processor time, interpreter included, the best of three: the machine may be busy with
    other things.
    """

    def seconds():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run_code("from sat2density.apps.cli import main; main()", "--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(3)) < 0.3


def test_unknown_command_names_the_nearest(capsys):
    assert cli.main(["rendr"]) == 2
    assert "did you mean 'render'?" in capsys.readouterr().err


def test_unknown_option_leaves_with_two(command, capsys):
    command(lambda: 0)
    assert cli.main(["render", "--nmber", "3"]) == 2
    assert "--nmber" in capsys.readouterr().err


def test_version(capsys):
    import sat2density

    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"sat2density {sat2density.__version__}"


def raises(error):
    def run():
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (InputError("sat.png: no such file"), 2, "sat2density render: sat.png: no such file"),
        (
            OSError(28, "No space left on device", "out/x"),
            2,
            "sat2density render: out/x: the disk is full",
        ),
        (PermissionError(13, "Permission denied", "a.png"), 2, "a.png: no permission"),
        (MemoryError(), 2, "Cannot allocate memory"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), 2, "Cannot allocate memory"),
        (KeyboardInterrupt(), 130, "sat2density render: interrupted"),
        (
            KeyboardInterrupt("interrupted after 3 frames"),
            130,
            "sat2density render: interrupted after 3 frames",
        ),
    ],
)
def test_errors_become_one_sentence(command, capsys, error, code, text):
    command(raises(error))
    assert cli.main(["render"]) == code
    err = capsys.readouterr().err
    assert text in err
    assert len(err.strip().splitlines()) == 1


def test_a_fault_of_ours_is_one_sentence_and_a_report(command, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    command(raises(RuntimeError("a real bug")))
    assert cli.main(["render"]) == 70
    err = capsys.readouterr().err
    (report,) = tmp_path.iterdir()
    assert err.strip().splitlines() == [
        f"sat2density render: a fault of this program (RuntimeError), not of yours; the full "
        f"report is in {report}"
    ]
    assert "a real bug" in report.read_text()
    assert "Traceback" in report.read_text()
    assert report.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("end", "code"), [(SystemExit(143), 143), (KeyboardInterrupt("interrupted"), 130)]
)
def test_an_error_on_the_way_out_is_no_fault(command, capsys, end, code):
    """A compiler that is cut off in the middle raises an error of its own."""

    def run():
        try:
            raise end
        finally:
            raise RuntimeError("unfinished")

    command(run)
    assert cli.main(["render"]) == code
    assert "fault" not in capsys.readouterr().err


def test_a_fault_without_a_place_for_the_report(command, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    command(raises(RecursionError("deep")))
    assert cli.main(["render"]) == 70
    assert "the full report is in nowhere" in capsys.readouterr().err


def test_notices_are_told_once_escaped_and_not_without_end(command, capsys):
    def run():
        for number in range(100):
            notice(f"a\x1b[31m\n{number // 2}")

    command(run)
    assert cli.main(["render"]) == 0
    lines = capsys.readouterr().err.strip().splitlines()
    assert lines[:2] == ["notice: a\\x1b[31m\\n0", "notice: a\\x1b[31m\\n1"]
    assert lines[-1] == "notice: further notices are left out"
    assert len(lines) == cli.MOST_NOTICES + 1


@pytest.mark.parametrize(("given", "found"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_waiting_threads_sleep_unless_one_says_otherwise(command, monkeypatch, given, found):
    monkeypatch.setenv("OMP_WAIT_POLICY", given or "")  # put back afterwards, whatever happens
    if given is None:
        monkeypatch.delenv("OMP_WAIT_POLICY")
    command(lambda: None)
    assert cli.main(["render"]) == 0
    assert os.environ["OMP_WAIT_POLICY"] == found


def test_exit_code_of_a_command(command):
    command(lambda: 3)
    assert cli.main(["render"]) == 3
    command(lambda: None)
    assert cli.main(["render"]) == 0


def test_a_closed_pipe_is_no_error():
    code = (
        "import sys, types, dataclasses\n"
        "@dataclasses.dataclass\n"
        "class Fake:\n"
        "    '''x'''\n"
        "    def run(self):\n"
        "        for _ in range(20000): print('line')\n"
        "sys.modules['sat2density.apps.render'] = types.SimpleNamespace(COMMAND=Fake)\n"
        "from sat2density.apps.cli import main\n"
        "sys.exit(main(['render']))\n"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    first.stdout.readline()
    first.stdout.close()
    assert first.stderr.read() == b""
    assert first.wait(30) == 0

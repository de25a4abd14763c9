"""Where caches go: with and without a home, as another user, never into others' hands."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import sat2density
from sat2density import caches
from sat2density.errors import InputError, OutputError
from sat2density.notices import heard

NOBODY = 54321
"""A user that no system knows by name."""


@pytest.fixture
def told():
    texts = []
    with heard(texts.append):
        yield texts


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """No variables of ours, and temporary folders of this test."""
    for name in (caches.VARIABLE, caches._PRIVATE):
        monkeypatch.setenv(name, "")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(caches.tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path


def test_with_a_home(bare, monkeypatch, told):
    monkeypatch.setenv("HOME", str(bare))
    assert caches.cache_folder() == bare / ".cache" / "sat2density"
    assert not caches.is_temporary()
    monkeypatch.setenv(caches.VARIABLE, "~/elsewhere")
    assert caches.cache_folder() == bare / "elsewhere"
    assert told == []


def test_what_was_fetched_is_found_in_a_home_that_is_read_only(bare, monkeypatch, told):
    monkeypatch.setenv("HOME", str(bare))
    fetched = bare / ".cache" / "sat2density" / "weights.zip"
    fetched.parent.mkdir(parents=True)
    fetched.touch()
    monkeypatch.setattr(caches, "can_be_written", lambda place: False)
    assert caches.cached_file("weights.zip") == fetched
    assert told == []
    assert caches.cached_file("other.zip").parent == caches.cache_folder() != fetched.parent
    assert f"{fetched.parent} cannot be written: caches are kept in" in told[0]


@pytest.mark.parametrize("home", ["/", "", "relative", "/no/such/folder"])
def test_without_a_home_one_private_folder_and_one_notice(bare, monkeypatch, told, home):
    monkeypatch.setenv("HOME", home)
    place = caches.cache_folder()
    assert place == caches.cache_folder() == bare / "tmp" / f"sat2density-{os.geteuid()}"
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert caches.is_temporary()
    (text,) = told
    assert text.startswith("there is no home folder: caches are kept in ")
    assert f"export {caches.VARIABLE}=FOLDER" in text
    monkeypatch.setenv(caches._PRIVATE, "")  # another run
    assert caches.cache_folder() == place


def test_a_folder_prepared_by_somebody_else_is_not_used(bare, monkeypatch, told):
    monkeypatch.setenv("HOME", "/")
    prepared = bare / "tmp" / f"sat2density-{os.geteuid()}"
    prepared.mkdir()
    prepared.chmod(0o777)
    place = caches.cache_folder()
    assert place.parent == prepared.parent
    assert place != prepared
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert caches.cache_folder() == place
    monkeypatch.setenv(caches._PRIVATE, str(prepared))
    assert caches.cache_folder() != prepared
    prepared.rmdir()
    prepared.symlink_to(bare)
    monkeypatch.setenv(caches._PRIVATE, "")
    assert caches.cache_folder() != prepared


def test_no_temporary_folder_either(bare, monkeypatch):
    monkeypatch.setenv("HOME", "/")

    def none():
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(caches.tempfile, "gettempdir", none)
    with pytest.raises(OutputError, match=f"export {caches.VARIABLE}=FOLDER"):
        caches.cache_folder()


def test_can_be_written(tmp_path):
    assert caches.can_be_written(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    assert not caches.can_be_written(tmp_path / "file")
    assert not caches.can_be_written(tmp_path / "file" / "below")


def test_home_in_paths(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert caches.expand_home("~/a b/c.png") == "/home/me/a b/c.png"
    assert caches.expand_home("~") == "/home/me"
    for kept in ("a/~/b", "./~/a", "~$word.docx", "", "~a.png"):
        assert caches.expand_home(kept) == kept
    with pytest.raises(InputError, match="~nobody_of_this_name/a: there is no home folder"):
        caches.expand_home("~nobody_of_this_name/a")
    monkeypatch.setenv("HOME", "relative")
    with pytest.raises(InputError, match="write the whole path"):
        caches.expand_home("~/a")


# As another user ------------------------------------------------------------------------------

CAN_BE_ANOTHER = (
    sys.platform == "linux" and os.geteuid() == 0 and shutil.which("setpriv") is not None
)
another_user = pytest.mark.skipif(
    not CAN_BE_ANOTHER, reason="needs root and setpriv, to be another user"
)


def as_nobody(*command, **variables):
    """Run a command as a user without name and home who may read everything and write almost
    nothing.
    """
    user = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    reads = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    source = str(Path(sat2density.__file__).parent.parent)
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": source, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        ["setpriv", *user, *reads, *command],
        env={**kept, **variables},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd="/",
    )


@pytest.fixture
def room(tmp_path):
    """A folder that the other user may write to; the system's temporary files go there."""
    os.chown(tmp_path, NOBODY, NOBODY)
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(folder.stat().st_mode | 0o711)
    return tmp_path


KERNEL = """
import numpy as np
from sat2density.machine_code import cached, code_folder
from pathlib import Path
import sat2density.render.kernels.numba_reading as reading
from sat2density.render.kernels import numba_occupancy
print(code_folder(Path(reading.__file__).parent, "numba_*.py"))
"""


@another_user
def test_an_installation_that_is_read_only_and_no_home(room):
    done = as_nobody(sys.executable, "-W", "always", "-c", KERNEL, TMPDIR=str(room))
    assert done.returncode == 0, done.stderr
    private = room / f"sat2density-{NOBODY}"
    assert done.stdout.startswith(f"{private}/machine-code/")
    assert done.stderr.count("there is no home folder: caches are kept in") == 1
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


@another_user
@pytest.mark.parametrize("home", [None, "/", "/root"])
def test_doctor_says_where_caches_are(room, home):
    variables = {} if home is None else {"HOME": home}
    words = ("-m", "sat2density.apps.cli", "doctor")
    done = as_nobody(sys.executable, *words, TMPDIR=str(room), COLUMNS="300", **variables)
    assert "Traceback" not in done.stderr
    assert str(room / f"sat2density-{NOBODY}") in done.stdout
    assert f"export {caches.VARIABLE}=FOLDER" in done.stdout
    assert done.stderr.count("caches are kept in") == 1


@another_user
def test_a_home_where_there_is_none_is_a_sentence(room):
    words = ("-m", "sat2density.apps.cli", "data", "check", "~/data")
    done = as_nobody(sys.executable, *words, TMPDIR=str(room))
    assert done.returncode == 2
    assert "~/data: there is no home folder for ~; write the whole path" in done.stderr

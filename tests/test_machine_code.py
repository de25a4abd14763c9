"""Machine code is kept for exactly the sources that it was compiled from."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import sat2density
from sat2density import machine_code
from sat2density.machine_code import code_folder

ROOT = Path(sat2density.__file__).parent


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two files that are compiled together, and a third that is not."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    source = tmp_path / "source"
    source.mkdir()
    for name in ("numba_helper.py", "numba_caller.py", "other.py"):
        (source / name).write_text("x = 1\n")
    return source


def place(folder):
    return code_folder(folder, "numba_*.py")


def test_the_contents_count_not_date_or_size(folder):
    first = place(folder)
    assert first.parent == folder / "__pycache__"
    helper = folder / "numba_helper.py"
    times = (helper.stat().st_atime, helper.stat().st_mtime)
    helper.write_text("x = 2\n")
    os.utime(helper, times)
    assert place(folder) != first
    helper.write_text("x = 1\n")
    os.utime(helper, (0, 0))
    assert place(folder) == first
    (folder / "other.py").write_text("x = 2\n")
    assert place(folder) == first
    (folder / "numba_new.py").touch()
    assert place(folder) != first


def test_beside_the_sources_old_code_goes_at_once(folder):
    first = place(folder)
    first.mkdir(parents=True)
    for name in ("caller.cpython-311.pyc", "caller.value-3.py311.nbi"):  # the latter: as once kept
        (folder / "__pycache__" / name).touch()
    assert place(folder) == first
    assert first.is_dir()
    (folder / "numba_helper.py").write_text("x = 2\n")
    place(folder)
    assert [path.name for path in (folder / "__pycache__").iterdir()] == ["caller.cpython-311.pyc"]


@pytest.mark.parametrize("shared", ["cache", "NUMBA_CACHE_DIR"])
def test_where_others_share_the_folder_code_is_kept_for_a_month(folder, monkeypatch, shared):
    if shared == "cache":
        monkeypatch.setattr(machine_code, "can_be_written", lambda path: False)
        base = folder.parent / "cache" / "machine-code"
    else:
        base = folder.parent / "numba"
        monkeypatch.setenv("NUMBA_CACHE_DIR", str(base))
    first = place(folder)
    assert first.parent == base
    first.mkdir(parents=True)
    (folder / "numba_helper.py").write_text("x = 2\n")
    second = place(folder)
    second.mkdir()
    assert first.is_dir()
    long_ago = time.time() - 31 * 86400
    for path in (first, second):
        os.utime(path, (long_ago, long_ago))
    place(folder)
    assert not first.exists()
    assert second.is_dir()


RUN = """
import sys
sys.path.insert(0, sys.argv[1])
import caller
print(caller.call())
"""
CALLER = """
from pathlib import Path
from sat2density.machine_code import cached
from helper import value

@cached(Path(__file__).parent)
def call():
    return value()
"""


def test_an_edited_helper_is_compiled_into_its_caller(tmp_path):
    """What numba alone misses: the caller's file is the same, date and all."""
    (tmp_path / "caller.py").write_text(CALLER)
    for number in (1, 2):
        helper = tmp_path / "helper.py"
        helper.write_text(f"import numba\n\n@numba.njit\ndef value():\n    return {number}\n")
        os.utime(helper, (100, 100))
        for _ in range(2):
            command = [sys.executable, "-B", "-c", RUN, str(tmp_path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
            assert done.stdout == f"{number}\n"
    assert len(list(tmp_path.rglob("*.nbi"))) == 1


def test_every_kept_kernel_is_decorated_here():
    """`cache=True` of numba itself would keep code by its own rule."""
    found = [
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if "cache=True" in path.read_text(encoding="utf-8")
        or '"cache": True' in path.read_text(encoding="utf-8")
    ]
    assert found == ["machine_code.py"]


def test_numba_keeps_the_rest_where_it_wants():
    from numba import config

    import sat2density.worlds.kernels.jit  # noqa: F401

    assert "machine-code-" not in (config.CACHE_DIR or "")

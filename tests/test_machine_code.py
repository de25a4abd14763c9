"""Old machine code is dropped when any source is newer, where the kernels are and when they are
imported.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sat2density
from sat2density.machine_code import drop_stale

ROOT = Path(sat2density.__file__).parent
KERNELS = {
    "render/kernels": "sat2density.render.kernels.numba_reading",
    "worlds/kernels": "sat2density.worlds.kernels.jit",
}
NAMES = (
    "helper.value-3.py311.nbi",
    "helper.value-3.py311.1.nbc",
    "caller.value-3.py311.nbi",
    "caller.cpython-311.pyc",
)


@pytest.fixture
def folder(tmp_path):
    """Two compiled files of time 100 with machine code of time 200, and a third that is not
    compiled, of time 300.
    """
    (tmp_path / "__pycache__").mkdir()
    times = {"numba_helper.py": 100, "numba_caller.py": 100, "other.py": 300}
    for name, time in (times | {f"__pycache__/{name}": 200 for name in NAMES}).items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time, time))
    return tmp_path


def kept(folder):
    return {path.name for path in (folder / "__pycache__").iterdir()}


def test_an_edited_helper_drops_the_code_of_all_and_nothing_else(folder):
    os.utime(folder / "numba_helper.py", (201, 201))
    drop_stale(folder, "numba_*.py")
    assert kept(folder) == {"caller.cpython-311.pyc"}


def test_code_newer_than_its_sources_stays(folder):
    drop_stale(folder, "numba_*.py")
    assert kept(folder) == set(NAMES)
    drop_stale(folder)
    assert kept(folder) == {"caller.cpython-311.pyc"}  # now the third file counts, too


def test_nothing_compiled_yet_is_no_error(tmp_path):
    (tmp_path / "numba_helper.py").touch()
    drop_stale(tmp_path)


@pytest.mark.parametrize("place", KERNELS)
def test_importing_the_kernels_drops_old_code(place):
    old = ROOT / place / "__pycache__" / "helper.test_machine_code-1.py311.nbi"
    old.parent.mkdir(exist_ok=True)
    old.touch()
    os.utime(old, (100, 100))
    try:
        subprocess.run([sys.executable, "-c", f"import {KERNELS[place]}"], check=True, timeout=120)
        assert not old.exists()
    finally:
        old.unlink(missing_ok=True)

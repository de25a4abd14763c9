"""The studio's place on disk is removed at the end, and by the next start after a SIGKILL."""

import os
import signal
import subprocess
import sys

import pytest

from sat2density.apps.studio.storage import LOCK, PREFIX, Storage, remove_abandoned

HOLD = """
import sys
from pathlib import Path
from sat2density.apps.studio.storage import Storage
print(Storage(Path(sys.argv[1])).root, flush=True)
sys.stdin.read()
"""


def test_it_is_private_and_removed(tmp_path):
    storage = Storage(tmp_path)
    (storage.root / "visitor-x").mkdir()
    assert storage.root.stat().st_mode & 0o077 == 0
    storage.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks")
def test_a_killed_studios_place_is_removed_by_the_next_and_a_living_ones_is_not(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )
    root = process.stdout.readline().strip()
    assert remove_abandoned(tmp_path) == []
    process.send_signal(signal.SIGKILL)
    process.wait()
    storage = Storage(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [storage.root.name]
    assert not os.path.exists(root)
    storage.close()


def test_what_is_not_a_studios_is_left_alone(tmp_path):
    target = tmp_path / "precious"
    target.mkdir()
    (target / LOCK).touch()
    (tmp_path / f"{PREFIX}link").symlink_to(target)
    (tmp_path / f"{PREFIX}other").mkdir()
    assert remove_abandoned(tmp_path) == []
    assert (target / LOCK).exists()

"""A large picture that is small on disk takes no more than a copy or two of its pixels."""

import subprocess
import sys

import hostile_inputs
import pytest

SIDE = 6000

SCRIPT = """
import resource, sys
from sat2density.images import read_tile
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
read_tile(sys.argv[1], 256)
print((peak() - before) * 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux")
def test_a_large_tile(tmp_path):
    path = tmp_path / "large.png"
    path.write_bytes(hostile_inputs.png(SIDE, SIDE))
    assert path.stat().st_size < 2**18
    line = [sys.executable, "-c", SCRIPT, str(path)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=True)
    assert int(done.stdout) < 12 * SIDE**2  # once it was 18 bytes a pixel

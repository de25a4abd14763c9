"""Files of strangers are read beside the program: limits cost the child alone."""

import os
import time

import numpy as np
import pytest
import torch
from PIL import Image

from sat2density import images
from sat2density.errors import InputError, ShapeError
from sat2density.guarded import GuardedReader, Limits
from sat2density.notices import heard, notice

TIGHT = Limits(seconds=2, megabytes=300, pixels=4_000_000)


@pytest.fixture(scope="module")
def reader():
    with GuardedReader(TIGHT) as reader:
        yield reader


def process(_=None):
    return os.getpid()


def burn(_=None):
    while True:
        pass


def hoard(megabytes):
    return len(bytearray(megabytes * 2**20))


def die(_=None):
    os._exit(3)


def misshapen(_=None):
    raise ShapeError("picture: has no shape")


def unforeseen(_=None):
    return 1 / 0


def remarking(_=None):
    notice("tile.tif: is south-up; it was turned")
    return 1


def chatter(_=None):
    print("words on standard output")
    os.write(1, b"and past Python")
    return "quiet"


def test_a_picture_is_read_as_it_would_be_here(reader, tmp_path):
    path = tmp_path / "tile.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 40, 3), dtype=np.uint8)).save(
        path
    )
    assert torch.equal(reader.read_image(path), images.read_image(path))
    assert torch.equal(
        reader.call(images.read_tile, path, 16, pictures=[path]), images.read_tile(path, 16)
    )


def test_one_child_serves_many_calls_and_is_not_this_process(reader):
    first = reader.call(process)
    assert first == reader.call(process)
    assert first != os.getpid()


def test_errors_come_back_as_they_are(reader, tmp_path):
    with pytest.raises(InputError, match="no such file"):
        reader.read_image(tmp_path / "none.png")
    with pytest.raises(ShapeError, match="has no shape"):
        reader.call(misshapen)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        reader.call(unforeseen)
    assert reader.call(chatter) == "quiet"


def test_notices_are_told_here(reader):
    found = []
    with heard(found.append):
        assert reader.call(remarking) == 1
    assert found == ["tile.tif: is south-up; it was turned"]


def test_too_many_pixels_are_refused_from_the_header(reader, tmp_path):
    path = tmp_path / "large.png"
    Image.new("1", (3000, 2000)).save(path)
    path.write_bytes(path.read_bytes()[:60])  # the header alone
    with pytest.raises(InputError, match="3000x2000 pixels are too many"):
        reader.read_image(path)


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="limits of memory need Linux")
def test_too_much_memory_is_refused_and_the_child_lives(reader):
    before = reader.call(process)
    assert reader.call(hoard, 100) == 100 * 2**20
    with pytest.raises(InputError, match="takes more than 300 MB"):
        reader.call(hoard, 400)
    assert reader.call(process) == before


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="limits of memory need Linux")
def test_a_picture_that_asks_for_more_memory_than_allowed(tmp_path):
    path = tmp_path / "bomb.png"
    Image.new("L", (11_000, 11_000)).save(path)
    assert path.stat().st_size < 200_000
    with (
        GuardedReader(Limits(megabytes=60)) as reader,
        pytest.raises(InputError, match=r"bomb\.png: takes more than 60 MB"),
    ):
        reader.read_image(path, size=64)


def test_too_much_time_ends_the_child_and_the_next_call_has_another(reader):
    before = reader.call(process)
    with pytest.raises(InputError, match="takes more than 2 seconds"):
        reader.call(burn, "slow.png")
    assert reader.call(process) != before


def test_time_counts_anew_for_every_call():
    with GuardedReader(Limits(seconds=1)) as reader:
        pid = reader.call(process)
        for _ in range(4):
            assert reader.call(busy_for, 0.5) == pid


def busy_for(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return os.getpid()


def test_a_child_that_dies_is_named_and_replaced(reader):
    with pytest.raises(InputError, match=r"evil\.tif: reading it ended the process"):
        reader.call(die, "evil.tif")
    assert reader.call(chatter) == "quiet"


def test_nothing_is_left_when_it_is_closed():
    reader = GuardedReader(TIGHT)
    pid = reader.call(process)
    reader.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    reader.close()

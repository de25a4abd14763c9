import errno

import numpy as np
import pytest
from PIL import Image

from sat2density.errors import InputError, OutputError, ShapeError
from sat2density.export.frames import FrameFolder, gif_writer

COLOURS = [(250, 10, 20), (10, 240, 30), (5, 40, 230)]


def frames():
    for colour in COLOURS:
        frame = np.empty((20, 30, 3), np.uint8)
        frame[:] = colour
        yield frame


def read_gif(path):
    with Image.open(path) as image:
        pictures = []
        for index in range(image.n_frames):
            image.seek(index)
            pictures.append((np.asarray(image.convert("RGB")), image.info["duration"]))
        return pictures, image.info.get("loop")


def test_a_gif_loops_with_every_frame_and_its_time(tmp_path):
    with gif_writer(tmp_path / "walk.gif", fps=8) as gif:
        for frame in frames():
            gif.write(frame)
    pictures, loop = read_gif(tmp_path / "walk.gif")
    assert loop == 0
    assert [picture[3, 3].tolist() for picture, _ in pictures] == [
        list(colour) for colour in COLOURS
    ]
    assert {duration for _, duration in pictures} == {120}  # 12.5 hundredths, the nearest even


def test_interrupting_keeps_the_frames_so_far(tmp_path):
    with pytest.raises(KeyboardInterrupt), gif_writer(tmp_path / "walk.gif") as gif:
        gif.write(next(frames()))
        raise KeyboardInterrupt
    assert len(read_gif(tmp_path / "walk.gif")[0]) == 1


def test_an_error_or_no_frame_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), gif_writer(tmp_path / "walk.gif") as gif:
        gif.write(next(frames()))
        raise ZeroDivisionError
    with pytest.raises(InputError, match="at least one frame"), gif_writer(tmp_path / "walk.gif"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fps", [0, 51, float("nan")])
def test_impossible_frame_rates(tmp_path, fps):
    with (
        pytest.raises(InputError, match="frames per second"),
        gif_writer(tmp_path / "walk.gif", fps),
    ):
        pass


def test_single_frames_are_numbered(tmp_path):
    folder = FrameFolder(tmp_path / "frames")
    for frame in frames():
        folder.write(frame)
    assert sorted(file.name for file in folder.folder.iterdir()) == [
        f"frame_000{n}.png" for n in range(3)
    ]
    with Image.open(folder.folder / "frame_0001.png") as image:
        assert image.getpixel((0, 0)) == COLOURS[1]
    with pytest.raises(ShapeError, match="first one's size"):
        folder.write(np.zeros((4, 4, 3), np.uint8))


def test_a_full_disk_is_told(tmp_path, monkeypatch):
    def full(self, *arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(OutputError, match="disk is full"):
        FrameFolder(tmp_path / "frames").write(next(frames()))
    with pytest.raises(OutputError, match="disk is full"), gif_writer(tmp_path / "walk.gif") as gif:
        gif.write(next(frames()))
    assert not list(tmp_path.rglob("*.*"))

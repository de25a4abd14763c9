import errno
import itertools
import threading
import time
from pathlib import Path

import av
import numpy as np
import pytest
import torch

from sat2density.errors import InputError, OutputError, ShapeError
from sat2density.export import video as video_module
from sat2density.export.video import mp4_writer

CHROMIUM = Path("/usr/bin/chromium")


def frames(count=12, height=48, width=96):
    """A white square that walks over a coloured ground, four pixels a frame."""
    for index in range(count):
        frame = np.empty((height, width, 3), np.uint8)
        frame[:] = (200, 60, 30)
        frame[8:24, 4 * index : 4 * index + 16] = 255
        yield frame


def decode(path):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        return pictures, stream


def write(path, pictures, **options):
    with mp4_writer(path, **options) as video:
        for picture in pictures:
            video.write(picture)


def test_every_frame_comes_back_in_order_with_its_colours(tmp_path):
    write(tmp_path / "walk.mp4", frames(12), fps=12)
    decoded, stream = decode(tmp_path / "walk.mp4")
    assert len(decoded) == stream.frames == 12
    assert float(stream.average_rate) == 12
    assert float(stream.duration * stream.time_base) == pytest.approx(1.0, abs=0.01)
    for picture, original in zip(decoded, frames(12), strict=True):
        assert picture.shape == original.shape
        assert np.abs(picture.astype(int) - original).mean() < 6
    left_edges = [np.flatnonzero(picture[16, :, 2] > 150).min() for picture in decoded]
    assert np.abs(np.array(left_edges) - 4 * np.arange(12)).max() <= 1


def test_a_browser_and_a_phone_can_play_it(tmp_path):
    write(tmp_path / "walk.mp4", frames(3))
    with av.open(str(tmp_path / "walk.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert (
            context.color_primaries,
            context.color_trc,
            context.colorspace,
            context.color_range,
        ) == (1, 1, 1, 1)
    data = (tmp_path / "walk.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")  # plays before it is loaded


def test_odd_sizes_get_one_more_row_and_column(tmp_path):
    write(tmp_path / "odd.mp4", frames(2, height=31, width=51))
    decoded, _ = decode(tmp_path / "odd.mp4")
    assert decoded[0].shape == (32, 52, 3)
    assert np.abs(decoded[0][31].astype(int) - decoded[0][30]).max() < 20


@pytest.mark.parametrize("fps", [0.5, 12.5, 30000 / 1001, 60])
def test_frame_rates(tmp_path, fps):
    write(tmp_path / "walk.mp4", frames(4), fps=fps)
    _, stream = decode(tmp_path / "walk.mp4")
    assert float(stream.average_rate) == pytest.approx(fps, rel=1e-3)


def test_tensors_are_taken_and_a_reused_array_is_copied(tmp_path):
    write(tmp_path / "tensor.mp4", [torch.full((3, 16, 32), 0.5)])
    assert np.abs(decode(tmp_path / "tensor.mp4")[0][0].astype(int) - 128).max() <= 2
    shared = np.empty((32, 64, 3), np.uint8)
    with mp4_writer(tmp_path / "reused.mp4") as video:
        for level in range(0, 240, 20):
            shared[:] = level
            video.write(shared)
    means = [picture.mean() for picture in decode(tmp_path / "reused.mp4")[0]]
    assert np.abs(np.array(means) - np.arange(0, 240, 20)).max() < 4


def test_long_videos_wait_for_the_encoder_with_bounded_memory(tmp_path, monkeypatch):
    slow = video_module._yuv_frame
    monkeypatch.setattr(video_module, "_yuv_frame", lambda *a: (time.sleep(0.005), slow(*a))[1])
    most = 0
    with mp4_writer(tmp_path / "long.mp4") as video:
        for frame in itertools.chain.from_iterable(frames(12, 16, 64) for _ in range(5)):
            video.write(frame)
            most = max(most, video._waiting.qsize())
    assert len(decode(tmp_path / "long.mp4")[0]) == video.frames == 60
    assert 1 < most <= video_module.WAITING_FRAMES


def test_interrupting_leaves_a_playable_video_of_the_frames_so_far(tmp_path):
    with pytest.raises(KeyboardInterrupt), mp4_writer(tmp_path / "walk.mp4") as video:
        for index, frame in enumerate(frames(12)):
            if index == 7:
                raise KeyboardInterrupt
            video.write(frame)
    assert len(decode(tmp_path / "walk.mp4")[0]) == 7
    assert [file.name for file in tmp_path.iterdir()] == ["walk.mp4"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, None])
def test_a_video_without_frames_is_absent(tmp_path, error):
    expected = KeyboardInterrupt if error else InputError
    with pytest.raises(expected), mp4_writer(tmp_path / "walk.mp4"):
        if error:
            raise error
    assert list(tmp_path.iterdir()) == []


def test_an_error_while_rendering_leaves_nothing_and_ends_the_thread(tmp_path):
    (tmp_path / "walk.mp4").write_text("an older one")
    with pytest.raises(ZeroDivisionError), mp4_writer(tmp_path / "walk.mp4") as video:
        for frame in frames(30):
            video.write(frame)
        raise ZeroDivisionError
    assert [file.name for file in tmp_path.iterdir()] == ["walk.mp4"]
    assert (tmp_path / "walk.mp4").read_text() == "an older one"
    assert not any(thread.name == "video encoder" for thread in threading.enumerate())


@pytest.mark.parametrize("at", [0, 5, 11])
def test_a_disk_that_fills_up_is_told_and_nothing_is_left(tmp_path, monkeypatch, at):
    real = video_module._yuv_frame

    def full(pixels, size, index, fps):
        if index == at:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(pixels, size, index, fps)

    monkeypatch.setattr(video_module, "_yuv_frame", full)
    with pytest.raises(OutputError, match="disk is full"):
        write(tmp_path / "walk.mp4", frames(12))
    with pytest.raises(OutputError, match="disk is full"):
        write(tmp_path / "walk.mp4", itertools.cycle(frames(12)))  # stops by itself, never blocks
    assert list(tmp_path.iterdir()) == []


def test_a_place_without_permission_is_told(tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(av, "open", refuse)
    with pytest.raises(OutputError, match="no permission"):
        write(tmp_path / "walk.mp4", frames(12))


def test_ffmpegs_own_errors_are_put_into_words(tmp_path):
    error = video_module._as_os_error(av.FFmpegError(errno.ENOSPC, "No space left on device"))
    assert isinstance(error, OSError)
    assert error.errno == errno.ENOSPC


def test_places_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.mp4").mkdir()
    for place in (tmp_path / "file" / "walk.mp4", tmp_path / "folder.mp4"):
        with pytest.raises(OutputError, match=place.name):
            write(place, frames(2))


def test_frames_must_be_pictures_of_one_size(tmp_path):
    with pytest.raises(ShapeError, match=r"\(48, 96, 3\), not \(50, 96, 3\)"):
        write(tmp_path / "walk.mp4", itertools.chain(frames(2), frames(1, height=50)))
    with pytest.raises(ShapeError, match=r"uint8 \(4, 8, 2\)"):
        write(tmp_path / "walk.mp4", [np.zeros((4, 8, 2), np.uint8)])
    with pytest.raises(ShapeError, match="8192"):
        write(tmp_path / "walk.mp4", [np.zeros((2, 8194, 3), np.uint8)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fps", [0, -1, float("nan"), 1000])
def test_impossible_frame_rates(tmp_path, fps):
    with pytest.raises(InputError, match="frames per second"):
        write(tmp_path / "walk.mp4", frames(2), fps=fps)


PLAY = """async (address) => {
  const video = document.createElement('video');
  video.muted = true;
  video.src = address;
  document.body.append(video);
  const seen = new Set();
  const canvas = new OffscreenCanvas(video.width || 96, 48);
  const context = canvas.getContext('2d');
  await new Promise((resolve, reject) => {
    video.onerror = () => reject(new Error(video.error.message));
    video.onended = resolve;
    const look = () => {
      context.drawImage(video, 0, 0, 96, 48);
      const row = context.getImageData(0, 16, 96, 1).data;
      let column = 0;
      while (column < 96 && row[4 * column + 2] < 150) column++;
      seen.add(column);
      if (!video.ended) video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
    video.play();
  });
  context.drawImage(video, 0, 0, 96, 48);
  const corner = [...context.getImageData(2, 40, 1, 1).data].slice(0, 3);
  const {videoWidth: width, videoHeight: height, duration} = video;
  return {width, height, duration, seen: [...seen], corner};
}"""


@pytest.mark.browser
@pytest.mark.parametrize("spherical", [False, True])
def test_chromium_plays_it_to_the_end(tmp_path, spherical):
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not here (apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    write(tmp_path / "walk.mp4", frames(12), fps=6, spherical=spherical)
    (tmp_path / "page.html").write_text("<!doctype html><title>video</title>")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--allow-file-access-from-files"]
        )
        page = browser.new_page()
        page.goto((tmp_path / "page.html").as_uri())
        played = page.evaluate(PLAY, (tmp_path / "walk.mp4").as_uri())
        browser.close()
    assert (played["width"], played["height"]) == (96, 48)
    assert played["duration"] == pytest.approx(2.0, abs=0.01)
    assert len(played["seen"]) >= 6  # it moves: the square was seen at many places
    assert (
        np.abs(np.array(played["corner"]) - (200, 60, 30)).max() <= 6
    )  # the colours are meant and read alike

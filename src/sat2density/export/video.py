"""MP4 videos (H.264, also with 360-degree metadata), written while they are rendered.

A frame that is handed over is encoded by a thread of its own while the next one is rendered.
Whatever interrupts the rendering, a video is complete or absent; Ctrl-C leaves a playable video of
the frames so far.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np

from sat2density.errors import InputError
from sat2density.export.frames import Frame, SameSize
from sat2density.export.rates import check_fps
from sat2density.export.spherical import add_spherical_metadata
from sat2density.files import atomic_path

QUALITY: Final = 20
"""x264's constant rate factor: 18 is hard to tell from the original, 28 is visibly soft."""

BT709: Final = 1
LIMITED_RANGE: Final = 1
"""Values of ITU-T H.273 for BT.709 and of FFmpeg for 16..235."""

WAITING_FRAMES: Final = 8
"""Frames that may wait for the encoder; then rendering waits for it, and memory stays bounded."""


class Mp4Writer:
    """Encodes frames in the background; made by `mp4_writer`."""

    def __init__(self, path: Path, fps: Fraction, quality: int) -> None:
        self._path = path
        self._fps = fps
        self._quality = quality
        self._same = SameSize()
        self._waiting: queue.Queue[Frame | None] = queue.Queue(WAITING_FRAMES)
        self._error: BaseException | None = None
        self._stop = False
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="video encoder", daemon=True)
        self._thread.start()

    @property
    def frames(self) -> int:
        """Number of frames taken so far."""
        return self._same.frames

    def write(self, frame: Any) -> None:
        """Take the next frame; wait where the encoder is `WAITING_FRAMES` behind.

        Args:
            frame: of the size of the first, as `arrays.picture` takes it; copied. Odd sizes get one
                more row or column, as H.264 wants.

        Raises:
            ShapeError: not a picture, or of another size.
            OSError: the encoder could not write (disk full, ...).

        """
        pixels = self._same.checked(frame)
        self._raise_error()
        # A copy: the caller may fill the same array with the next frame while this one waits.
        self._waiting.put(pixels.copy())

    def finish(self) -> None:
        """Encode what waits and close the file."""
        self._waiting.put(None)
        self._thread.join()
        self._raise_error()

    def abandon(self) -> None:
        """Stop encoding; the file is of no use any more."""
        self._stop = True
        self._waiting.put(None)
        self._thread.join()

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._encode()
        except BaseException as error:  # handed to the thread that renders
            self._error = _as_os_error(error)
            # Go on taking frames, so that a full queue cannot block the renderer for ever; where
            # the end was seen already (the disk filled up while the file was closed) nothing more
            # will come.
            while not self._ended:
                self._take()

    def _take(self) -> Frame | None:
        pixels = self._waiting.get()
        self._ended = pixels is None
        return pixels

    def _encode(self) -> None:
        import av

        first = self._take()
        if first is None:
            return
        size = tuple(side + side % 2 for side in first.shape[1::-1])
        with av.open(
            str(self._path), "w", format="mp4", options={"movflags": "+faststart"}
        ) as container:
            stream = _h264_stream(container, size, self._fps, self._quality)
            pixels: Frame | None = first
            index = 0
            while pixels is not None and not self._stop:
                container.mux(stream.encode(_yuv_frame(pixels, size, index, self._fps)))
                pixels = self._take()
                index += 1
            container.mux(stream.encode(None))


@contextlib.contextmanager
def mp4_writer(
    path: str | Path, fps: float = 10.0, *, spherical: bool = False, quality: int = QUALITY
) -> Iterator[Mp4Writer]:
    """Open an MP4 (H.264, yuv420p, BT.709, index first: plays in browsers and phones) to write
    frames to.

    Args:
        path: the file; it appears when the block ends well, or on Ctrl-C with the frames so far.
        fps: frames per second, 0.01 to 240.
        spherical: add the metadata of 360-degree video; the frames must be 2:1
            (`spherical.equirectangular_frame`).
        quality: x264's constant rate factor, 0 (largest) to 51.

    Raises:
        InputError: a bad `fps`, or the block wrote no frame. OutputError: the file cannot be
            written.

    Example:
        with mp4_writer("walk.mp4", fps=12) as video:
            for view in views:
                video.write(view.image)

    """
    interruption: KeyboardInterrupt | None = None
    with atomic_path(path) as temporary:
        writer = Mp4Writer(temporary, _rate(fps), quality)
        try:
            yield writer
        except KeyboardInterrupt as error:
            interruption = error
        except BaseException:
            writer.abandon()
            raise
        writer.finish()
        if not writer.frames:
            raise interruption or InputError(f"{path}: a video needs at least one frame")
        if spherical:
            add_spherical_metadata(temporary)
    if interruption is not None:
        raise interruption


def _rate(fps: float) -> Fraction:
    check_fps(fps)
    # 1001: the rates of television are such as 24000/1001.
    return Fraction(fps).limit_denominator(1001)


def _h264_stream(container: Any, size: tuple[int, ...], fps: Fraction, quality: int) -> Any:
    stream = container.add_stream("libx264", rate=fps)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.time_base = 1 / fps
    # A key frame every two seconds: scrubbing stays quick.
    stream.gop_size = max(1, round(2 * fps))
    stream.options = {"crf": str(quality), "preset": "veryfast"}
    # Say which colours are meant: players guess differently for small and large pictures.
    context = stream.codec_context
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = LIMITED_RANGE
    return stream


def _yuv_frame(pixels: Frame, size: tuple[int, ...], index: int, fps: Fraction) -> Any:
    import av
    from av.video.reformatter import ColorRange, Colorspace

    extra = (size[1] - pixels.shape[0], size[0] - pixels.shape[1])
    if any(extra):
        pixels = np.pad(pixels, ((0, extra[0]), (0, extra[1]), (0, 0)), mode="edge")
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    frame = frame.reformat(
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
    )
    frame.pts = index
    frame.time_base = 1 / fps
    return frame


def _as_os_error(error: BaseException) -> BaseException:
    """Turn FFmpeg's own errors into OSError, whose reason `files` puts into words."""
    import av

    if isinstance(error, av.FFmpegError) and not isinstance(error, OSError):
        return OSError(error.errno, error.strerror)
    return error

"""Frames one after the other: what every kind of video takes, GIFs, and pictures of their own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sat2density.errors import InputError, ShapeError
from sat2density.export.arrays import picture
from sat2density.export.pictures import write_depth_png, write_picture
from sat2density.export.rates import check_fps
from sat2density.files import atomic_path

Frame = NDArray[np.uint8]

LARGEST_SIDE: Final = 8192
"""Pixels; players and encoders give up beyond."""


MOST_GIF_PIXELS: Final = 2**30
"""Of all frames of a GIF together: they wait in memory with one byte a pixel."""


class FrameSink(Protocol):
    """Something frames are written to, one after the other, all of one size."""

    def write(self, frame: Any) -> None:
        """Take the next frame.

        Args:
            frame: of the size of the first, as `arrays.picture` takes it.

        Raises:
            ShapeError: no picture, or one of another size.

        """


class SameSize:
    """Holds the frames of one video to the size of the first."""

    def __init__(self) -> None:
        self.frames = 0
        self._shape: tuple[int, ...] | None = None

    def checked(self, frame: Any) -> Frame:
        """Return the next frame as (H, W, 3) uint8, and count it.

        Args:
            frame: as `arrays.picture` takes it, at most `LARGEST_SIDE` pixels each way.

        Raises:
            ShapeError: no picture, too large, or of another size than the first.

        """
        pixels = picture(frame, "frame")
        if self._shape is None:
            if max(pixels.shape) > LARGEST_SIDE:
                raise ShapeError(
                    f"video frames may be at most {LARGEST_SIDE} pixels wide or high, not "
                    f"{pixels.shape[:2]}"
                )
            self._shape = pixels.shape
        if pixels.shape != self._shape:
            raise ShapeError(
                f"every frame of a video must have the first one's size {self._shape}, not "
                f"{pixels.shape}"
            )
        self.frames += 1
        return pixels


class GifWriter:
    """Collects frames of a GIF, 256 colours each; made by `gif_writer`."""

    def __init__(self, expected: int = 1) -> None:
        self._same = SameSize()
        self._expected = expected
        self.images: list[Image.Image] = []

    def write(self, frame: Any) -> None:
        """Take the next frame; it waits in memory until the file is written.

        Args:
            frame: of the size of the first, as `arrays.picture` takes it.

        Raises:
            ShapeError: no picture, or one of another size.
            InputError: all frames together have more than `MOST_GIF_PIXELS`.

        """
        pixels = self._same.checked(frame)
        height, width = pixels.shape[:2]
        frames = max(self._expected, self._same.frames)
        if frames * width * height > MOST_GIF_PIXELS:
            raise InputError(
                f"a GIF of {frames} frames of {width}x{height} pixels is too large: they wait in "
                f"memory; make fewer or smaller ones, or a video"
            )
        self.images.append(Image.fromarray(pixels).quantize(256))


@contextlib.contextmanager
def gif_writer(path: str | Path, fps: float = 10.0, expected: int = 1) -> Iterator[GifWriter]:
    """Open an endlessly looping GIF to write frames to; complete or absent, kept on Ctrl-C like a
    video.

    Frames wait in memory with one byte a pixel, `MOST_GIF_PIXELS` altogether.

    Args:
        path: the file.
        fps: frames per second, 0.01 to 50, met to the nearest hundredth of a second.
        expected: how many frames will come: too many are refused at the first one, not when the
            memory is full.

    Raises:
        InputError: a bad `fps`, no frame, or too many. OutputError: the file cannot be written.

    """
    check_fps(fps, gif=True)
    interruption: KeyboardInterrupt | None = None
    writer = GifWriter(expected)
    try:
        yield writer
    except KeyboardInterrupt as error:
        interruption = error
    if writer.images:
        first, *others = writer.images
        with atomic_path(path) as temporary:
            duration = round(100 / fps) * 10
            first.save(
                temporary,
                format="GIF",
                save_all=True,
                append_images=others,
                duration=duration,
                loop=0,
            )
    if interruption is not None or not writer.images:
        raise interruption or InputError(f"{path}: a GIF needs at least one frame")


class FrameFolder:
    """Writes every frame as a PNG of its own: `frame_0000.png`, `frame_0001.png`, ... in
    `folder`.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._same = SameSize()

    def write(self, frame: Any) -> None:
        """Write the next frame.

        Args:
            frame: of the size of the first, as `arrays.picture` takes it.

        Raises:
            ShapeError: no picture, or one of another size.
            OutputError: the file cannot be written.

        """
        pixels = self._same.checked(frame)
        write_picture(
            self.folder / f"frame_{self._same.frames - 1:04d}.png", Image.fromarray(pixels)
        )


class DepthFolder:
    """Writes depths in metres, named as `FrameFolder` does, as the PNGs of `write_depth_png`."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.frames = 0

    def write(self, frame: Any) -> None:
        """Write the next depth.

        Args:
            frame: depth in metres (H, W) or (1, H, W), NaN where there is no surface.

        Raises:
            ShapeError: another shape.
            OutputError: the file cannot be written.

        """
        write_depth_png(self.folder / f"frame_{self.frames:04d}.png", frame)
        self.frames += 1

"""What visitors send: bounded in bytes while it is read, and in pixels before it is decoded."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from starlette.requests import Request

from sat2density.apps.studio.limits import MAX_UPLOAD_BYTES, MAX_UPLOAD_PIXELS
from sat2density.errors import InputError
from sat2density.images import FORMATS


class TooLargeError(InputError):
    """A body is larger than allowed."""


async def read_body(request: Request, limit: int = MAX_UPLOAD_BYTES) -> bytes:
    """Read a request's body, giving up as soon as it is larger than `limit` bytes.

    Raises:
        TooLargeError: the body is larger, or says that it is.
        InputError: the body is empty.

    """
    said = request.headers.get("content-length", "0")
    if said.isdigit() and int(said) > limit:
        raise TooLargeError(
            f"The file is larger than {limit // 2**20} MB; make it smaller and try again."
        )
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLargeError(
                f"The file is larger than {limit // 2**20} MB; make it smaller and try again."
            )
        chunks.append(chunk)
    if size == 0:
        raise InputError("The file is empty; choose another one.")
    return b"".join(chunks)


def check_picture(data: bytes) -> tuple[int, int]:
    """Look at a picture's header, without decoding a pixel, and return (width, height).

    Raises:
        InputError: not a picture this package reads, or one with too many pixels.

    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                width, height = picture.size
    except UnidentifiedImageError:
        raise InputError(
            "This file is not a picture (PNG, JPEG, WebP, TIFF or BMP), whatever its name says."
        ) from None
    except Image.DecompressionBombError:
        raise InputError(
            f"The picture has more than {MAX_UPLOAD_PIXELS:,} pixels; make it smaller."
        ) from None
    except Exception as error:  # Pillow's readers raise many kinds for a damaged header
        raise InputError("The picture's header is damaged; export it again.") from error
    if width * height > MAX_UPLOAD_PIXELS:
        raise InputError(
            f"The picture has {width} x {height} pixels; at most {MAX_UPLOAD_PIXELS:,} are "
            f"accepted."
        )
    return width, height


def keep_picture(data: bytes, path: Path) -> Path:
    """Check a picture and write it to `path`, a name the server chose, for `data.images` to
    read.
    """
    check_picture(data)
    path.write_bytes(data)
    return path


def plain(error: Exception, path: Path) -> str:
    """Return an error's message without the server's own file name in it."""
    return str(error).replace(f"{path}: ", "").replace(str(path), "the file")

"""What visitors send: bounded in bytes and time while it is received, one file of a visitor at a
time, and never over a file that was accepted before.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from starlette.requests import ClientDisconnect, Request

from sat2density.apps.studio import limits
from sat2density.apps.studio.visitors import Visitor
from sat2density.errors import InputError


class RefusedError(InputError):
    """An upload that is refused for its size, its slowness or its number.

    Attributes:
        status: the HTTP status that says so.

    """

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


@contextlib.asynccontextmanager
async def taking_turns(visitor: Visitor) -> AsyncIterator[None]:
    """Wait until no other file of this visitor is read or decoded.

    Raises:
        RefusedError: too many wait already.

    """
    if visitor.turns >= limits.MAX_TURNS:
        raise RefusedError("Several files are being read already; wait for them.", 429)
    visitor.turns += 1
    try:
        async with visitor.turn:
            yield
    finally:
        visitor.turns -= 1


@contextlib.asynccontextmanager
async def received(request: Request, folder: Path, limit: int | None = None) -> AsyncIterator[Path]:
    """Receive a request's body into a file of `folder`, for as long as the block lasts.

    Args:
        request: whose body is read.
        folder: where the file is made; its name is random.
        limit: most bytes; None is `MAX_UPLOAD_BYTES`.

    Raises:
        RefusedError: the body is larger, or says that it is, or comes too slowly, or the disk is
            nearly full.
        InputError: the body is empty, or cut short.

    """
    limit = limits.MAX_UPLOAD_BYTES if limit is None else limit
    said = request.headers.get("content-length", "0")
    too_large = RefusedError(
        f"The file is larger than {limit // 2**20} MB; make it smaller and try again.", 413
    )
    if len(said) > 15 or (said.isdigit() and int(said) > limit):
        raise too_large
    if shutil.disk_usage(folder).free < limits.LEAST_FREE_BYTES:
        raise RefusedError("The studio's disk is nearly full; free some space.", 507)
    with tempfile.NamedTemporaryFile(prefix="upload-", dir=folder, delete=False) as file:
        path = Path(file.name)
        try:
            size = await _receive(request, file, limit, too_large)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    try:
        if size == 0:
            raise InputError("The file is empty; choose another one.")
        yield path
    finally:
        path.unlink(missing_ok=True)  # where it is to be kept, it has another name by now


async def _receive(request: Request, file: IO[bytes], limit: int, too_large: RefusedError) -> int:
    size = 0
    end = time.monotonic() + limits.UPLOAD_S
    stream = request.stream()
    while True:
        try:
            patience = min(limits.UPLOAD_PAUSE_S, end - time.monotonic())
            chunk = await asyncio.wait_for(anext(stream), max(0.0, patience))
        except StopAsyncIteration:
            return size
        except TimeoutError:
            raise RefusedError("The file came too slowly, and was given up.", 408) from None
        except ClientDisconnect:
            raise InputError("The connection ended before the file did.") from None
        size += len(chunk)
        if size > limit:
            raise too_large
        file.write(chunk)


def keep(path: Path, visitor: Visitor, name: str) -> None:
    """Give a received file a name under which it stays (`own-...`), in place of an earlier one.

    Raises:
        RefusedError: the visitor keeps too much already.

    """
    target = visitor.folder / name
    before = target.stat().st_size if target.is_file() else 0
    if visitor.kept_bytes() - before + path.stat().st_size > limits.MAX_KEPT_BYTES:
        most = limits.MAX_KEPT_BYTES // 2**20
        raise RefusedError(f"Own photographs may have {most} MB together; give smaller ones.", 413)
    path.replace(target)


def plain(error: Exception, *paths: Path) -> str:
    """Return an error's message without the server's own file names in it."""
    text = str(error)
    for path in paths:
        text = re.sub(rf"^{re.escape(str(path))}: (?=(is|has|holds|takes) )", "This file ", text)
        text = text.replace(f"{path}: ", "").replace(str(path), "the file")
    return text[:1].upper() + text[1:]

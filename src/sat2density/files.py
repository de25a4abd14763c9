"""Writing results: complete or absent, never half-written, never over somebody's work by
accident.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sat2density.errors import OutputError


def reason(error: OSError) -> str:
    """Say in words why the system refused, with the remedy where there is one."""
    if error.errno == errno.ENOSPC:
        return "the disk is full; free some space and run again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "no permission to write there; choose another place"
    return error.strerror or str(error)


@contextlib.contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path` (same suffix) to write to; renamed to `path` on success,
    removed on failure.

    Raises:
        OutputError: the folder is missing or not writable, the disk is full, or `path` is a folder.

    """
    path = Path(path)
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; give the name of a file")
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.partial{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"{path}: cannot be written: {reason(error)}") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def remove_partial(folder: Path) -> None:
    """Remove what killed processes left of `atomic_path` in a folder and those in it; none may be
    writing there now.
    """
    for left in folder.rglob(".*.partial*"):
        if left.is_file():
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def output_folder(
    path: str | Path, overwrite: bool = False, keep_on_interrupt: bool = False
) -> Iterator[Path]:
    """Give an empty folder to fill; its files appear in `path` only when the block ends well.

    The folder is made beside `path` and moved there at the end. With `overwrite`, files of the same
    names are replaced one by one and everything else in `path` stays. With `keep_on_interrupt`,
    what Ctrl-C finds written is kept too.

    Raises:
        OutputError: `path` exists and is not an empty folder (without `overwrite`), or cannot be
            written.

    """
    path = Path(path)
    check_output_folder(path, overwrite)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{path.name}.partial-", dir=path.parent))
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {reason(error)}") from error
    try:
        try:
            yield staging
        except KeyboardInterrupt:
            if keep_on_interrupt:
                _publish(staging, path)
            raise
        _publish(staging, path)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"{path}: cannot be written: {reason(error)}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def check_output_folder(path: Path, overwrite: bool) -> None:
    """Refuse an output folder that is a file, or holds something and may not be written into."""
    if path.exists() and not path.is_dir():
        raise OutputError(f"{path}: is a file; --out names a folder")
    if path.is_dir() and not overwrite and any(path.iterdir()):
        raise OutputError(
            f"{path}: exists and is not empty; choose another --out, or say --overwrite"
        )


def _publish(staging: Path, path: Path) -> None:
    staging.chmod(0o755)
    if not any(staging.iterdir()):
        return
    if not path.exists() or not any(path.iterdir()):
        if path.exists():
            path.rmdir()
        os.replace(staging, path)
        return
    for source in sorted(p for p in staging.rglob("*") if p.is_file()):
        target = path / source.relative_to(staging)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)

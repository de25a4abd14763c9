"""Downloading released weights: resumable, recorded, checked against the record of the first
time.
"""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

from sat2density.errors import InputError, OutputError, WeightsError
from sat2density.files import atomic_path, locked, reason
from sat2density.notices import notice
from sat2density.reading import read_json, read_text
from sat2density.weights.digest import sha256
from sat2density.weights.names import KnownWeights, known

TIMEOUT_S: Final = 30
CHUNK: Final = 1 << 18

Progress = Callable[[int, int | None], None]
"""Called with (bytes so far, bytes in all or None where the server does not say)."""


@dataclasses.dataclass(frozen=True)
class Fetched:
    """A download that is complete: where it lies, its size and sha256, and whether it was there
    before.
    """

    path: Path
    bytes: int
    sha256: str
    before: bool


def fetch(name: str, url: str | None = None, progress: Progress | None = None) -> Fetched:
    """Download the weights called `name` into the cache, unless they are there.

    No checksum of the released files is published: the first fetch writes size and sha256 beside
    the file, and every later one is compared with that record. An interrupted download goes on
    where it stopped.

    Args:
        name: a released name or its alias.
        url: take it from there instead of the release page (a mirror); http or https.
        progress: called after each chunk.

    Raises:
        InputError: no such name, or nothing to fetch under it.
        WeightsError: no connection, the server refuses, the download stops early, or it is not the
            recorded file.
        OutputError: the cache folder cannot be written.

    """
    item = known(name)
    url = url or item.url
    if url is None:
        raise WeightsError(
            f"weights '{item.name}' ship with the package; there is nothing to fetch"
        )
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise WeightsError(f"{url}: not an http or https address")
    if item.path.is_file():
        return _already(item)
    part = item.path.with_name(item.path.name + ".part")
    try:
        # Two at once would write into one partial file.
        cache = item.path.parent
        with locked(cache, lambda: notice(f"waiting for another download into {cache}")):
            return _fetched(item, url, part, progress)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"{item.path.parent}: cannot be written: {reason(error)}") from error


def _fetched(item: KnownWeights, url: str, part: Path, progress: Progress | None) -> Fetched:
    if item.path.is_file():
        return _already(item)
    _download(url, part, progress)
    return _accept(item, url, part)


def record_path(item: KnownWeights) -> Path:
    """Return the file that remembers size and sha256 of the first download.

    Args:
        item: one of `names.KNOWN`.

    """
    return item.path.with_name(item.path.name + ".record.json")


def read_record(item: KnownWeights) -> dict[str, Any] | None:
    """Return the record of the first download; None where there is none (or it cannot be read).

    Args:
        item: one of `names.KNOWN`.

    """
    with contextlib.suppress(InputError):
        values = read_json(record_path(item))
        if isinstance(values, dict) and isinstance(values.get("sha256"), str):
            return values
    return None


def _already(item: KnownWeights) -> Fetched:
    digest = sha256(item.path)
    size = item.path.stat().st_size
    _compare(item, digest, size, f"remove {item.path} and fetch again")
    if read_record(item) is None:
        _write_record(item, "found in the cache", digest, size)
    return Fetched(item.path, size, digest, before=True)


def _accept(item: KnownWeights, url: str, part: Path) -> Fetched:
    if not zipfile.is_zipfile(part):
        part.unlink()
        raise WeightsError(f"{url}: what came is not a zip file; nothing was kept")
    digest = sha256(part)
    size = part.stat().st_size
    try:
        remedy = f"if it was published anew, remove {record_path(item)} and fetch again"
        _compare(item, digest, size, f"nothing was kept; {remedy}")
    except WeightsError:
        part.unlink()
        raise
    _write_record(item, url, digest, size)
    part.replace(item.path)
    _tag(part).unlink(missing_ok=True)
    return Fetched(item.path, size, digest, before=False)


def _compare(item: KnownWeights, digest: str, size: int, remedy: str) -> None:
    record = read_record(item)
    if record is not None and record["sha256"] != digest:
        raise WeightsError(
            f"{item.path}: {size} bytes with sha256 {digest[:12]}... are not the file fetched "
            f"first "
            f"({record.get('bytes')} bytes, {record['sha256'][:12]}...); {remedy}"
        )


def _write_record(item: KnownWeights, url: str, digest: str, size: int) -> None:
    if read_record(item) is not None:
        return
    day = time.strftime("%Y-%m-%d", time.gmtime())
    values = {
        "url": url,
        "bytes": size,
        "sha256": digest,
        "first_fetched": day,
        "licence": item.licence,
    }
    with atomic_path(record_path(item)) as temporary:
        temporary.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def _tag(part: Path) -> Path:
    """Where the version (ETag or date) of a partial download is kept, so that two versions are
    never joined.
    """
    return part.with_name(part.name + ".tag")


def _download(url: str, part: Path, progress: Progress | None) -> None:
    """Fetch `url` into `part`, going on after what is there if the server can; complete on
    return.
    """
    tag = read_text(_tag(part)) if part.is_file() and _tag(part).is_file() else ""
    start = part.stat().st_size if tag else 0
    headers = {"User-Agent": "sat2density", "Accept-Encoding": "identity"}
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": tag}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=TIMEOUT_S
        ) as response:
            start, total = _begin(response, start)
            _tag(part).write_text(_version(response), encoding="utf-8")
            with part.open("ab" if start else "wb") as file:
                got = _copy(response, file, start, total, progress)
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and start:
            part.unlink()
            return _download(url, part, progress)
        raise WeightsError(
            f"{url}: the server says {error.code} {error.reason}; try later, or another --url"
        ) from error
    except (
        urllib.error.URLError,
        http.client.HTTPException,
        TimeoutError,
        ConnectionError,
    ) as error:
        why = getattr(error, "reason", None) or error
        raise WeightsError(
            f"{url}: cannot be fetched ({why}); check the connection, then run it again"
        ) from error
    if total is not None and got < total:
        raise WeightsError(
            f"{url}: the connection ended after {got} of {total} bytes; run it again to go on"
        )
    return None


def _begin(response: Any, start: int) -> tuple[int, int | None]:
    """Return where the answer starts (0 if the server begins anew) and the whole size, if said."""
    if response.status == http.HTTPStatus.PARTIAL_CONTENT:
        match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
        if not match or int(match[1]) != start:
            raise WeightsError(
                f"{response.url}: the server sends another part than asked for; remove the .part "
                f"file"
            )
        return start, None if match[2] == "*" else int(match[2])
    length = response.headers.get("Content-Length")
    return 0, int(length) if length and length.isdigit() else None


def _version(response: Any) -> str:
    tag = response.headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")


def _copy(
    response: Any, file: IO[bytes], start: int, total: int | None, progress: Progress | None
) -> int:
    got = start
    while chunk := response.read(CHUNK):
        file.write(chunk)
        got += len(chunk)
        if progress is not None:
            progress(got, total)
    return got

"""Tile servers (XYZ): pictures fetched politely by a URL template, and kept on disk."""

from __future__ import annotations

import dataclasses
import hashlib
import http
import http.client
import io
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from sat2density.caches import cache_folder
from sat2density.errors import InputError
from sat2density.files import atomic_path

TILE: Final = 256
"""Pixels of a tile's side. Servers that answer with twice as many are averaged."""

REQUESTS_A_SECOND: Final = 4.0
"""At most so many: servers of others are not ours to hurry."""

WITHIN_S: Final = 20.0
"""A tile that takes longer is given up."""

MOST_BYTES: Final = 8 * 2**20
"""Of one tile; the largest that servers send have 1 MB."""

KEPT_DAYS: Final = 30
"""A picture on disk that is older is fetched anew."""

DEEPEST: Final = 24
"""Zoom; a pixel is 9 mm there."""

NOT_THERE: Final = (204, 404, 410)
"""What servers answer where they have no picture."""

_TEMPLATE: Final = re.compile(r"(https?):/+(.+)", re.IGNORECASE)
_FIELD: Final = re.compile(r"\{[^{}]*\}")
_PICTURES: Final = ("PNG", "JPEG", "WEBP")


def server_template(path: str | Path) -> str | None:
    """Return the URL template that stands where a map is named; None for a file.

    Args:
        path: what the user wrote; as a `Path` it has lost a slash, which is put back.

    """
    match = _TEMPLATE.fullmatch(str(path))
    return None if match is None else f"{match[1].lower()}://{match[2]}"


class NoPictureError(InputError):
    """A server that answers, and has no picture of a place."""


@dataclasses.dataclass(frozen=True)
class TileServer:
    """A server of pictures in the usual grid of the web (EPSG:3857, z/x/y).

    Attributes:
        template: URL with {z}, {x} and {y}; {-y} where rows are counted from the south.

    """

    template: str

    def __post_init__(self) -> None:
        fields = _FIELD.findall(self.template)
        wrong = [field for field in fields if field not in ("{z}", "{x}", "{y}", "{-y}")]
        if wrong:
            raise InputError(
                f"{self.name}: {wrong[0]} means nothing here; write it out (of several hosts take "
                f"one), and leave {{z}}, {{x}}, {{y}}"
            )
        if "{" in urllib.parse.urlsplit(self.template).netloc:
            raise InputError(f"{self.name}: names no server; it begins with https://HOST/")
        rows = [field for field in fields if field in ("{y}", "{-y}")]
        if "{z}" not in fields or "{x}" not in fields or len(rows) != 1:
            raise InputError(
                f"{self.name}: a tile server is named by its URL with {{z}}, {{x}} and {{y}}, such "
                f"as https://tiles.example.org/{{z}}/{{x}}/{{y}}.png"
            )

    @property
    def key(self) -> str:
        """A name for this server and layer, without keys that messages must not hold."""
        # By the whole template: another key or layer of one host is another picture.
        return f"{self.host}-{hashlib.sha256(self.template.encode()).hexdigest()[:16]}"

    @property
    def host(self) -> str:
        """The server's name, for folders."""
        return urllib.parse.urlsplit(self.template).hostname or "server"

    @property
    def name(self) -> str:
        """What messages call it: the template without user and key."""
        return _shown(self.template)

    def url(self, zoom: int, column: int, row: int) -> str:
        """Return the address of a tile.

        Args:
            zoom: 2**zoom tiles go round the Earth.
            column: from longitude -180 to the east.
            row: from latitude 85.05 to the south.

        """
        values = {"z": zoom, "x": column, "y": row, "-y": 2**zoom - 1 - row}
        return _FIELD.sub(lambda match: str(values[match[0][1:-1]]), self.template)

    def picture(self, zoom: int, column: int, row: int) -> np.ndarray:
        """Return a tile, from the disk where it was fetched before.

        Args:
            zoom: see `url`.
            column: see `url`.
            row: see `url`.

        Returns:
            uint8 (256, 256, 4): red, green, blue, and 0 where it holds nothing.

        Raises:
            NoPictureError: the server has none of this place.
            InputError: it cannot be reached, refuses, is slow, or sends no picture.
            OutputError: the cache cannot be written.

        """
        return _decoded(self.data(zoom, column, row), _shown(self.url(zoom, column, row)))

    def data(self, zoom: int, column: int, row: int) -> bytes:
        """Return a tile as the server sent it: PNG, JPEG or WebP; see `picture`.

        Args:
            zoom: see `url`.
            column: see `url`.
            row: see `url`.

        """
        kept = self._kept(zoom, column, row)
        if self.keeps(zoom, column, row):
            return kept.read_bytes()
        url = self.url(zoom, column, row)
        data = _fetched(url, zoom)
        _decoded(data, _shown(url))  # what is no picture is not kept
        kept.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(kept, replace=True) as temporary:
            temporary.write_bytes(data)
        return data

    def keeps(self, zoom: int, column: int, row: int) -> bool:
        """Whether a tile lies on the disk, so that nobody is asked for it.

        Args:
            zoom: see `url`.
            column: see `url`.
            row: see `url`.

        """
        kept = self._kept(zoom, column, row)
        return kept.is_file() and time.time() - kept.stat().st_mtime < KEPT_DAYS * 86400

    def _kept(self, zoom: int, column: int, row: int) -> Path:
        folder = cache_folder() / "tile-servers" / self.key
        return folder / str(zoom) / str(column) / str(row)


def map_name(path: Path) -> str:
    """Return what messages call a map: its path, or a server's name without user and key.

    Args:
        path: of a file, or the template.

    """
    template = server_template(path)
    return str(path) if template is None else TileServer(template).name


def map_label(path: Path) -> str:
    """Return a short name of a map for folders: the file's or the server's.

    Args:
        path: of a file, or the template.

    """
    template = server_template(path)
    return path.stem if template is None else TileServer(template).host


def _shown(url: str) -> str:
    """Return a URL without user, password and query, where keys stand."""
    parts = urllib.parse.urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


_turns: dict[str, float] = {}
_turns_lock = threading.Lock()


def _wait_for_turn(host: str) -> None:
    with _turns_lock:
        due = max(time.monotonic(), _turns.get(host, -1e9) + 1.0 / REQUESTS_A_SECOND)
        _turns[host] = due
    time.sleep(max(0.0, due - time.monotonic()))


def _opener() -> urllib.request.OpenerDirector:
    """Return what speaks http and https only, wherever a server sends us."""
    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        director.add_handler(handler)
    return director


def _fetched(url: str, zoom: int) -> bytes:
    from sat2density import __version__

    shown = _shown(url)
    parts = urllib.parse.urlsplit(url)
    _wait_for_turn(parts.netloc)
    headers = {"User-Agent": f"sat2density/{__version__}", "Accept": "image/*"}
    try:
        request = urllib.request.Request(url, headers=headers)
        with _opener().open(request, timeout=WITHIN_S) as response:
            data = _read(response, shown)
            kind = response.headers.get_content_type()
            if response.status in NOT_THERE:
                raise NoPictureError(_refusal(shown, response.status, zoom))
    except urllib.error.HTTPError as error:
        kind_of = NoPictureError if error.code in NOT_THERE else InputError
        raise kind_of(_refusal(shown, error.code, zoom)) from None
    except TimeoutError:
        raise InputError(_slow(shown)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        if isinstance(reason, TimeoutError):
            raise InputError(_slow(shown)) from None
        words = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        raise InputError(
            f"{shown}: cannot be fetched ({words}); is there a network, and is the URL right?"
        ) from None
    if not data:
        raise InputError(f"{shown}: the server answers with nothing; is the URL right?")
    if kind in ("text/html", "application/xhtml+xml") or data.lstrip()[:1] == b"<":
        raise InputError(
            f"{shown}: the server answers with a page, not a picture; is the URL right?"
        )
    if kind.startswith("text/") or kind.endswith(("json", "xml")):
        raise InputError(
            f"{shown}: the server answers with {kind}, not a picture; is the URL right?"
        )
    return data


def _read(response: Any, shown: str) -> bytes:
    """Read an answer; a server that trickles is given up as one that is silent."""
    until = time.monotonic() + WITHIN_S
    parts: list[bytes] = []
    size = 0
    while part := response.read1(1 << 16):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise InputError(f"{shown}: more than {MOST_BYTES >> 20} MB; that is no map tile")
        if time.monotonic() > until:
            raise TimeoutError
    return b"".join(parts)


def _slow(shown: str) -> str:
    return f"{shown}: the server did not answer within {WITHIN_S:g} s; try again later"


def _refusal(shown: str, code: int, zoom: int) -> str:
    said = f"{shown}: the server answers {code}"
    if code in NOT_THERE:
        return (
            f"{said}: it has no picture of this place at zoom {zoom}; try a smaller --zoom, or "
            f"look whether the URL is right"
        )
    if code in (401, 403):
        return f"{said}: it lets us not in; is a key missing in the URL, or not valid?"
    if code == http.HTTPStatus.TOO_MANY_REQUESTS:
        return f"{said}: too many requests; wait, what was fetched is kept"
    if code >= 500:
        return f"{said}: a fault of the server; try again later"
    words = f" ({http.HTTPStatus(code).phrase})" if code in set(http.HTTPStatus) else ""
    return f"{said}{words}; is the URL right?"


def _decoded(data: bytes, shown: str) -> np.ndarray:
    from sat2density.images.decoding import damage_named

    with damage_named(shown):
        try:
            picture = Image.open(io.BytesIO(data), formats=_PICTURES)
        except UnidentifiedImageError:
            raise InputError(
                f"{shown}: the server answers with something that is no PNG, JPEG or WebP picture, "
                f"or a damaged one; is the URL right?"
            ) from None
        if picture.size not in ((TILE, TILE), (2 * TILE, 2 * TILE)):
            width, height = picture.size
            raise InputError(
                f"{shown}: a picture of {width}x{height} pixels is no map tile (256x256)"
            )
        rgba = picture.convert("RGBA")
        if rgba.size[0] != TILE:
            rgba = rgba.reduce(2)
        return np.asarray(rgba)

"""A small reader and editor of MP4 files' boxes (ISO/IEC 14496-12): enough to add metadata to a
video track.

A box is its size (4 bytes), its kind (4 letters) and its content; some hold boxes in turn. Frames
lie in `mdat` and are found through absolute offsets (`stco`, `co64`), which must be moved when a
box before them grows.
"""

from __future__ import annotations

import dataclasses
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from sat2density.errors import InputError

PREFIX: Final = {
    b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0,
    b"stsd": 8,  # version, flags, number of entries
    b"avc1": 78,  # the fields of a visual sample entry
    b"sv3d": 0, b"proj": 0,
}  # fmt: skip
"""Kinds that hold boxes, and the bytes of their own before the first of them."""

COPY_PIECE: Final = 2**20
"""Bytes copied at a time."""

LARGEST_INDEX: Final = 256 * 2**20
"""Bytes of `moov` above which a file is not taken for a video of ours."""


@dataclasses.dataclass
class Box:
    """A box in memory: its kind, the bytes of its own, and the boxes inside."""

    kind: bytes
    content: bytes
    children: list[Box] = dataclasses.field(default_factory=list)

    def to_bytes(self) -> bytes:
        """Return the whole box as it stands in a file."""
        inside = self.content + b"".join(child.to_bytes() for child in self.children)
        return struct.pack(">I4s", 8 + len(inside), self.kind) + inside

    def find(self, *kinds: bytes) -> Iterator[Box]:
        """Go through the boxes inside along a way of kinds, such as ``find(b"trak", b"mdia")``.

        Args:
            *kinds: four letters each, the outermost first; none gives the box itself.

        """
        if not kinds:
            yield self
            return
        for child in self.children:
            if child.kind == kinds[0]:
                yield from child.find(*kinds[1:])


def parse(kind: bytes, data: bytes) -> Box:
    """Read a box from its content, with the boxes inside where its kind is in `PREFIX`.

    Args:
        kind: four letters.
        data: the content, without size and kind.

    Raises:
        InputError: the sizes inside do not add up.

    """
    if kind not in PREFIX:
        return Box(kind, data)
    at = PREFIX[kind]
    box = Box(kind, data[:at])
    while at < len(data):
        size, inner = struct.unpack_from(">I4s", data, at) if at + 8 <= len(data) else (0, b"")
        if size < 8 or at + size > len(data):
            raise InputError(
                f"not an MP4 file this package can edit: a box inside '{kind.decode()}' has a "
                f"wrong size"
            )
        box.children.append(parse(inner, data[at + 8 : at + size]))
        at += size
    return box


@dataclasses.dataclass(frozen=True)
class Span:
    """Where a box of the file's first level lies: kind, its first byte, its content's first byte,
    its end.
    """

    kind: bytes
    start: int
    content: int
    end: int


def spans(file: BinaryIO, name: str | Path) -> list[Span]:
    """List the boxes of a file's first level.

    Args:
        file: open for reading bytes, with `seek`.
        name: the file's, for messages.

    Raises:
        InputError: it is no MP4 file, or not a complete one.

    """
    length = file.seek(0, os.SEEK_END)
    found: list[Span] = []
    at = 0
    while at < length:
        file.seek(at)
        header = file.read(16)
        size, kind = struct.unpack_from(">I4s", header) if len(header) >= 8 else (0, b"")
        content = at + 8
        # 1: the size stands in the next eight bytes. 0: the box ends with the file.
        if size == 1 and len(header) == 16:
            (size,) = struct.unpack_from(">Q", header, 8)
            content = at + 16
        elif size == 0 and kind == b"mdat":
            size = length - at
        if size < content - at or at + size > length:
            raise InputError(f"{name}: is not a complete MP4 file")
        found.append(Span(kind, at, content, at + size))
        at += size
    return found


def read_index(path: str | Path) -> Box:
    """Return the `moov` box of a file, with everything in it but the frames.

    Args:
        path: an MP4 file.

    Raises:
        InputError: it has none, or one over `LARGEST_INDEX` bytes.

    """
    with open(path, "rb") as file:
        return _read_index(file, _index_span(spans(file, path), path))


def _index_span(found: list[Span], path: str | Path) -> Span:
    index = [
        span for span in found if span.kind == b"moov" and span.end - span.start <= LARGEST_INDEX
    ]
    if len(index) != 1:
        raise InputError(f"{path}: is not an MP4 file with one index (moov)")
    return index[0]


def _read_index(file: BinaryIO, span: Span) -> Box:
    file.seek(span.content)
    return parse(b"moov", file.read(span.end - span.content))


def video_track(index: Box) -> Box:
    """Return the first video track (`trak`) of a file.

    Args:
        index: its `moov` box.

    Raises:
        InputError: it has none.

    """
    for track in index.find(b"trak"):
        for handler in track.find(b"mdia", b"hdlr"):
            # After version, flags and a field that is always 0.
            if handler.content[8:12] == b"vide":
                return track
    raise InputError("the MP4 file has no video track")


def rewrite_index(source: str | Path, index: Box, target: str | Path) -> None:
    """Copy a file with another `moov` box in the old one's place; the frames' offsets are moved
    along.

    Args:
        source: the file, which stays as it is.
        index: the new box; its offsets are still the old ones, and are changed in place.
        target: another file, which is written piece by piece.

    Raises:
        InputError: no complete MP4 file, or one that is too long for its index.

    """
    with open(source, "rb") as reader, open(target, "wb") as writer:
        found = spans(reader, source)
        place = _index_span(found, source)
        move_offsets(index, place.start, len(index.to_bytes()) - (place.end - place.start))
        for span in found:
            if span is place:
                writer.write(index.to_bytes())
                continue
            reader.seek(span.start)
            _copy(reader, writer, span.end - span.start)


def move_offsets(index: Box, behind: int, growth: int) -> None:
    """Move the chunk offsets (`stco`, `co64`) of a `moov` box, in place.

    Args:
        index: the box.
        behind: place in the file, bytes; offsets up to it stay.
        growth: bytes to add to the others; negative where the index shrank.

    Raises:
        InputError: an offset grows beyond the 32 bits of `stco`.

    """
    for track in index.find(b"trak"):
        for table in track.find(b"mdia", b"minf", b"stbl"):
            for box in table.children:
                if box.kind in (b"stco", b"co64"):
                    box.content = _moved(
                        box.content, "I" if box.kind == b"stco" else "Q", behind, growth
                    )


def _moved(content: bytes, width: str, behind: int, growth: int) -> bytes:
    (count,) = struct.unpack_from(">I", content, 4)
    offsets = struct.unpack_from(f">{count}{width}", content, 8)
    moved = [offset + growth if offset > behind else offset for offset in offsets]
    try:
        return content[:8] + struct.pack(f">{count}{width}", *moved)
    except struct.error as error:
        raise InputError("the video is too long for its index (over 4 GB)") from error


def _copy(reader: BinaryIO, writer: BinaryIO, length: int) -> None:
    while length > 0:
        piece = reader.read(min(length, COPY_PIECE))
        writer.write(piece)
        length -= len(piece)

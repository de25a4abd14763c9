import struct

import pytest

from sat2density.errors import InputError
from sat2density.export.mp4_boxes import Box, move_offsets, parse, spans, video_track


def table(kind, width, offsets):
    leaf = Box(kind, bytes(4) + struct.pack(f">I{len(offsets)}{width}", len(offsets), *offsets))
    for outer in (b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        leaf = Box(outer, b"", [leaf])
    return leaf


@pytest.mark.parametrize(("kind", "width"), [(b"stco", "I"), (b"co64", "Q")])
def test_only_offsets_behind_the_index_move(kind, width):
    index = table(kind, width, [100, 5000, 6000])
    move_offsets(index, behind=1000, growth=48)
    assert index.to_bytes() == table(kind, width, [100, 5048, 6048]).to_bytes()


def test_64_bit_offsets_may_be_large_and_32_bit_ones_are_refused():
    index = table(b"co64", "Q", [2**40])
    move_offsets(index, 0, 1)
    assert index.to_bytes() == table(b"co64", "Q", [2**40 + 1]).to_bytes()
    with pytest.raises(InputError, match="4 GB"):
        move_offsets(table(b"stco", "I", [2**32 - 1]), 0, 1)


def test_boxes_of_64_bit_size_and_to_the_end_are_listed(tmp_path):
    data = (
        struct.pack(">I4sQ", 1, b"free", 20) + bytes(4) + struct.pack(">I4s", 0, b"mdat") + bytes(9)
    )
    (tmp_path / "file").write_bytes(data)
    with open(tmp_path / "file", "rb") as file:
        assert [(s.kind, s.start, s.content, s.end) for s in spans(file, "file")] == [
            (b"free", 0, 16, 20),
            (b"mdat", 20, 28, 37),
        ]


@pytest.mark.parametrize("inside", [b"\0\0\0\4trak", b"\0\0\1\0trak", b"\0\0\0"])
def test_wrong_sizes_inside_are_refused(inside):
    with pytest.raises(InputError, match="wrong size"):
        parse(b"moov", inside)


def test_boxes_are_read_and_written_alike():
    leaf = struct.pack(">I4s", 12, b"tkhd") + b"abcd"
    entry = struct.pack(">I4s", 8 + 78 + 8, b"avc1") + bytes(78) + struct.pack(">I4s", 8, b"avcC")
    table = struct.pack(">I4s", 8 + 8 + len(entry), b"stsd") + bytes(8) + entry
    track = struct.pack(">I4s", 8 + len(leaf) + len(table), b"trak") + leaf + table
    box = parse(b"moov", track)
    assert [child.kind for child in box.find(b"trak", b"stsd", b"avc1")] == [b"avc1"]
    assert next(box.find(b"trak", b"tkhd")).content == b"abcd"
    assert box.to_bytes() == struct.pack(">I4s", 8 + len(track), b"moov") + track


def test_the_video_track_is_found_beside_others():
    def track(kind):
        return Box(b"trak", b"", [Box(b"mdia", b"", [Box(b"hdlr", bytes(8) + kind + bytes(12))])])

    sound, picture = track(b"soun"), track(b"vide")
    assert video_track(Box(b"moov", b"", [sound, picture])) is picture
    with pytest.raises(InputError, match="no video track"):
        video_track(Box(b"moov", b"", [sound]))

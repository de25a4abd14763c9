"""Uploads are bounded in bytes while read, and in pixels before anything is decoded."""

import io
import struct
import zlib

import pytest
from PIL import Image

from sat2density.apps.studio import uploads
from sat2density.errors import InputError


def png(width, height):
    """The smallest PNG that claims to be this large: a header, and no pixels."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_a_bomb_is_refused_from_its_header():
    with pytest.raises(InputError, match="pixels"):
        uploads.check_picture(png(30_000, 30_000))
    with pytest.raises(InputError, match="pixels"):
        uploads.check_picture(png(7000, 6000))  # 42 million: just above
    assert uploads.check_picture(png(6000, 6000)) == (6000, 6000)


@pytest.mark.parametrize(
    "data", [b"hello, this is text", b"", b"GIF89a" + bytes(40), b"\x89PNG\r\n\x1a\n" + bytes(20)]
)
def test_what_is_no_picture_is_refused_in_words(data):
    with pytest.raises(InputError, match=r"picture|header"):
        uploads.check_picture(data)


def test_pictures_are_kept_under_the_servers_name(tmp_path):
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "PNG")
    path = uploads.keep_picture(stream.getvalue(), tmp_path / "tile")
    assert path.read_bytes() == stream.getvalue()


def test_errors_do_not_show_the_servers_files(tmp_path):
    path = tmp_path / "tile"
    assert uploads.plain(InputError(f"{path}: is damaged"), path) == "is damaged"

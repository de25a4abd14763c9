"""What is no picture of ours is called by its name."""

import pytest
from PIL import Image, features

from sat2density.errors import InputError
from sat2density.images import picture_size, read_image

KINDS = {
    "a.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64, "is a HEIC picture"),
    "b.heic": (b"\0\0\0\x18ftypmif1\0\0\0\0heicmif1" + b"\0" * 64, "is a HEIC picture"),
    "a.avif": (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + b"\0" * 64, "is an AVIF picture"),
    "a.mp4": (b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + b"\0" * 64, "is a video"),
    "a.jp2": (b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0" * 64, "is a JPEG 2000 picture"),
    "a.j2k": (b"\xff\x4f\xff\x51" + b"\0" * 64, "is a JPEG 2000 picture"),
    "a.jxl": (b"\xff\x0a" + b"\x80" * 64, "is a JPEG XL picture"),
    "a.gif": (b"GIF89a\1\0\1\0" + b"\0" * 64, "is a GIF"),
    "a.psd": (b"8BPS\0\1" + b"\0" * 64, "Photoshop"),
    "a.pdf": (b"%PDF-1.7\n", "PDF"),
    "a.png": (b"<!DOCTYPE html>\n<html><body>Not Found</body></html>", "a web page"),
    "b.png": (b"\n  <HTML><head></head></HTML>", "a web page"),
    "a.svg": (b'<?xml version="1.0"?>\n<svg xmlns="x"/>', "an SVG drawing"),
    "a.xml": (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "an XML file"),
    "a.jpg": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "is a Git LFS pointer, not the file itself; run: git lfs pull",
    ),
    "a.txt": ("Grüße, a text\n".encode(), "is a text file"),
    "a.zip": (b"PK\x03\x04" + b"\0" * 64, "is a zip archive"),
    "a.tif.gz": (b"\x1f\x8b\x08" + b"\0" * 64, "is a gzip archive"),
    "a.nc": (b"\x89HDF\r\n\x1a\n" + b"\0" * 64, "HDF5 or NetCDF"),
    "a.npy": (b"\x93NUMPY\1\0" + b"\0" * 64, "numpy array"),
    "._a.jpg": (b"\0\x05\x16\x07\0\2\0\0" + b"\0" * 64, "what a Mac keeps beside a file"),
    "a.bin": (b"\x13\x37\xff\xfe" * 20, "is not a picture that can be read; give PNG"),
    "empty.png": (b"", "is empty"),
    "cut.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "is damaged or cut short"),
    "cut.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIH", "is damaged or cut short"),
    "cut.webp": (b"RIFF\x10\0\0\0WEBPVP8 ", "is damaged or cut short"),
    "cut.tif": (b"II*\0\x08\0\0\0", "is damaged or cut short"),
    "loop.tif": (b"II*\0\x08\0\0\0\0\0\x08\0\0\0", "is damaged or cut short"),
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("read", [read_image, picture_size])
def test_files_are_called_by_their_name(tmp_path, name, read):
    data, words = KINDS[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as caught:
        read(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", ["avif", "jp2", "gif"])
def test_real_files_of_these_kinds(tmp_path, suffix):
    needed = {"avif": "avif", "jp2": "jpg_2000"}.get(suffix)
    if needed and not features.check(needed):
        pytest.skip(f"this Pillow writes no {suffix}")
    Image.new("RGB", (16, 16), "red").save(tmp_path / f"a.{suffix}")
    with pytest.raises(InputError, match=r"is (an AVIF|a JPEG 2000|a GIF)"):
        read_image(tmp_path / f"a.{suffix}")

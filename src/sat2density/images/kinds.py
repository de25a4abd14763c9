"""What a file is, by its first bytes: to call by its name what cannot be read."""

from __future__ import annotations

from typing import Final

HEAD: Final = 512
"""Bytes that tell the kind."""

_CONVERT: Final = "save it as PNG"

_STARTS: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"GIF8", "a GIF", _CONVERT),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture", "save it as TIFF or PNG"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture", "save it as TIFF or PNG"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture", _CONVERT),
    (b"\xff\x0a", "a JPEG XL picture", _CONVERT),
    (b"II\xbc", "a JPEG XR picture", _CONVERT),
    (b"8BPS", "a Photoshop document", _CONVERT),
    (b"%PDF", "a PDF document", "save the picture in it as PNG"),
    (b"%!PS", "a PostScript document", "save the picture in it as PNG"),
    (b"#?RADIANCE", "a Radiance HDR picture", "save it in 8 or 16 bits as PNG"),
    (b"v/1\x01", "an OpenEXR picture", "save it in 8 or 16 bits as PNG"),
    (b"\x00\x00\x01\x00", "an icon", _CONVERT),
    (b"\x89HDF", "an HDF5 or NetCDF file", "save its picture as TIFF or PNG"),
    (b"CDF", "a NetCDF file", "save its picture as TIFF or PNG"),
    (b"NITF", "a NITF picture", "save it as TIFF or PNG"),
    (b"msid", "a MrSID picture", "save it as TIFF or PNG"),
    (b"\x93NUMPY", "a numpy array", "save it as a picture (sat2density.save_image)"),
    (b"PK\x03\x04", "a zip archive", "unpack it and give the picture in it"),
    (b"\x1f\x8b", "a gzip archive", "unpack it and give the picture in it"),
    (b"\x00\x05\x16\x07", "what a Mac keeps beside a file ('._' in its name)", "give the file"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself", "run: git lfs pull"),
    (b"\x1a\x45\xdf\xa3", "a video", "save one picture of it as PNG"),
)

_BRANDS: Final = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"), "a HEIC"),
    **dict.fromkeys((b"avif", b"avis"), "an AVIF"),
}
"""Brands of ISO media files that are pictures."""


def other_kind(head: bytes) -> tuple[str, str] | None:
    """Say what a file is that is no picture of ours, and what to do; None where nothing is known.

    Args:
        head: its first `HEAD` bytes.

    Returns:
        such as ("a GIF", "save it as PNG"), for "FILE: is ...; ...".

    Example:
        >>> other_kind(b"GIF89a")
        ('a GIF', 'save it as PNG')

    """
    for start, what, remedy in _STARTS:
        if head.startswith(start):
            return what, remedy
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    return _text(head)


def _iso_media(head: bytes) -> tuple[str, str]:
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(len(head), 64), 4))]
    for brand in brands[:1] + brands[::-1]:
        if brand in _BRANDS:
            return f"{_BRANDS[brand]} picture", _CONVERT
    return "a video", "save one picture of it as PNG"


def _text(head: bytes) -> tuple[str, str] | None:
    words = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if words.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page (HTML), not a picture", "fetch the picture itself"
    if words.startswith(b"<svg") or (words.startswith(b"<?xml") and b"<svg" in words):
        return "an SVG drawing", _CONVERT
    if words.startswith(b"<?xml"):
        return "an XML file, not a picture", "give a picture"
    try:
        text = head[: head.rfind(b"\n") + 1 or None].decode("utf-8")
    except UnicodeDecodeError:
        return None
    if text and all(letter.isprintable() or letter in "\t\r\n" for letter in text):
        return "a text file, not a picture", "give a picture"
    return None

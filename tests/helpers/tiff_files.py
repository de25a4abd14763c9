"""TIFF files written by hand, tag by tag: kinds that Pillow cannot write."""

import struct
import zlib

import numpy as np

SHORT, LONG, DOUBLE, ASCII = 3, 4, 12, 2
_CODES = {SHORT: "H", LONG: "I", DOUBLE: "d"}


def page(pixels, *, planar=False, deflate=False, predictor=False, tags=(), order="<", rows=None):
    """(tags, strips) of one page; `pixels` (H, W, C) or (H, W); `tags`: (tag, type, values) more.

    Photometric (262), extra samples (338) and others may be given in `tags`; colours and bits
    follow from the pixels.
    """
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    height, width, samples = pixels.shape
    bits = pixels.dtype.itemsize * 8
    kind = {"u": 1, "i": 2, "f": 3}[pixels.dtype.kind]
    rows = rows or height
    planes = pixels.transpose(2, 0, 1)[..., None] if planar else pixels[None]
    strips = []
    for plane in planes:
        for top in range(0, height, rows):
            block = plane[top : top + rows]
            if predictor:
                block = np.concatenate([block[:, :1], np.diff(block, axis=1)], axis=1)
            data = block.astype(block.dtype.newbyteorder(order)).tobytes()
            strips.append(zlib.compress(data) if deflate else data)
    own = {
        256: (LONG, (width,)),
        257: (LONG, (height,)),
        258: (SHORT, (bits,) * samples),
        259: (SHORT, (8 if deflate else 1,)),
        262: (SHORT, (2 if samples >= 3 else 1,)),
        277: (SHORT, (samples,)),
        278: (LONG, (rows,)),
        284: (SHORT, (2 if planar else 1,)),
        339: (SHORT, (kind,) * samples),
        **({317: (SHORT, (2,))} if predictor else {}),
        **{tag: (type_, values) for tag, type_, values in tags},
    }
    return own, strips


def write(path, *pages, order="<"):
    """Write pages made by `page` (with the same `order`)."""
    out = bytearray(b"II*\0" if order == "<" else b"MM\0*")
    link = len(out)
    out += b"\0\0\0\0"
    for tags, strips in pages:
        offsets = []
        for strip in strips:
            offsets.append(len(out))
            out += strip + b"\0" * (len(strip) % 2)
        tags = {**tags, 273: (LONG, tuple(offsets)), 279: (LONG, tuple(map(len, strips)))}
        entries = []
        for tag, (type_, values) in sorted(tags.items()):
            if type_ == ASCII:
                data, count = values.encode() + b"\0", len(values) + 1
            else:
                count = len(values)
                data = struct.pack(f"{order}{count}{_CODES[type_]}", *values)
            if len(data) > 4:
                place = struct.pack(f"{order}I", len(out))
                out += data + b"\0" * (len(data) % 2)
            else:
                place = data.ljust(4, b"\0")
            entries.append(struct.pack(f"{order}HHI", tag, type_, count) + place)
        struct.pack_into(f"{order}I", out, link, len(out))
        out += struct.pack(f"{order}H", len(entries)) + b"".join(entries)
        link = len(out)
        out += b"\0\0\0\0"
    path.write_bytes(out)
    return path


def quadrants(size=16):
    """Red, green, blue and yellow quarters, uint8 (size, size, 3): north is up when red is at the
    upper left.
    """
    pixels = np.empty((size, size, 3), np.uint8)
    half = size // 2
    pixels[:half, :half] = (200, 30, 30)
    pixels[:half, half:] = (30, 170, 40)
    pixels[half:, :half] = (30, 50, 200)
    pixels[half:, half:] = (220, 200, 40)
    return pixels


def place(pixel_m):
    """Tags of a GeoTIFF with pixels of so many metres, somewhere on a map in metres."""
    return [
        (33550, DOUBLE, (pixel_m, pixel_m, 0.0)),
        (33922, DOUBLE, (0.0, 0.0, 0.0, 500_000.0, 5_000_000.0, 0.0)),
        (34735, SHORT, (1, 1, 0, 1, 1024, 0, 1, 1)),
    ]

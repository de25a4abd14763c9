"""Picture files in and out: PNG, JPEG, WebP, TIFF and BMP, 8 and 16 bit, as float32 tensors in [0,
1].

Resizing is Pillow's bicubic (antialiased when shrinking) for pictures and nearest for masks:
metrics differ by the filter, so it is stated in `pixels` and nowhere else. `decoding` reads files,
`tiff` and `assumptions` settle what Pillow says nothing about, `kinds` names what is no picture of
ours.
"""

from sat2density.images.decoding import FORMATS, MAX_PIXELS, picture_size, picture_width_m
from sat2density.images.files import SUFFIXES, read_image, read_mask, save_image
from sat2density.images.given import Picture, Pictures, is_path
from sat2density.images.pixels import (
    CROPS,
    MASK_FILTER,
    PICTURE_FILTER,
    check_range,
    from_bytes,
    resize_image,
    resize_mask,
    to_bytes,
)
from sat2density.images.tiles import SQUARE_TOLERANCE, as_tiles, check_extent, read_tile

__all__ = [
    "CROPS",
    "FORMATS",
    "MASK_FILTER",
    "MAX_PIXELS",
    "PICTURE_FILTER",
    "SQUARE_TOLERANCE",
    "SUFFIXES",
    "Picture",
    "Pictures",
    "as_tiles",
    "check_extent",
    "check_range",
    "from_bytes",
    "is_path",
    "picture_size",
    "picture_width_m",
    "read_image",
    "read_mask",
    "read_tile",
    "resize_image",
    "resize_mask",
    "save_image",
    "to_bytes",
]

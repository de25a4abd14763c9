"""Picture files in and out: PNG, JPEG, WebP, TIFF and BMP, 8 and 16 bit, as float32 tensors in [0,
1].

Resizing is Pillow's bicubic (antialiased when shrinking) for pictures and nearest for masks:
metrics differ by the filter, so it is stated in `pixels` and nowhere else. `decoding` reads files,
`tiff` and `assumptions` settle what Pillow says nothing about, `kinds` names what is no picture of
ours.
"""

from sat2density.images.decoding import FORMATS, MAX_PIXELS, picture_size
from sat2density.images.files import (
    SQUARE_TOLERANCE,
    SUFFIXES,
    read_image,
    read_mask,
    read_tile,
    save_image,
)
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

__all__ = [
    "CROPS",
    "FORMATS",
    "MASK_FILTER",
    "MAX_PIXELS",
    "PICTURE_FILTER",
    "SQUARE_TOLERANCE",
    "SUFFIXES",
    "check_range",
    "from_bytes",
    "picture_size",
    "read_image",
    "read_mask",
    "read_tile",
    "resize_image",
    "resize_mask",
    "save_image",
    "to_bytes",
]

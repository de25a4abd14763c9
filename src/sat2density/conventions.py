"""Axes, units, pixel rules and value ranges: the one text, and the constants that go with it.

Space. The volume lives in the square [-1, 1] x [-1, 1]; one *unit* is ``extent_m / 2`` metres.
x points east (image columns to the right), z points south (image rows down), y points up; the floor
is y = -1. Vectors are (x, y, z) = (east, up, south).

Arrays. Density and occupancy are [layer, row, column] = [up, south, east], layer 0 lowest. Images
are [channel, row, column] float32 in [0, 1]; row 0 of a tile is its north edge. ``panorama_size``
is (width, height).

Panoramas. Row v, column u (``pixel_rule`` "corner": as they are; "centre": v + 1/2, u + 1/2):
latitude = (1 - 2 v / H) F / 2, azimuth phi = pi (-1/2 - 2 u / W) - heading,
direction = (cos lat cos phi, sin lat, -cos lat sin phi). At heading 0 the middle column looks
north, the left quarter west, the right quarter east. Heading is in degrees, clockwise from north.

Pixels of a tile. In a 256-tile, pixel position (column, row) is east = (column - 128) / 128,
south = (row - 128) / 128: positions are corners, so (128, 128) is the tile's middle.

Depth is radial (along the ray), in units as composited; `View.depth_m` is in metres.
"""

from __future__ import annotations

from typing import Final, Literal

PixelRule = Literal["corner", "centre"]
GroundRule = Literal["slab", "plane"]
HistogramForm = Literal["released", "unit"]
TrainingPrecision = Literal["float32", "bfloat16"]
Precision = Literal["auto", TrainingPrecision]
"""Arithmetic of RenderNet, the rest is in float32; "auto" takes bfloat16 where the device gains by
it.
"""
WorldLayout = Literal["pairs", "cvact", "cvusa"]
"""Folders that the procedural world can be written as."""
Crop = Literal["centre", "left", "right", "top", "bottom"]
"""How a square is cut out of a picture that is none: the largest at that side, or in the middle."""
Detail = Literal["high", "medium", "low"]
"""How finely a model of a plan is made; see `city.model.model`."""
AngleUnit = Literal["degrees", "radians"]
PathUnit = Literal["m", "px"]
""""m": metres east and south of the tile's middle. "px": pixels of a 256 tile."""

FLOOR: Final = -1.0
"""Height of the volume's floor, in units."""

LUMINANCE: Final = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in the luminance (ITU-R BT.601)."""

REFERENCE_TILE: Final = 256
"""Pixel positions (``--at-px``, path files) are counted on a tile of this side, whatever the
image's size.
"""

GROUND_SLAB_DENSITY: Final = 1000.0
"""Density of the layer that the released system puts under the network's layers (method, section
3).
"""

SURFACE_OPACITY: Final = 0.5
"""Below this opacity a ray has no surface: it is sky, and its metric depth is NaN."""

CLASSES: Final = (
    "sky",
    "road",
    "pavement",
    "grass",
    "soil",
    "water",
    "building",
    "tree",
    "shrub",
    "vehicle",
    "fence",
    "pole",
    "distant",
)
"""Names of the classes of surfaces, in the order of their codes: code 0 is sky."""

FRONT_STOREYS: Final = 3
"""Storeys, from the ground, of which maps of walls tell where windows are (`worlds.fronts`)."""

STOREY_M: Final = 2.75
"""Height of a storey; the lowest floor lies `FLOOR_M` over the ground."""

FLOOR_M: Final = 0.15

WINDOW_M: Final = (0.95, 2.15)
"""Sill and head of a window over its storey's floor, as most walls of the world have them."""

FRONT_CHANNELS: Final = 3 + FRONT_STOREYS
"""Channels of these maps: a wall's colour, then how much of it is glass in each storey."""

"""Numbers shared by the builder (Python) and the kernels: columns of the tables, materials,
classes.
"""

from __future__ import annotations

from typing import Final

from sat2density.conventions import CLASSES as CLASSES

CONVEX: Final = 0
"""A box, possibly cut by slopes (roofs, car cabins)."""
CYLINDER: Final = 1
"""An upright or leaning round post."""
CROWN: Final = 2
"""A box of leaf voxels taken from a template."""

# Columns of the table of primitives.
KIND, CX, CY, COS, SIN, A, B, Z0, Z1, SX, SY, ZS = range(12)
"""Kind; middle (east, south) in metres; turn; half lengths A, B along the local axes; bottom and
top; slopes along x and y and the height where they begin at the rim (a negative slope is one plane
that falls to the positive side, a positive one two that fall to both sides). CYLINDER: A = radius,
SX, SY = lean per metre of height. CROWN: SX = template.
"""
MATERIAL, CLASS, RED, GREEN, BLUE, RED2, GREEN2, BLUE2, SEED, PARAM, FLAG, EXTRA = range(12, 24)
"""Material and class codes; main and second colour (linear); a seed for the texture; two material
parameters.
"""
PRIMITIVE_COLUMNS: Final = 24

# Columns of the table of primitives' bounds.
B_X, B_Y, B_REACH2, B_LOW, B_HIGH = range(5)
"""Middle; square of the radius that holds it in plan; lowest and highest point. All are a hair too
wide.
"""

# Columns of the table of road pieces.
R_ARC, R_X, R_Y, R_DX, R_DY, R_LENGTH, R_HALF, R_MARKS, R_MINOR, R_MEDIAN, R_RADIUS, R_SEED = range(
    12
)
"""Arc (1) or straight (0); start point (straight) or centre (arc); direction (straight), or start
angle and sweep (arc); length; half width; lane marks (bit set); 1 for a side road; half width of
the median; radius of an arc; seed.
"""
ROAD_COLUMNS: Final = 12
MARK_CENTRE, MARK_EDGE, MARK_DOUBLE, MARK_LANES = 1, 2, 4, 8

# Columns of the table of ground patches.
P_KIND, P_X, P_Y, P_COS, P_SIN, P_A, P_B, P_RED, P_GREEN, P_BLUE, P_SEED, P_SHAPE = range(12)
"""Material; middle; turn; half lengths; colour; seed; shape (0 rectangle, 1 ellipse, 2 with a
ragged edge, 3 with a torn one).
"""
PATCH_COLUMNS: Final = 12
LAWN, CONCRETE, GRAVEL, SOIL, WATER, PAVERS, ZEBRA, CROP, TRACK, BITUMEN = range(10)
ASPHALT, PARKING, RAIL, LAKE, COURT, PITCH, SCREE, EARTH = range(10, 18)
"""Plain asphalt; two rows of parking bays along local x; one railway track along local x; open
water without a rim; a hard court and a grass pitch with their lines; gravel and soil whose grain
does not beat with a satellite's pixels.
"""

# Materials of primitives.
(
    PLAIN,
    WALL,
    ROOF_TILE,
    ROOF_METAL,
    LEAF,
    BARK,
    CAR_BODY,
    CAR_CABIN,
    FENCE,
    GARAGE,
    FACADE,
    ROOF_FLAT,
    HALL,
    PANEL,
) = range(14)

# What a ray met when it was no primitive.
NOTHING: Final = -99
GROUND: Final = -1
KERB: Final = -2
BACKDROP: Final = -10
"""BACKDROP - k is backdrop k."""

(
    C_SKY,
    C_ROAD,
    C_PAVEMENT,
    C_GRASS,
    C_SOIL,
    C_WATER,
    C_BUILDING,
    C_TREE,
    C_SHRUB,
    C_VEHICLE,
    C_FENCE,
    C_POLE,
    C_DISTANT,
) = range(13)

CROWN_CELLS: Final = 48
"""Voxels along each side of a crown template."""

CELL_M: Final = 2.0
"""Side of a cell of the grid that sorts primitives and patches, metres."""

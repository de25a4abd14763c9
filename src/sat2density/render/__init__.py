"""Rays and volume rendering; no networks and no files.

`cameras` makes rays, `volume` renders them, `kernels` holds the one operation with its reference
and its fast twins, `sampling` and `compositing` are the two steps the reference is made of.
"""

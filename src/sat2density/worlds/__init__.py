"""Suburb, the procedural world: satellite and ground pictures of places with exact geometry. No
torch here.
"""

from sat2density.worlds.seeds import reserved_split, split_seeds
from sat2density.worlds.world import CLASSES, GENERATOR_VERSION, STYLES, GroundView, World

__all__ = [
    "CLASSES",
    "GENERATOR_VERSION",
    "STYLES",
    "GroundView",
    "World",
    "reserved_split",
    "split_seeds",
]

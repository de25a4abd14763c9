"""Suburb, the procedural world: satellite and ground pictures of places with exact geometry. No
torch here.
"""

from sat2density.worlds.seeds import reserved_split, split_seeds
from sat2density.worlds.things import Building, Edge, Pole, Things, Tree, Vehicle
from sat2density.worlds.truth import TruthMaps
from sat2density.worlds.world import (
    CLASSES,
    GENERATOR_VERSION,
    STYLES,
    GroundView,
    World,
    generator_version,
)

__all__ = [
    "CLASSES",
    "GENERATOR_VERSION",
    "STYLES",
    "Building",
    "Edge",
    "GroundView",
    "Pole",
    "Things",
    "Tree",
    "TruthMaps",
    "Vehicle",
    "World",
    "generator_version",
    "reserved_split",
    "split_seeds",
]

"""From what is told of a tile to a plan of the things in it. Deterministic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sat2density.city.areas import find_barriers, find_shrubs, find_waters
from sat2density.city.buildings import find_buildings
from sat2density.city.evidence import Evidence, evidence_of
from sat2density.city.ground import ground_of
from sat2density.city.plan import Place, Plan, encoded_ground
from sat2density.city.singles import find_poles, find_trees, find_vehicles

if TYPE_CHECKING:
    from sat2density.scene import Scene


def plan_of(
    evidence: Evidence, name: str = "tile", place: Place | None = None, seed: int = 0
) -> Plan:
    """Return the things that evidence shows.

    Args:
        evidence: of a tile.
        name: of the tile.
        place: where it lies, where that is known.
        seed: of what a model invents.

    """
    return Plan(
        extent_m=float(evidence.extent_m),
        ground=encoded_ground(ground_of(evidence)),
        buildings=find_buildings(evidence),
        trees=find_trees(evidence),
        shrubs=find_shrubs(evidence),
        barriers=find_barriers(evidence),
        vehicles=find_vehicles(evidence),
        poles=find_poles(evidence),
        waters=find_waters(evidence),
        place=place,
        name=name,
        seed=seed,
    )


def plan_of_scene(
    scene: Scene, name: str = "tile", place: Place | None = None, seed: int = 0
) -> Plan:
    """Return the things of a scene.

    Args:
        scene: of one tile, by weights that tell what stands where.
        name: of the tile.
        place: where it lies; None takes the scene's own place, where it came from a map.
        seed: of what a model invents.

    Raises:
        InputError: the weights have no heads that tell things, or it is a batch.

    """
    evidence = evidence_of(scene)
    if place is None and scene.earth is not None:
        place = Place.on_earth(scene.earth)
    return plan_of(evidence, name, place, seed)

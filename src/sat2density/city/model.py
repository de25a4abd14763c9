"""A plan as a model: a glTF 2.0 binary with a named node for each thing, y up, metres.

x is east, y up, z south; the origin lies on the ground in the tile's middle.
"""

from __future__ import annotations

import dataclasses
import io
import math
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from sat2density.city.colours import linear_of
from sat2density.city.glb import Document
from sat2density.city.houses import house
from sat2density.city.meshes import Mesh, lump
from sat2density.city.parts import Barrier, Vehicle
from sat2density.city.plan import KINDS, Plan, named
from sat2density.city.polygons import area, rectangle
from sat2density.files import atomic_path

INSTANCING: Final = "EXT_mesh_gpu_instancing"
VARIANTS: Final = 3
"""Crowns of each form."""
INVENTED: Final = (
    "windows and doors",
    "colours of walls",
    "the shape of leaves and branches",
    "the shape of vehicles",
)
BARK: Final = (0.11, 0.085, 0.065)
GLASS: Final = (0.03, 0.04, 0.05)
WATER_M: Final = 0.03
"""So much above the ground's picture water lies, that they do not fight for pixels."""


def model(plan: Plan, instanced: bool = False) -> bytes:
    """Return a plan as a GLB file.

    Args:
        plan: what is built.
        instanced: draw trees and shrubs with `EXT_mesh_gpu_instancing`, a node a form; without it
            each has a node of its own, and those of one form share their mesh, which every program
            reads.

    """
    from sat2density import __version__

    extras = {
        "plan": plan.name,
        "extent_m": plan.extent_m,
        "invented": list(INVENTED),
        "note": "made from a satellite tile; what is invented shows no real facade or leaf",
    }
    if plan.place is not None:
        extras["place"] = dataclasses.asdict(plan.place)
    document = Document(f"sat2density {__version__}", extras)
    paints = _materials(document)
    _ground(document, plan)
    groups = {kind: document.node(kind) for kind in KINDS if getattr(plan, kind)}
    for number, (name, building) in enumerate(named(plan, "buildings")):
        meshes = house(building, np.random.default_rng([plan.seed, number]))
        _put(document, name, groups["buildings"], meshes, paints, building)
    for name, barrier in named(plan, "barriers"):
        _put(document, name, groups["barriers"], {"matt": _barrier(barrier)}, paints, barrier)
    for name, car in named(plan, "vehicles"):
        _put(document, name, groups["vehicles"], vehicle(car), paints, car)
    for name, pole in named(plan, "poles"):
        mesh = Mesh()
        ring = _circle(pole.east_m, pole.south_m, pole.radius_m, 6)
        mesh.prism(ring, (0.0, pole.height_m), (0.25, 0.25, 0.25))
        _put(document, name, groups["poles"], {"matt": mesh}, paints, pole)
    for name, water in named(plan, "waters"):
        mesh = Mesh()
        ring = water.outline if area(water.outline) < 0 else water.outline[::-1]
        mesh.polygon([(*point, WATER_M) for point in ring], linear_of(water.colour))
        _put(document, name, groups["waters"], {"water": mesh}, paints, water)
    _plants(document, plan, groups, paints["leaf"], paints["matt"], instanced)
    return document.to_bytes()


def write_model(plan: Plan, path: Path, instanced: bool = False) -> None:
    """Write a plan as a GLB file, complete or not at all.

    Args:
        plan: what is written.
        path: the file.
        instanced: see `model`.

    """
    with atomic_path(path) as staging:
        Path(staging).write_bytes(model(plan, instanced))


def _materials(document: Document) -> dict[str, int]:
    def matt(name: str, rough: float, metal: float = 0.0, **more: Any) -> int:
        pbr = {"metallicFactor": metal, "roughnessFactor": rough}
        return document.material(name, pbr=pbr, **more)

    return {
        "matt": matt("matt", 0.95),
        "wall": matt("wall", 0.9),
        "roof": matt("roof", 0.85, doubleSided=True),
        "glass": matt("glass", 0.08),
        "paint": matt("paint", 0.35, 0.2),
        "leaf": matt("leaf", 1.0),
        "water": matt("water", 0.05),
    }


def _put(
    document: Document,
    name: str,
    parent: int,
    meshes: dict[str, Mesh],
    paints: dict[str, int],
    thing: Any,
) -> None:
    """Put a thing into the scene as a node with a mesh of its own."""
    primitives = [
        document.primitive(mesh.arrays(), paints[paint])
        for paint, mesh in meshes.items()
        if mesh.indices
    ]
    if not primitives:
        return
    extras = {"kind": type(thing).__name__.lower(), "confidence": round(thing.confidence, 3)}
    document.node(name, parent, mesh=document.mesh(name, primitives), extras=extras)


def _ground(document: Document, plan: Plan) -> None:
    half = 0.5 * plan.extent_m
    out = io.BytesIO()
    Image.fromarray(plan.ground_picture()).save(out, "JPEG", quality=92)
    texture = document.texture(out.getvalue(), "image/jpeg")
    pbr = {"baseColorTexture": {"index": texture}, "metallicFactor": 0.0, "roughnessFactor": 1.0}
    material = document.material("ground", pbr=pbr)
    corners = np.array(
        [(-half, 0, -half), (half, 0, -half), (half, 0, half), (-half, 0, half)], np.float32
    )
    up = np.tile(np.array([[0, 1, 0]], np.float32), (4, 1))
    places = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    indices = np.array([0, 2, 1, 0, 3, 2])
    primitive = document.primitive((corners, up, up, indices), material, places)
    document.node("ground", mesh=document.mesh("ground", [primitive]))


def _circle(east: float, south: float, radius: float, count: int) -> list[tuple[float, float]]:
    turns = [2 * math.pi * k / count for k in range(count)]
    return [(east + radius * math.cos(t), south + radius * math.sin(t)) for t in turns]


def _barrier(barrier: Barrier) -> Mesh:
    mesh = Mesh()
    for (ax, ay), (bx, by) in zip(barrier.points, barrier.points[1:], strict=False):
        long = math.hypot(bx - ax, by - ay)
        if long < 0.02:
            continue
        heading = math.degrees(math.atan2(bx - ax, ay - by))
        middle = (0.5 * (ax + bx), 0.5 * (ay + by))
        ring = rectangle(middle, long, barrier.width_m, heading)
        mesh.prism(ring, (0.0, barrier.height_m), linear_of(barrier.colour))
    return mesh


def vehicle(car: Vehicle) -> dict[str, Mesh]:
    """Return the body, the windows and the wheels of a vehicle.

    Args:
        car: its box, heading and colour.

    """
    body, glass, dark = Mesh(), Mesh(), Mesh()
    place, colour = (car.east_m, car.south_m), linear_of(car.colour)
    waist = 0.58 * car.height_m
    box = rectangle(place, car.length_m, car.width_m, car.heading_deg)
    body.prism(box, (0.28, waist), colour)
    turn = math.radians(car.heading_deg)
    back = 0.06 * car.length_m
    cabin_at = (place[0] - back * math.sin(turn), place[1] + back * math.cos(turn))
    foot = rectangle(cabin_at, 0.62 * car.length_m, 0.92 * car.width_m, car.heading_deg)
    top = rectangle(cabin_at, 0.42 * car.length_m, 0.78 * car.width_m, car.heading_deg)
    glass.prism(foot, (waist, car.height_m - 0.06), GLASS, top)
    body.prism(top, (car.height_m - 0.06, car.height_m), colour)
    for along in (-0.31, 0.31):
        for across in (-0.42, 0.42):
            a, c = along * car.length_m, across * car.width_m
            middle = (
                place[0] + a * math.sin(turn) + c * math.cos(turn),
                place[1] - a * math.cos(turn) + c * math.sin(turn),
            )
            ring = rectangle(middle, 0.64, 0.2 * car.width_m, car.heading_deg)
            dark.prism(ring, (0.0, 0.6), (0.012, 0.012, 0.012))
    return {"paint": body, "glass": glass, "matt": dark}


def _plants(
    document: Document,
    plan: Plan,
    groups: dict[str, int],
    leaf: int,
    bark: int,
    instanced: bool,
) -> None:
    """Put trees and shrubs into the scene: crowns of one form and colour share a mesh."""
    crowns: dict[tuple[str, int], Any] = {}
    stands: dict[tuple[str, int, str], list[tuple[str, int, list[float], list[float], Any]]] = {}
    trunks = []
    for number, (name, tree) in enumerate(named(plan, "trees")):
        turn = 2.4 * number
        low = tree.base_m * 0.8
        scale = [tree.radius_m, tree.height_m - low, tree.radius_m]
        key = (tree.form, number % VARIANTS, _step(tree.colour))
        place = [tree.east_m, low, tree.south_m]
        stands.setdefault(key, []).append((name, groups["trees"], place, [*scale, turn], tree))
        high = low + 0.5 * (tree.height_m - low)
        size = [tree.trunk_m, high, tree.trunk_m]
        trunks.append((name, groups["trees"], [tree.east_m, 0.0, tree.south_m], size, tree))
    for number, (name, shrub) in enumerate(named(plan, "shrubs")):
        key = ("bush", number % VARIANTS, _step(shrub.colour))
        scale = [shrub.radius_m, shrub.height_m, shrub.radius_m, 2.4 * number]
        place = [shrub.east_m, 0.0, shrub.south_m]
        stands.setdefault(key, []).append((name, groups["shrubs"], place, scale, shrub))
    stem = _stem(document, bark) if trunks else -1
    for (form, variant, colour), things in stands.items():
        if (form, variant) not in crowns:
            crowns[form, variant] = document.primitive(lump(form, variant).arrays(), leaf)
        material = document.material(
            f"leaf {colour}",
            pbr={
                "baseColorFactor": [*linear_of(colour), 1.0],
                "metallicFactor": 0.0,
                "roughnessFactor": 1.0,
            },
        )
        primitive = {**crowns[form, variant], "material": material}
        mesh = document.mesh(f"{form}-{variant} {colour}", [primitive])
        if instanced:
            _instances(document, f"{form}-{variant} {colour}", things, mesh)
            continue
        for name, group, place, scale, thing in things:
            quarter = [0.0, math.sin(0.5 * scale[3]), 0.0, math.cos(0.5 * scale[3])]
            extras = {"kind": type(thing).__name__.lower(), "confidence": thing.confidence}
            document.node(
                name,
                group,
                mesh=mesh,
                translation=place,
                rotation=quarter,
                scale=scale[:3],
                extras=extras,
            )
    for name, group, place, size, _ in [] if instanced else trunks:
        document.node(f"{name}-trunk", group, mesh=stem, translation=place, scale=size)
    if instanced and trunks:
        stood = [(n, g, p, [*s, 0.0], t) for n, g, p, s, t in trunks]
        _instances(document, "trunks", stood, stem)


def _stem(document: Document, bark: int) -> int:
    mesh = Mesh()
    foot = _circle(0.0, 0.0, 1.0, 6)
    mesh.prism(foot, (0.0, 1.0), BARK, [(0.6 * x, 0.6 * y) for x, y in foot])
    return document.mesh("trunk", [document.primitive(mesh.arrays(), bark)])


def _instances(document: Document, name: str, things: list[Any], mesh: int) -> None:
    document.use(INSTANCING)
    places = np.array([place for _, _, place, _, _ in things], np.float32)
    scales = np.array([scale[:3] for _, _, _, scale, _ in things], np.float32)
    turns = np.array([0.5 * scale[3] for _, _, _, scale, _ in things])
    nought = np.zeros_like(turns)
    quarter = np.stack([nought, np.sin(turns), nought, np.cos(turns)], 1).astype(np.float32)
    attributes = {
        "TRANSLATION": document.accessor(places, instances=True),
        "ROTATION": document.accessor(quarter, instances=True),
        "SCALE": document.accessor(scales, instances=True),
    }
    names = [thing_name for thing_name, *_ in things]
    document.node(
        name,
        mesh=mesh,
        extensions={INSTANCING: {"attributes": attributes}},
        extras={"names": names},
    )


def _step(colour: str) -> str:
    """Return a colour rounded to steps of 16, so that crowns share materials."""
    return "#" + "".join(
        f"{min(round(int(colour[k : k + 2], 16) / 24) * 24, 255):02x}" for k in (1, 3, 5)
    )

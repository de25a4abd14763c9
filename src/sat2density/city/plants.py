"""Trees and shrubs of a model: crowns of one form and colour share their mesh."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np

from sat2density.city.colours import linear_of
from sat2density.city.crowns import COARSE, FINE, inner, leafage, lump
from sat2density.city.glb import Document
from sat2density.city.meshes import Mesh
from sat2density.city.plan import Plan, named
from sat2density.conventions import Detail

INSTANCING: Final = "EXT_mesh_gpu_instancing"
VARIANTS: Final = 3
"""Crowns of each form."""
BARK: Final = (0.06, 0.048, 0.038)
LEAVES: Final = {"high": 1.0, "medium": 0.35}
"""Part of the leaves by detail; crowns of low detail are lumps without leaves."""


class Stand(NamedTuple):
    """A crown or trunk in its place: its group's node, (x, y, z) and turn about y, scales."""

    name: str
    group: int
    place: list[float]
    turn: float
    scale: list[float]
    thing: Any


def add_plants(
    document: Document,
    plan: Plan,
    groups: dict[str, int],
    paints: dict[str, int],
    instanced: bool,
    detail: Detail,
) -> None:
    """Put trees and shrubs into a document.

    Args:
        document: that is put together.
        plan: holds them.
        groups: the parent nodes' numbers.
        paints: number of the material "matt"; under "spray" that of the leaves' texture, where
            there are leaves.
        instanced: see `model.model`.
        detail: see `model.model`.

    """
    crowns: dict[tuple[str, int], list[dict[str, Any]]] = {}
    materials: dict[str, list[int]] = {}
    for (form, variant, colour), stands in _crowns(plan, groups).items():
        if (form, variant) not in crowns:
            crowns[form, variant] = _crown(document, form, variant, detail)
        if colour not in materials:
            materials[colour] = _leaves(document, colour, paints.get("spray"))
        primitives = [
            {**primitive, "material": material}
            for primitive, material in zip(crowns[form, variant], materials[colour], strict=True)
        ]
        name = f"{form}-{variant} {colour}"
        _put(document, name, document.mesh(name, primitives), stands, instanced)
    trunks = _trunks(plan, groups)
    if trunks:
        _put(document, "trunks", _stem(document, paints["matt"]), trunks, instanced)


def _crown(document: Document, form: str, variant: int, detail: Detail) -> list[dict[str, Any]]:
    """Return the primitives of a crown: a lump, and leaves where its detail has any."""
    if detail == "low":
        return [document.primitive(lump(form, variant, COARSE).arrays(), 0)]
    size = FINE if detail == "high" else COARSE
    return [
        document.primitive(inner(form, variant, size).arrays(), 0),
        document.primitive(leafage(form, variant, LEAVES[detail]).arrays(), 0, 1.0),
    ]


def _crowns(plan: Plan, groups: dict[str, int]) -> dict[tuple[str, int, str], list[Stand]]:
    """Return the crowns of trees and shrubs by (form, variant, colour)."""
    found: dict[tuple[str, int, str], list[Stand]] = {}
    for number, (name, tree) in enumerate(named(plan, "trees")):
        low = tree.base_m * 0.8
        scale = [tree.radius_m, tree.height_m - low, tree.radius_m]
        place = [tree.east_m, low, tree.south_m]
        stand = Stand(name, groups["trees"], place, 2.4 * number, scale, tree)
        found.setdefault((tree.form, number % VARIANTS, _step(tree.colour)), []).append(stand)
    for number, (name, shrub) in enumerate(named(plan, "shrubs")):
        scale = [shrub.radius_m, shrub.height_m, shrub.radius_m]
        place = [shrub.east_m, 0.0, shrub.south_m]
        stand = Stand(name, groups["shrubs"], place, 2.4 * number, scale, shrub)
        found.setdefault(("bush", number % VARIANTS, _step(shrub.colour)), []).append(stand)
    return found


def _trunks(plan: Plan, groups: dict[str, int]) -> list[Stand]:
    found = []
    for name, tree in named(plan, "trees"):
        low = tree.base_m * 0.8
        size = [tree.trunk_m, low + 0.6 * (tree.height_m - low), tree.trunk_m]
        place = [tree.east_m, 0.0, tree.south_m]
        found.append(Stand(f"{name}-trunk", groups["trees"], place, 0.0, size, tree))
    return found


def _leaves(document: Document, colour: str, spray: int | None) -> list[int]:
    """Return the materials of a crown's inside and, where there are any, of its leaves."""
    pbr = {
        "baseColorFactor": [*linear_of(colour), 1.0],
        "metallicFactor": 0.0,
        "roughnessFactor": 1.0,
    }
    core = document.material(f"crown {colour}", pbr=pbr)
    if spray is None:
        return [core]
    leaf = document.material(
        f"leaf {colour}",
        pbr={**pbr, "baseColorTexture": {"index": spray}},
        alphaMode="MASK",
        alphaCutoff=0.4,
        doubleSided=True,
    )
    return [core, leaf]


def _stem(document: Document, bark: int) -> int:
    mesh = Mesh()
    foot = [(math.cos(t), math.sin(t)) for t in (2 * math.pi * k / 7 for k in range(7))]
    mesh.prism(foot, (0.0, 1.0), BARK, [(0.5 * x, 0.5 * y) for x, y in foot])
    return document.mesh("trunk", [document.primitive(mesh.arrays(), bark)])


def _put(document: Document, name: str, mesh: int, stands: list[Stand], instanced: bool) -> None:
    """Put things that share a mesh into the scene."""
    if instanced:
        _instances(document, name, mesh, stands)
        return
    for stand in stands:
        fields: dict[str, Any] = {"mesh": mesh, "translation": stand.place, "scale": stand.scale}
        if stand.turn:
            fields["rotation"] = [0.0, math.sin(0.5 * stand.turn), 0.0, math.cos(0.5 * stand.turn)]
        kind = type(stand.thing).__name__.lower()
        extras = {"kind": kind, "confidence": stand.thing.confidence}
        document.node(stand.name, stand.group, **fields, extras=extras)


def _instances(document: Document, name: str, mesh: int, stands: list[Stand]) -> None:
    document.use(INSTANCING)
    turns = np.array([0.5 * stand.turn for stand in stands])
    nought = np.zeros_like(turns)
    quarter = np.stack([nought, np.sin(turns), nought, np.cos(turns)], 1).astype(np.float32)
    attributes = {
        "TRANSLATION": document.accessor(np.array([s.place for s in stands]), instances=True),
        "ROTATION": document.accessor(quarter, instances=True),
        "SCALE": document.accessor(np.array([s.scale for s in stands]), instances=True),
    }
    document.node(
        name,
        mesh=mesh,
        extensions={INSTANCING: {"attributes": attributes}},
        extras={"names": [stand.name for stand in stands]},
    )


def _step(colour: str) -> str:
    """Return a colour rounded to steps of 8, so that crowns share materials."""
    return "#" + "".join(
        f"{min(round(int(colour[k : k + 2], 16) / 8) * 8, 255):02x}" for k in (1, 3, 5)
    )

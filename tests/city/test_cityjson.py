"""CityJSON 2.0 against its specification: what its public schema asks of the parts we write, as
checks of ours.
"""

import json
import re

import numpy as np
import pytest
from drawn_plans import HERE, everything

from sat2density.city.cityjson import city, write_cityjson
from sat2density.city.plan import Plan

TOP = {"type", "version", "transform", "CityObjects", "vertices", "metadata"}
TYPES = {
    "Building": {"RoofSurface", "GroundSurface", "WallSurface"},
    "BuildingPart": {"RoofSurface", "GroundSurface", "WallSurface"},
    "SolitaryVegetationObject": set(),
    "WaterBody": set(),
    "OtherConstruction": set(),
    "CityFurniture": set(),
}
OBJECT = {"type", "attributes", "children", "parents", "geometry", "geographicalExtent"}
GEOMETRY = {"type", "lod", "boundaries", "semantics"}


def faults(document):
    """Everything that the specification forbids, as sentences."""
    found = []

    def need(true, text):
        if not true:
            found.append(text)

    need(set(document) <= TOP, f"unknown members {set(document) - TOP}")
    need(document["type"] == "CityJSON", "type")
    need(document["version"] == "2.0", "version")
    for key in ("scale", "translate"):
        need(len(document["transform"][key]) == 3, f"transform {key}")
    vertices = document["vertices"]
    need(all(len(v) == 3 and all(type(c) is int for c in v) for v in vertices), "vertices")
    need(len({tuple(v) for v in vertices}) == len(vertices), "a vertex appears twice")
    extent = document["metadata"].get("geographicalExtent")
    need(extent is None or len(extent) == 6, "extent")
    system = document["metadata"].get("referenceSystem")
    pattern = r"https://www\.opengis\.net/def/crs/EPSG/0/\d+"
    need(system is None or re.fullmatch(pattern, system), "referenceSystem")
    used = set()
    for name, thing in document["CityObjects"].items():
        need(set(thing) <= OBJECT, f"{name}: unknown members")
        need(thing["type"] in TYPES, f"{name}: type")
        for child in thing.get("children", ()):
            other = document["CityObjects"].get(child, {})
            need(name in other.get("parents", ()), f"{name}: child {child}")
        need(thing["type"] != "BuildingPart" or thing.get("parents"), f"{name}: no parent")
        for geometry in thing.get("geometry", ()):
            need(set(geometry) <= GEOMETRY, f"{name}: geometry")
            need(re.fullmatch(r"[0-3](\.[0-3])?", geometry["lod"]), f"{name}: lod")
            found.extend(f"{name}: {text}" for text in surfaces_faults(geometry, thing, used))
    need(used <= set(range(len(vertices))), "a vertex that is not there")
    need(used == set(range(len(vertices))), "a vertex that nobody uses")
    return found


def surfaces_faults(geometry, thing, used):
    shells = geometry["boundaries"]
    if geometry["type"] == "MultiSurface":
        shells = [shells]
    elif geometry["type"] != "Solid":
        yield f"geometry type {geometry['type']}"
    for shell in shells:
        for surface in shell:
            for ring in surface:
                used.update(ring)
                if len(ring) < 3 or len(set(ring)) < len(ring):
                    yield f"ring {ring}"
    if "semantics" in geometry:
        told = geometry["semantics"]
        if {s["type"] for s in told["surfaces"]} - TYPES[thing["type"]]:
            yield "semantics"
        for values, shell in zip(told["values"], shells, strict=True):
            if len(values) != len(shell) or max(values) >= len(told["surfaces"]):
                yield "values"


@pytest.mark.parametrize("place", [None, HERE])
def test_the_specification_is_kept(tmp_path, place):
    write_cityjson(everything(place), tmp_path / "plan.city.json")
    document = json.loads((tmp_path / "plan.city.json").read_text())
    assert faults(document) == []
    assert ("referenceSystem" in document["metadata"]) == (place is not None)


def test_an_empty_plan_is_valid():
    assert faults(city(Plan(40.0))) == []


def test_faults_are_seen():
    document = city(everything())
    document["CityObjects"]["building-1"]["children"].append("nobody")
    document["vertices"].append([1.5, 0, 0])
    assert len(faults(document)) >= 2


def test_solids_are_closed_and_look_outwards():
    document = city(everything())
    corners = np.array(document["vertices"]) * document["transform"]["scale"]
    solids = 0
    for thing in document["CityObjects"].values():
        for geometry in thing.get("geometry", ()):
            if geometry["type"] != "Solid":
                continue
            solids += 1
            volume = 0.0
            edges = []
            for (ring,) in geometry["boundaries"][0]:
                edges += list(zip(ring, [*ring[1:], ring[0]], strict=True))
                for k in range(1, len(ring) - 1):
                    volume += np.linalg.det(corners[[ring[0], ring[k], ring[k + 1]]]) / 6
            assert volume > 10
            assert sorted(edges) == sorted((b, a) for a, b in edges)
    assert solids == 8


def test_coordinates_are_those_of_the_map():
    document = city(everything(HERE))
    low = document["metadata"]["geographicalExtent"]
    assert low[0] == pytest.approx(500000 - 27.0, abs=1)
    assert low[4] == pytest.approx(5700000 + 16, abs=2)

import dataclasses
import json
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from drawn_plans import everything, one_house

from sat2density.city.crowns import lump
from sat2density.city.facades import drawn_from, openings
from sat2density.city.houses import house
from sat2density.city.meshes import Mesh
from sat2density.city.model import model, triangles, write_model
from sat2density.city.plan import Place, Plan
from sat2density.city.plants import INSTANCING
from sat2density.errors import InputError

TOOLS = Path(__file__).parents[1] / "tools"


def parts(data):
    """The JSON and the binary chunk of a GLB file."""
    magic, version, length = struct.unpack_from("<III", data)
    assert (magic, version, length) == (0x46546C67, 2, len(data))
    size, _ = struct.unpack_from("<II", data, 12)
    return json.loads(data[20 : 20 + size]), data[28 + size :]


def test_things_are_nodes_with_their_names():
    root, _ = parts(model(everything()))
    names = [node["name"] for node in root["nodes"]]
    assert len(names) == len(set(names))
    for name in ("ground", "building-1", "tree-3", "shrub-1", "vehicle-1", "pole-1", "water-1"):
        assert name in names
    extras = root["asset"]["extras"]
    assert "windows, doors, plinths and sills" in extras["invented"]
    assert root["nodes"][names.index("building-2")]["extras"]["kind"] == "building"


def test_the_same_plan_gives_the_same_bytes_and_another_seed_other_windows():
    plan = everything()
    assert model(plan) == model(plan)
    assert model(plan) != model(dataclasses.replace(plan, seed=5))


def test_trees_of_one_form_share_their_mesh():
    root, _ = parts(model(everything()))
    nodes = {node["name"]: node for node in root["nodes"]}
    stems = {nodes[f"tree-{k}-trunk"]["mesh"] for k in (1, 2, 3)}
    assert len(stems) == 1


def test_instances_name_their_extension():
    root, _ = parts(model(everything(), instanced=True))
    assert root["extensionsUsed"] == [INSTANCING]
    assert "extensionsRequired" not in root
    counts = [
        root["accessors"][node["extensions"][INSTANCING]["attributes"]["TRANSLATION"]]["count"]
        for node in root["nodes"]
        if "extensions" in node
    ]
    assert sum(counts) == 2 * 4 + 1  # crowns and trunks of four trees, one shrub


def test_less_detail_is_smaller_and_has_the_same_things_in_the_same_places():
    files = {detail: model(everything(), detail=detail) for detail in ("high", "medium", "low")}
    high, medium, low = (triangles(files[detail]) for detail in files)
    assert medium < 0.7 * high
    assert low < 0.4 * medium
    assert len(files["low"]) < len(files["medium"]) < len(files["high"])
    roots = {detail: parts(data)[0] for detail, data in files.items()}
    names = [{node["name"] for node in root["nodes"]} for root in roots.values()]
    assert names[0] == names[1] == names[2]
    assert [image["name"] for image in roots["low"]["images"]] == ["ground"]
    assert roots["low"]["asset"]["extras"]["detail"] == "low"
    boxes = [np.array(_bounds(root)) for root in roots.values()]
    for box in boxes[1:]:
        assert np.abs(box - boxes[0]).max() < 0.2  # sills, wheels
    with pytest.raises(InputError, match="detail must be one of high, medium, low"):
        model(everything(), detail="fine")


def _bounds(root):
    """The corners of all buildings and vehicles together."""
    meshes = [
        root["meshes"][node["mesh"]]
        for node in root["nodes"]
        if "mesh" in node and node["name"].startswith(("building", "vehicle"))
    ]
    places = [
        root["accessors"][part["attributes"]["POSITION"]]
        for mesh in meshes
        for part in mesh["primitives"]
    ]
    return np.min([p["min"] for p in places], 0), np.max([p["max"] for p in places], 0)


def test_triangles_count_each_place_of_a_shared_mesh():
    plain, instanced = model(everything()), model(everything(), instanced=True)
    assert triangles(plain) == triangles(instanced) > 1000
    assert triangles(model(Plan(40.0))) == 2


@pytest.mark.parametrize("detail", ["high", "low"])
@pytest.mark.parametrize("instanced", [False, True])
@pytest.mark.parametrize("plan", [everything(), Plan(40.0)], ids=["everything", "nothing"])
def test_the_khronos_validator_finds_nothing(tmp_path, plan, instanced, detail):
    if not shutil.which("node") or not (TOOLS / "node_modules" / "gltf-validator").is_dir():
        pytest.skip("needs node and tests/tools/node_modules: make test installs it")
    write_model(plan, tmp_path / "city.glb", instanced, detail)
    command = ["node", str(TOOLS / "validate.mjs"), str(tmp_path / "city.glb")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    issues = json.loads(run.stdout)
    assert issues["numErrors"] == issues["numWarnings"] == 0, issues["messages"]


@pytest.mark.filterwarnings("error")
def test_other_readers_read_it_without_a_warning(tmp_path, caplog):
    trimesh = pytest.importorskip("trimesh")
    write_model(everything(), tmp_path / "city.glb")
    scene = trimesh.load(tmp_path / "city.glb")
    assert scene.extents[1] == pytest.approx(9.0, abs=0.3)  # the tallest tree: y is up
    assert scene.bounds[0][1] == pytest.approx(0.0, abs=0.01)
    pygltflib = pytest.importorskip("pygltflib")
    assert pygltflib.GLTF2().load(str(tmp_path / "city.glb")).asset.version == "2.0"
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


def test_a_hundred_houses_are_under_three_megabytes():
    houses = tuple(one_house("hipped", 15.0 * k) for k in range(100))
    assert len(model(Plan(2000.0, buildings=houses))) < 3_000_000


def test_a_house_that_was_moved_by_hand_goes_through():
    plan = everything()
    house = plan.buildings[1]
    foot = tuple((east + 9.0, south - 20.0) for east, south in house.footprint)
    moved = dataclasses.replace(house, footprint=foot)
    root, _ = parts(model(dataclasses.replace(plan, buildings=(moved,))))
    low = min(a["min"][2] for a in root["accessors"][4:8] if len(a.get("min", ())) == 3)
    assert low < -20


@pytest.mark.parametrize("form", ["round", "conifer", "column", "bush"])
def test_crowns_are_closed_and_look_outwards(form):
    positions, normals, _, _, indices = lump(form, 1).arrays()
    faces = indices.reshape(-1, 3)
    edges = [(a, b) for f in faces.tolist() for a, b in zip(f, [*f[1:], f[0]], strict=True)]
    assert sorted(edges) == sorted((b, a) for a, b in edges)
    volume = sum(np.linalg.det(positions[face]) / 6 for face in faces)
    assert volume > 0.5
    assert np.allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-5)
    assert np.ptp(positions[:, 1]) == pytest.approx(1.0, abs=0.1)


def test_polygons_are_turned_to_y_up():
    mesh = Mesh()
    mesh.polygon([(0, 1, 2), (1, 1, 2), (1, 0, 2), (0, 0, 2)], (1, 1, 1))
    positions, normals, _, _, indices = mesh.arrays()
    assert normals.tolist() == [[0, 1, 0]] * 4
    assert positions[0].tolist() == [0, 2, 1]
    first, second, third = positions[indices[:3]]
    assert np.cross(second - first, third - first)[1] > 0


def test_windows_stay_on_their_wall():
    rng = np.random.default_rng(1)
    found = list(openings(9.0, 5.8, 90.0, True, rng))
    assert sum(opening.kind == "door" for opening in found) == 1
    assert sum(opening.kind == "window" for opening in found) >= 2
    for opening in found:
        assert 0 < opening.first < opening.last < 9.0
        assert 0 < opening.sill < opening.head < 5.8


def test_low_walls_have_no_windows():
    assert list(openings(9.0, 1.5, 90.0, True, np.random.default_rng(0))) == []


def windows(plan, origin):
    """How much of each material the first house's meshes have."""
    meshes = house(plan.buildings[0], np.random.default_rng(drawn_from(plan, 0, origin)))
    return {name: len(mesh.indices) for name, mesh in meshes.items()}


def moved(plan, east, south):
    """The same house in a plan whose middle lies so much farther east and south."""
    building = plan.buildings[0]
    ring = tuple((x - east, y - south) for x, y in building.footprint)
    return dataclasses.replace(
        plan, buildings=(dataclasses.replace(building, footprint=ring, parts=()),)
    )


def test_a_house_keeps_its_windows_in_the_plan_of_the_next_tile():
    building = dataclasses.replace(everything().buildings[0], parts=())
    plan = Plan(80.0, buildings=(building,))
    next_ = moved(plan, 20.0, -20.0)
    assert drawn_from(plan, 0, (7.0, 9.0)) == drawn_from(next_, 0, (27.0, 29.0))
    assert windows(plan, (7.0, 9.0)) == windows(next_, (27.0, 29.0))
    assert drawn_from(plan, 0, (7.0, 9.0)) != drawn_from(plan, 0, (27.0, 9.0))
    placed = [
        dataclasses.replace(one, place=Place("EPSG:32756", x, y))
        for one, x, y in ((plan, 300_000.0, 6.25e6), (next_, 300_020.0, 6.25e6 + 20.0))
    ]
    assert drawn_from(placed[0], 0) == drawn_from(placed[1], 0)
    assert drawn_from(plan, 0) == [plan.seed, 0]
    beside = dataclasses.replace(placed[0], buildings=(building, building))
    assert drawn_from(beside, 0) == drawn_from(beside, 1), "its place counts, not its number"
    assert all(value >= 0 for value in drawn_from(plan, 0, (-500.0, -500.0)))

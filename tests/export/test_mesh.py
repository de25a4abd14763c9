import builtins
import errno
import os

import numpy as np
import pytest
import torch
from PIL import Image

from sat2density.errors import InputError, MissingExtraError, OutputError, ShapeError
from sat2density.export.mesh import default_level, density_mesh, heights_mesh, write_mesh
from sat2density.scene_spec import RELEASED, Rules, SceneSpec

trimesh = pytest.importorskip("trimesh", reason="trimesh ([mesh]) is not installed")
pytest.importorskip("skimage", reason="scikit-image ([mesh]) is not installed")

SPEC = SceneSpec(extent_m=32.0, max_height_m=8.0)
PLANE = Rules()


@pytest.fixture(scope="module")
def tile():
    """North-west red, north-east green, south-west blue, south-east white."""
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:16, :16], pixels[:16, 16:] = (255, 0, 0), (0, 255, 0)
    pixels[16:, :16], pixels[16:, 16:] = (0, 0, 255), (255, 255, 255)
    return pixels


def block():
    """A block of 4 x 4 x 4 cells: 4 m wide and deep, 2 m high, its corner 4 m east and 8 m south of
    the middle.
    """
    density = torch.zeros(16, 32, 32)
    density[2:6, 24:28, 20:24] = 200.0
    return density


def normals(surface):
    a, b, c = (surface.vertices[surface.faces[:, corner]].astype(float) for corner in range(3))
    return np.cross(b - a, c - a)


def test_heights_lie_at_the_pixels_centres_and_face_up(tile):
    heights = torch.zeros(1, 32, 32)
    heights[0, 0, 31] = 5.0  # the north-east corner
    surface = heights_mesh(heights, tile, SPEC)
    assert surface.vertices[31].tolist() == [15.5, 5.0, -15.5]
    assert surface.vertices[-32].tolist() == [-15.5, 0.0, 15.5]
    assert len(surface.faces) == 2 * 31 * 31
    assert (normals(surface)[:, 1] > 0).all()


def test_the_tile_lies_the_right_way_round(tile):
    surface = heights_mesh(torch.zeros(32, 32), tile, SPEC)
    assert surface.uv[31] == pytest.approx([31.5 / 32, 31.5 / 32])  # north-east: right, top
    assert surface.uv[-32] == pytest.approx([0.5 / 32, 0.5 / 32])


def test_an_isosurface_is_closed_in_its_place_and_not_inside_out(tile):
    surface = density_mesh(block(), tile, SPEC, PLANE, level=100.0)
    low, high = surface.vertices.min(axis=0), surface.vertices.max(axis=0)
    assert low == pytest.approx(
        [4.0, 1.0, 8.0], abs=1e-5
    )  # half way between full and empty cells: the block's faces
    assert high == pytest.approx([8.0, 3.0, 12.0], abs=1e-5)
    assert 25 < surface.volume_m3() < 32  # 4 x 2 x 4 m less the bevelled edges
    mesh = trimesh.Trimesh(surface.vertices, surface.faces)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.volume == pytest.approx(surface.volume_m3(), rel=1e-4)


def test_an_isosurface_closes_at_the_volumes_faces(tile):
    surface = density_mesh(torch.full((16, 32, 32), 500.0), tile, SPEC, PLANE, level=250.0)
    assert trimesh.Trimesh(surface.vertices, surface.faces).is_watertight
    assert surface.volume_m3() == pytest.approx(32 * 32 * 8, rel=0.02)


def test_larger_steps_make_fewer_triangles(tile):
    fine, coarse = (
        density_mesh(torch.full((16, 32, 32), 500.0), tile, SPEC, PLANE, level=250.0, step=n)
        for n in (1, 2)
    )
    assert len(coarse.faces) < 0.4 * len(fine.faces)
    assert coarse.volume_m3() == pytest.approx(fine.volume_m3(), rel=0.15)


def test_the_ground_slab_lifts_the_volume_by_its_height(tile):
    without, above = (
        density_mesh(block(), tile, SPEC, rules, level=100.0) for rules in (PLANE, RELEASED)
    )
    assert without.vertices[:, 1].min() == pytest.approx(2 / 16 * 8)
    assert above.vertices[:, 1].min() == pytest.approx(3 / 17 * 8)


def test_a_metre_of_the_default_level_hides_half():
    # SPEC has 16 metres a unit.
    assert np.exp(-default_level(SPEC) / 16) == pytest.approx(0.5)


@pytest.mark.parametrize("level", [-1.0, 0.0, 201.0, float("nan")])
def test_levels_without_a_surface_are_refused(tile, level):
    with pytest.raises(InputError, match="goes from 0 to 200"):
        density_mesh(block(), tile, SPEC, PLANE, level=level)


def test_glb_reads_back_with_texture_axes_and_normals(tmp_path, tile):
    heights = np.zeros((32, 32))
    heights[0, 31] = 5.0
    surface = heights_mesh(heights, tile, SPEC)
    assert write_mesh(tmp_path / "shape.glb", surface) == [tmp_path / "shape.glb"]
    assert (tmp_path / "shape.glb").read_bytes()[:4] == b"glTF"
    [mesh] = trimesh.load(tmp_path / "shape.glb").geometry.values()
    assert mesh.vertices == pytest.approx(surface.vertices)
    top = mesh.vertices[mesh.vertices[:, 1].argmax()]
    assert top == pytest.approx([15.5, 5.0, -15.5])  # x east, y up, z south
    assert mesh.face_normals[:, 1].min() > 0
    texture = np.asarray(mesh.visual.material.baseColorTexture.convert("RGB"))
    assert (texture == tile).all()
    north_east = mesh.vertices[:, [0, 2]] @ [1, -1] == 31
    assert colour_at(mesh, texture, north_east) == [0, 255, 0]


def colour_at(mesh, texture, where):
    u, v = mesh.visual.uv[np.flatnonzero(where)[0]]
    return texture[int((1 - v) * 32), int(u * 32)].tolist()


def test_ply_is_z_up_with_the_tiles_colours(tmp_path, tile):
    surface = density_mesh(block(), tile, SPEC, PLANE, level=100.0)
    write_mesh(tmp_path / "shape.ply", surface)
    mesh = trimesh.load(tmp_path / "shape.ply", process=False)
    assert mesh.bounds == pytest.approx(
        np.array([[4, -12, 1], [8, -8, 3]]), abs=1e-4
    )  # east, north, up
    assert mesh.volume == pytest.approx(surface.volume_m3(), rel=1e-4)
    assert (
        mesh.visual.vertex_colors[:, :3] == 255
    ).all()  # the block stands in the white south-east
    corners = heights_mesh(np.zeros((2, 2)), tile, SPEC)
    write_mesh(tmp_path / "corners.ply", corners)
    colours = (
        trimesh.load(tmp_path / "corners.ply", process=False).visual.vertex_colors[:, :3].tolist()
    )
    assert colours == [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]


def test_obj_comes_with_material_and_texture(tmp_path, tile):
    surface = density_mesh(block(), tile, SPEC, PLANE, level=100.0)
    files = write_mesh(tmp_path / "shape.obj", surface)
    assert (
        sorted(file.name for file in files)
        == sorted(os.listdir(tmp_path))
        == ["shape.mtl", "shape.obj", "shape.png"]
    )
    assert "map_Kd shape.png" in (tmp_path / "shape.mtl").read_text()
    with Image.open(tmp_path / "shape.png") as image:
        assert (np.asarray(image) == tile).all()
    mesh = trimesh.load(tmp_path / "shape.obj")
    assert mesh.volume == pytest.approx(surface.volume_m3(), rel=1e-3)
    assert mesh.bounds == pytest.approx(np.array([[4, 1, 8], [8, 3, 12]]), abs=1e-3)


def test_impossible_meshes_are_refused(tmp_path, tile):
    with pytest.raises(ShapeError, match=r"\(1, 8\)"):
        heights_mesh(np.zeros((1, 8)), tile, SPEC)
    with pytest.raises(ShapeError, match="finite"):
        heights_mesh(np.full((8, 8), np.nan), tile, SPEC)
    with pytest.raises(InputError, match=r"\.glb, \.ply or \.obj"):
        write_mesh(tmp_path / "shape.stl", heights_mesh(np.zeros((2, 2)), tile, SPEC))


@pytest.mark.parametrize("suffix", [".glb", ".ply", ".obj"])
def test_a_full_disk_leaves_nothing(tmp_path, tile, monkeypatch, suffix):
    surface = heights_mesh(np.zeros((4, 4)), tile, SPEC)

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputError, match="disk is full"):
        write_mesh(tmp_path / f"shape{suffix}", surface)
    assert list(tmp_path.iterdir()) == []


def test_missing_packages_are_named_with_their_extra(tmp_path, tile, monkeypatch):
    real = builtins.__import__

    def without(name, *arguments, **options):
        if name.split(".")[0] in ("trimesh", "skimage"):
            raise ImportError(name)
        return real(name, *arguments, **options)

    surface = heights_mesh(np.zeros((4, 4)), tile, SPEC)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"sat2density\[mesh\]"):
        write_mesh(tmp_path / "shape.glb", surface)
    with pytest.raises(MissingExtraError, match=r"sat2density\[mesh\]"):
        density_mesh(block(), tile, SPEC, PLANE)

import errno
import json
import os
import struct
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from sat2density.errors import OutputError, ShapeError
from sat2density.export.volume import grid_of, write_npz, write_vti
from sat2density.scene_spec import RELEASED, Rules, SceneSpec

CVACT = SceneSpec.named("cvact")
PLANE = Rules()


def parse_vti(path):
    """A reader written from VTK's file format, apart from the writer."""
    data = path.read_bytes()
    at = data.index(b'<AppendedData encoding="raw">')
    start = data.index(b"_", at) + 1
    root = ElementTree.fromstring(data[:at].decode() + "</VTKFile>")
    assert root.attrib["type"] == "ImageData"
    assert root.attrib["byte_order"] == "LittleEndian"
    assert root.attrib["header_type"] == "UInt64"
    image = root.find("ImageData")
    array = image.find("Piece/CellData/DataArray")
    (size,) = struct.unpack_from("<Q", data, start + int(array.attrib["offset"]))
    x0, x1, y0, y1, z0, z1 = map(int, image.attrib["WholeExtent"].split())
    values = np.frombuffer(data, "<f4", size // 4, start + 8)
    assert data[start + 8 + size :].split() == [b"</AppendedData>", b"</VTKFile>"]
    assert array.attrib["type"] == "Float32"
    return {
        "values": values.reshape(z1 - z0, y1 - y0, x1 - x0),
        "origin": [float(n) for n in image.attrib["Origin"].split()],
        "spacing": [float(n) for n in image.attrib["Spacing"].split()],
        "metres_per_unit": float(image.find("FieldData/DataArray").text),
    }


def density():
    """A density whose every value says where it is: [up, south, east]."""
    up, south, east = np.meshgrid(np.arange(4), np.arange(6), np.arange(6), indexing="ij")
    return torch.from_numpy((100 * up + 10 * south + east).astype(np.float32))


def test_every_cell_lies_where_it_belongs(tmp_path):
    spec = SceneSpec(extent_m=30.0, max_height_m=8.0)
    assert write_vti(tmp_path / "volume.vti", density(), spec, PLANE) == [tmp_path / "volume.vti"]
    read = parse_vti(tmp_path / "volume.vti")
    assert read["spacing"] == [5.0, 5.0, 2.0]
    assert read["origin"] == [-15.0, -15.0, 0.0]
    assert read["metres_per_unit"] == 15.0
    for up, south, east in ((0, 0, 0), (3, 5, 1), (2, 1, 4)):
        middle = np.array(
            [(east + 0.5) / 6 * 30 - 15, 15 - (south + 0.5) / 6 * 30, (up + 0.5) / 4 * 8]
        )
        x, y, z = np.floor((middle - read["origin"]) / read["spacing"]).astype(int)
        assert read["values"][z, y, x] == 100 * up + 10 * south + east


def test_values_are_bit_for_bit_the_densitys(tmp_path):
    values = torch.rand(8, 16, 16, generator=torch.Generator().manual_seed(1)) * 1e3
    write_vti(tmp_path / "volume.vti", values, CVACT, PLANE)
    back = parse_vti(tmp_path / "volume.vti")["values"][:, ::-1]
    assert back.tobytes() == values.numpy().tobytes()


def test_the_ground_slab_is_a_file_of_its_own_below(tmp_path):
    files = write_vti(tmp_path / "volume.vti", density(), CVACT, RELEASED)
    assert [file.name for file in files] == ["volume.vti", "volume-ground.vti"]
    above, slab = (parse_vti(file) for file in files)
    assert above["spacing"][2] == slab["spacing"][2] == pytest.approx(8 / 5)
    assert above["origin"] == [-15, -15, pytest.approx(1.6)]
    assert slab["origin"] == [-15, -15, 0]
    assert above["values"].shape == (4, 6, 6)
    assert slab["values"].shape == (1, 6, 6)
    assert (slab["values"] == 1000).all()


def test_the_grid_agrees_with_the_renderers_own_mapping():
    # The renderer samples layer k of 65 at (k + 1/2) / 65 of the height; the network's first layer
    # is k = 1.
    grid = grid_of((64, 256, 256), CVACT, RELEASED)
    first_middle = grid.corner_m[2] + grid.cell_m[2] / 2
    assert first_middle == pytest.approx(1.5 / 65 * 8)
    assert grid.corner_m[2] + 64 * grid.cell_m[2] == pytest.approx(8)


def test_npz_holds_what_is_needed(tmp_path):
    tile = torch.rand(3, 6, 6)
    write_npz(
        tmp_path / "volume.npz",
        density()[None],
        CVACT,
        RELEASED,
        tile=tile,
        heights_m=torch.ones(1, 6, 6),
    )
    with np.load(tmp_path / "volume.npz", allow_pickle=False) as archive:
        assert (archive["density"] == density().numpy()).all()
        assert archive["tile"].shape == (6, 6, 3)
        assert archive["heights_m"].shape == (6, 6)
        assert archive["cell_m"].tolist() == [5.0, 5.0, 1.6]
        assert archive["corner_m"].tolist() == [-15.0, -15.0, 1.6]
        assert float(archive["ground_slab_m"]) == 1.6
        assert float(archive["metres_per_unit"]) == 15.0
        assert SceneSpec.from_dict(json.loads(str(archive["scene"]))) == CVACT


def test_npz_without_extras(tmp_path):
    write_npz(tmp_path / "volume.npz", density(), CVACT, PLANE)
    with np.load(tmp_path / "volume.npz") as archive:
        assert "tile" not in archive
        assert float(archive["ground_slab_m"]) == 0


@pytest.mark.parametrize("shape", [(4, 6), (2, 4, 6, 6), (4, 6, 5), (0, 6, 6)])
def test_wrong_shapes_are_told(tmp_path, shape):
    for write in (write_vti, write_npz):
        with pytest.raises(ShapeError, match="Z, S, S"):
            write(tmp_path / "volume.vti", torch.zeros(shape), CVACT, PLANE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [write_vti, write_npz])
def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch, write):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputError, match="disk is full"):
        write(tmp_path / "volume.npz", density(), CVACT, RELEASED)
    assert list(tmp_path.iterdir()) == []

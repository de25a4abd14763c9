import errno
import math

import numpy as np
import pytest
import torch
from PIL import Image

from sat2density.errors import InputError, OutputError, ShapeError
from sat2density.export.colours import NO_SURFACE, scale
from sat2density.export.pictures import (
    contact_sheet,
    depth_picture,
    depth_to_millimetres,
    farthest_depth_m,
    heights_picture,
    opacity_picture,
    read_depth_png,
    write_depth_png,
    write_picture,
)
from sat2density.scene_spec import SceneSpec


def test_depth_in_millimetres_worked_by_hand():
    depth = [[math.nan, math.inf, 0.0, 0.0001], [1.2344, 65.534, 65.535, 500.0]]
    assert depth_to_millimetres(depth).tolist() == [[0, 0, 1, 1], [1234, 65534, 65535, 65535]]


def test_depth_png_is_16_bit_and_reads_back_to_half_a_millimetre(tmp_path):
    depth = torch.rand(1, 8, 16, generator=torch.Generator().manual_seed(0)) * 60
    depth[0, :3] = math.nan
    write_depth_png(tmp_path / "depth.png", depth)
    with Image.open(tmp_path / "depth.png") as image:
        assert image.mode == "I;16"
        assert image.size == (16, 8)
    back = read_depth_png(tmp_path / "depth.png")
    assert np.isnan(back[:3]).all()
    assert np.abs(back[3:] - depth[0, 3:].numpy()).max() < 0.00051


def test_other_files_are_no_depth_pictures(tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "colour.png")
    (tmp_path / "text.png").write_text("text")
    for name, says in (
        ("colour.png", "16-bit"),
        ("text.png", "cannot be read"),
        ("none.png", "cannot be read"),
    ):
        with pytest.raises(InputError, match=says):
            read_depth_png(tmp_path / name)


def test_coloured_depth_is_light_near_dark_far_and_pale_where_there_is_no_surface():
    depth = np.full((64, 128), 5.0)
    depth[:, :32], depth[:, 32:64], depth[:, 64:96] = 0.0, 20.0, math.nan
    image = depth_picture(depth, 20.0)
    assert image.getpixel((10, 30)) == tuple(scale()[255])
    assert image.getpixel((40, 30)) == tuple(scale()[0])
    assert image.getpixel((70, 30)) == NO_SURFACE
    assert image.getpixel((100, 30)) == tuple(scale()[round(0.75 * 255)])


def test_the_scale_bar_has_the_pictures_colours_and_dark_numbers_beside_them():
    image = np.asarray(depth_picture(np.full((128, 200), 5.0), 20.0)).astype(int)
    bar = image[:, 206:218]
    assert (bar[0] == scale()[0]).all()  # far at the top
    assert (bar[-1] == scale()[255]).all()
    row = round(127 * 0.75)  # 5 m of 20 m from below
    assert np.abs(bar[row] - image[0, 0]).max() <= 6
    numbers = image[:, 222:].min(axis=2) < 90
    rows_with_ink = numbers.any(axis=1)
    blocks = np.flatnonzero(np.diff(rows_with_ink.astype(int)) == 1).size + rows_with_ink[0]
    assert blocks >= 2  # at least two numbers


def test_heights_are_light_where_high():
    image = heights_picture(torch.tensor([[[0.0, 8.0]]]).repeat(1, 60, 30), 8.0)
    assert image.getpixel((0, 5)) == tuple(scale()[0])
    assert image.getpixel((1, 5)) == tuple(scale()[255])


def test_opacity_is_grey():
    image = opacity_picture(torch.tensor([[[0.0, 0.5, 1.0, 2.0, math.nan]]]))
    assert image.mode == "L"
    assert np.asarray(image).tolist() == [[0, 128, 255, 255, 0]]


def test_the_reach_of_a_ray_is_the_end_of_the_depth_scale():
    # 30 m: sqrt(450 + 36) = 22.045 m over 30/256 m a pixel = 188 whole pixels = 22.03 m.
    assert farthest_depth_m(SceneSpec.named("cvact")) == pytest.approx(188 * 30 / 256)


def test_contact_sheet_puts_every_picture_in_its_place():
    red, green, blue, white = (
        np.full((20, 40, 3), colour, np.uint8)
        for colour in ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 0, 255))
    )
    sheet = contact_sheet([[red, green], [blue, white]], ["a", "b"], ["one", "two"], cell_width=80)
    pixels = np.asarray(sheet)
    places = {}
    for name, colour in (
        ("red", (255, 0, 0)),
        ("green", (0, 255, 0)),
        ("blue", (0, 0, 255)),
        ("white", (255, 0, 255)),
    ):
        rows, columns = np.nonzero((pixels == colour).all(axis=2))
        assert rows.size == 80 * 40
        places[name] = (columns.min(), rows.min())
    assert places["red"][0] == places["blue"][0] < places["green"][0] == places["white"][0]
    assert places["red"][1] == places["green"][1] < places["blue"][1] == places["white"][1]
    above = pixels[: places["red"][1], places["red"][0] :]
    assert (above.min(axis=2) < 100).sum() > 20  # the columns' names
    left = pixels[places["red"][1] :, : places["red"][0]]
    assert (left.min(axis=2) < 100).sum() > 10  # the rows' names


def test_contact_sheet_with_tiles_and_long_foreign_names():
    cell = torch.rand(3, 16, 64)
    sheet = contact_sheet(
        [[cell]], ["Straße über 北京 " * 20], ["öde " * 90], row_pictures=[torch.rand(3, 8, 8)]
    )
    assert sheet.width < 600


@pytest.mark.parametrize(
    ("cells", "rows", "columns"),
    [
        ([], [], []),
        ([[]], ["a"], []),
        ([[1, 2]], ["a"], ["x"]),
        ([[1]], [], ["x"]),
        ([[1], [1, 2]], ["a", "b"], ["x"]),
    ],
)
def test_contact_sheets_that_do_not_add_up(cells, rows, columns):
    cell = np.zeros((4, 4, 3), np.uint8)
    with pytest.raises(ShapeError, match="contact sheet"):
        contact_sheet([[cell for _ in row] for row in cells], rows, columns)


def test_writing_to_a_full_disk_or_a_wrong_place_leaves_nothing(tmp_path, monkeypatch):
    image = Image.new("RGB", (4, 4))
    with pytest.raises(OutputError, match="ends in"):
        write_picture(tmp_path / "picture.xyz", image)

    def full(self, *arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(OutputError, match="disk is full"):
        write_picture(tmp_path / "picture.png", image)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shape", [(3, 4, 4), (4,), (0, 4)])
def test_wrong_shapes_are_told(shape):
    with pytest.raises(ShapeError, match=str(shape[0])):
        depth_picture(np.zeros(shape), 10.0)

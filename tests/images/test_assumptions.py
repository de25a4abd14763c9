"""What Pillow says nothing about: 16-bit values that are no 16-bit picture, bands that are no
transparency, planes, pages, rasters on their head, "no data".
"""

import importlib.util

import numpy as np
import pytest
import tiff_files
import torch
from PIL import Image
from tiff_files import ASCII, DOUBLE, LONG, SHORT, quadrants

from sat2density.errors import InputError
from sat2density.images import picture_size, read_image, read_mask, read_tile
from sat2density.notices import Notice, heard

CORNERS = ((2, 2), (2, -3), (-3, 2), (-3, -3))


def read(path, reader=read_image, **options):
    """(picture, notices)."""
    notices = []
    with heard(notices.append):
        image = reader(path, **options)
    return image, notices


def assert_quadrants(image, factor=1.0, tolerance=2.0):
    """The four colours stand where they should, up to a common factor."""
    expected = torch.tensor(quadrants()).permute(2, 0, 1).float() * factor
    for row, column in CORNERS:
        found = image[:, row, column] * 255
        assert torch.allclose(found, expected[:, row, column], atol=tolerance), (row, column, found)


@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packing", ["none", "deflate", "predictor", "strips"])
def test_sixteen_bit_colours_are_read_whole(tmp_path, planar, order, packing):
    pixels = quadrants().astype(np.uint16) * 257
    options = {
        "none": {},
        "deflate": {"deflate": True},
        "predictor": {"deflate": True, "predictor": True},
        "strips": {"rows": 5},
    }[packing]
    page = tiff_files.page(pixels, planar=planar, order=order, **options)
    image, notices = read(tiff_files.write(tmp_path / "a.tif", page, order=order))
    assert_quadrants(image, tolerance=1.01)
    assert not notices


def test_eight_bit_planes(tmp_path):
    page = tiff_files.page(quadrants(), planar=True)
    assert_quadrants(read_image(tiff_files.write(tmp_path / "a.tif", page)))


@pytest.mark.parametrize("photometric", [1, 2])
def test_reflectance_is_stretched_with_a_notice(tmp_path, photometric):
    pixels = quadrants().astype(np.uint16) * 14  # up to 3080 of 65535
    page = tiff_files.page(pixels, tags=[(262, SHORT, (photometric,))])
    image, notices = read(tiff_files.write(tmp_path / "a.tif", page))
    assert_quadrants(image, factor=255 / 220)
    assert len(notices) == 1
    assert "a.tif: its 16-bit values end at 3080; stretched: 0 is black, 3080" in notices[0]


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_dark_grey_in_sixteen_bits(tmp_path, suffix):
    values = np.linspace(300, 4000, 256).reshape(16, 16).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / f"pan.{suffix}")
    image, notices = read(tmp_path / f"pan.{suffix}")
    assert image.max() == 1
    assert 0.4 < image.mean() < 0.7
    assert "stretched" in notices[0]


def test_eight_bit_values_in_sixteen_bits(tmp_path):
    page = tiff_files.page(quadrants().astype(np.uint16))
    image, notices = read(tiff_files.write(tmp_path / "a.tif", page))
    assert_quadrants(image)
    assert "8-bit values (up to 220) in 16 bits" in notices[0]


def test_bright_sixteen_bits_stay_as_they_are(tmp_path):
    values = np.linspace(0, 30_000, 256).reshape(16, 16).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / "a.png")
    image, notices = read(tmp_path / "a.png")
    assert image.max() == pytest.approx(30_000 / 65535)
    assert not notices


def test_black_stays_black_without_a_word(tmp_path):
    page = tiff_files.page(np.zeros((8, 8, 3), np.uint16))
    image, notices = read(tiff_files.write(tmp_path / "a.tif", page))
    assert image.max() == 0
    assert not notices


@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("extra", [0, 2])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_near_infrared_is_no_transparency(tmp_path, planar, extra, dtype):
    infrared = np.full((16, 16, 1), 120, np.uint8)
    infrared[8:] = 60
    pixels = np.concatenate([quadrants(), infrared], -1).astype(dtype)
    pixels = pixels * dtype(257 if dtype is np.uint16 else 1)
    page = tiff_files.page(pixels, planar=planar, tags=[(338, SHORT, (extra,))])
    image, notices = read(tiff_files.write(tmp_path / "a.tif", page))
    assert_quadrants(image)
    assert len(notices) == 1
    assert "fourth band" in notices[0]
    assert "left out" in notices[0]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_transparency_of_a_tiff_is_still_transparency(tmp_path, dtype):
    full = np.iinfo(dtype).max
    alpha = np.full((16, 16, 1), full, dtype)
    alpha[:, 8:] = 0
    pixels = np.concatenate([quadrants().astype(dtype) * dtype(full // 255), alpha], -1)
    page = tiff_files.page(pixels.astype(dtype), tags=[(338, SHORT, (2,))])
    image, notices = read(tiff_files.write(tmp_path / "a.tif", page))
    assert image[:, :, 8:].max() == 0
    assert image[0, 2, 2] * 255 == pytest.approx(200, abs=0.01)
    assert not notices


def test_many_bands_are_said(tmp_path):
    pixels = np.concatenate([quadrants()] * 2 + [quadrants()[..., :1]], -1)
    page = tiff_files.page(pixels, tags=[(338, SHORT, (0,) * 4)])
    image, notices = read(tiff_files.write(tmp_path / "a.tif", page))
    assert_quadrants(image)
    assert "has 7 bands; the first 3 are taken for red, green, blue" in notices[0]


@pytest.mark.parametrize("kind", ["L", "1"])
def test_grey_with_a_transparent_value(tmp_path, kind):
    grey = np.full((8, 8), 200, np.uint8)
    grey[:4] = 255
    picture = Image.fromarray(grey)
    picture = picture.convert("1", dither=Image.Dither.NONE) if kind == "1" else picture
    picture.save(tmp_path / "a.png", transparency=255)
    image, _ = read(tmp_path / "a.png")
    assert image[:, :4].max() == 0
    assert kind == "1" or image[0, 5, 0] * 255 == pytest.approx(200, abs=0.01)


def test_sixteen_bit_grey_with_a_transparent_value(tmp_path):
    values = np.full((8, 8), 40_000, np.uint16)
    values[:4] = 65535
    Image.fromarray(values).save(tmp_path / "a.png", transparency=65535)
    if "transparency" not in Image.open(tmp_path / "a.png").info:
        pytest.skip("this Pillow does not keep the value")
    image, _ = read(tmp_path / "a.png")
    assert image[:, :4].max() == 0
    assert image[0, 5, 5] == pytest.approx(40_000 / 65535)


@pytest.mark.parametrize("extra", [1, 2])
def test_grey_with_transparency(tmp_path, extra):
    pixels = np.full((8, 8, 2), 255, np.uint8)
    pixels[..., 0] = 180
    pixels[:, 4:] = 0
    page = tiff_files.page(pixels, tags=[(338, SHORT, (extra,))])
    image, _ = read(tiff_files.write(tmp_path / "a.tif", page))
    assert image[:, :, 4:].max() == 0
    assert image[0, 0, 0] * 255 == pytest.approx(180, abs=0.01)


def test_negative_numbers(tmp_path):
    heights = np.full((8, 8), 120, np.int16)
    heights[:2] = -9999
    path = tiff_files.write(tmp_path / "a.tif", tiff_files.page(heights))
    with pytest.raises(
        InputError, match=r"holds negative numbers \(down to -9999\).*gdal_translate"
    ):
        read_image(path)
    page = tiff_files.page(heights, tags=[(42113, ASCII, "-9999")])
    image, notices = read(tiff_files.write(tmp_path / "b.tif", page))
    assert image[:, :2].max() == 0
    assert image[0, 4, 4] * 255 == pytest.approx(120)
    assert notices


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("samples", [1, 3])
def test_floating_point_numbers_are_named_with_what_converts_them(tmp_path, dtype, samples):
    page = tiff_files.page(np.full((8, 8, samples), 0.5, dtype))
    path = tiff_files.write(tmp_path / "a.tif", page)
    with pytest.raises(InputError, match=r"floating-point.*gdal_translate -ot Byte -scale"):
        read_image(path)


def test_what_nobody_here_reads_is_named(tmp_path):
    if importlib.util.find_spec("rasterio"):
        pytest.skip("rasterio is here")
    own, strips = tiff_files.page(quadrants().astype(np.uint16))
    path = tiff_files.write(tmp_path / "a.tif", ({**own, 259: (SHORT, (5,))}, strips))
    with pytest.raises(
        InputError, match=r"3 bands of 16 bits, compression 5.*\[maps\].*gdal_trans"
    ):
        read_image(path)


def test_the_largest_page_is_the_picture(tmp_path):
    small = tiff_files.page(np.zeros((4, 4, 3), np.uint8), tags=[(254, LONG, (1,))])
    path = tiff_files.write(tmp_path / "a.tif", small, tiff_files.page(quadrants()))
    image, notices = read(path)
    assert_quadrants(image)
    assert picture_size(path) == (16, 16)
    assert not notices
    # Smaller, and not said to be a copy: still not the picture.
    unsaid = tiff_files.page(np.zeros((4, 4, 3), np.uint8))
    assert_quadrants(
        read_image(tiff_files.write(tmp_path / "b.tif", unsaid, tiff_files.page(quadrants())))
    )
    # A mask of the same size is no page.
    mask = tiff_files.page(np.zeros((16, 16), np.uint8), tags=[(254, LONG, (4,))])
    assert_quadrants(
        read(tiff_files.write(tmp_path / "c.tif", mask, tiff_files.page(quadrants())))[0]
    )


def test_a_stack_of_pages_is_said(tmp_path):
    pages = [tiff_files.page(quadrants()), tiff_files.page(np.zeros((16, 16, 3), np.uint8))]
    image, notices = read(tiff_files.write(tmp_path / "a.tif", *pages))
    assert_quadrants(image)
    assert "has 2 pages of this size; page 1 is read" in notices[0]


GEO_KEYS = (34735, SHORT, (1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3076, 0, 1, 9001))
SOUTH_UP = (34264, DOUBLE, (2.5, 0, 0, 500_000, 0, 2.5, 0, 5_000_000, 0, 0, 0, 0, 0, 0, 0, 1))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_raster_on_its_head_is_turned(tmp_path, dtype):
    pixels = quadrants()[::-1].astype(dtype) * dtype(257 if dtype is np.uint16 else 1)
    page = tiff_files.page(pixels, tags=[SOUTH_UP, GEO_KEYS])
    image, notices = read(tiff_files.write(tmp_path / "a.tif", page))
    assert_quadrants(image)
    assert "first row is the southern one" in notices[0]


def test_a_world_file_says_it_too(tmp_path):
    Image.fromarray(quadrants()[::-1]).save(tmp_path / "a.png")
    (tmp_path / "a.pgw").write_text("2.5\n0\n0\n2.5\n500000\n5000000\n")
    image, notices = read(tmp_path / "a.png")
    assert_quadrants(image)
    assert "a.pgw" in notices[0]


def test_what_programs_write_without_a_place_turns_nothing(tmp_path):
    nowhere = (34264, DOUBLE, (1.0, 0, 0, 0, 0, 1.0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1.0))
    image, notices = read(
        tiff_files.write(tmp_path / "a.tif", tiff_files.page(quadrants(), tags=[nowhere]))
    )
    assert_quadrants(image)
    assert not notices


def georeferenced(pixel, *keys, x=500_000.0, y=5_000_000.0):
    flat = [word for key in keys for word in (key[0], 0, 1, key[1])]
    return [
        (33550, DOUBLE, (pixel, pixel, 0.0)),
        (33922, DOUBLE, (0.0, 0.0, 0.0, x, y, 0.0)),
        (34735, SHORT, (1, 1, 0, len(keys), *flat)),
    ]


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        (georeferenced(0.25, (1024, 1), (3076, 9001)), None),
        (georeferenced(0.252, (1024, 1), (3076, 9001)), None),
        (georeferenced(0.625, (1024, 1), (3076, 9001)), "is 100 m wide"),
        (georeferenced(0.25 / 0.3048, (1024, 1), (3076, 9002)), None),
        (georeferenced(0.5, (1024, 1), (3076, 9002)), "is 24.38 m wide"),
        (georeferenced(0.25, (1024, 1), (3072, 3857), y=8_399_737.9), "is 20 m wide"),  # 60 degrees
        (georeferenced(0.25 / 111_319.49, (1024, 2), x=8.0, y=0.0), None),
        (georeferenced(1e-5, (1024, 2), x=8.0, y=0.0), "is 178.1 m wide"),
    ],
)
def test_the_files_own_scale_decides(tmp_path, tags, said):
    """A wider tile is cut, a much narrower one refused; nothing is said of one that fits."""
    pixels = np.kron(quadrants(), np.ones((10, 10, 1), np.uint8))
    path = tiff_files.write(tmp_path / "a.tif", tiff_files.page(pixels, tags=tags))
    if said is not None and float(said.split()[1]) < 32:
        with pytest.raises(InputError, match=f"{said}.*these weights see 40 m.*fetch 40 m"):
            read_tile(path, 16, extent_m=40.0)
        return
    tile, notices = read(path, read_tile, size=16, extent_m=40.0)
    assert_quadrants(tile)
    if said is None:
        assert not notices
    else:
        assert len(notices) == 1
        assert said in notices[0]
        assert "cut to that" in notices[0]
    assert not read(path)[1]  # a photograph has no extent to compare


def test_a_cut_is_compared_as_cut(tmp_path):
    wide = np.concatenate([quadrants(), quadrants()], axis=1)
    tags = georeferenced(2.5, (1024, 1), (3076, 9001))
    path = tiff_files.write(tmp_path / "a.tif", tiff_files.page(wide, tags=tags))
    assert not read(path, read_tile, size=16, crop="left", extent_m=40.0)[1]


@pytest.mark.parametrize(("top", "white"), [(1, 1.0), (255, 1.0), (65535, 1.0)])
def test_masks_in_sixteen_bits(tmp_path, top, white):
    mask = np.zeros((8, 8), np.uint16)
    mask[:4] = top
    Image.fromarray(mask).save(tmp_path / "m.png")
    read_back, _ = read(tmp_path / "m.png", read_mask)
    assert read_back[0, 0, 0] == white
    assert read_back[0, 7, 0] == 0


def test_in_python_a_notice_is_a_warning(tmp_path):
    page = tiff_files.page(quadrants().astype(np.uint16))
    path = tiff_files.write(tmp_path / "a.tif", page)
    with pytest.warns(Notice, match="8-bit values"):
        read_image(path)


def test_a_hidden_message_of_the_shared_cases(shared):
    """The files people really have (their quadrants are those of `quadrants`)."""
    folder = shared / "cases"
    if not folder.is_dir():
        pytest.skip("the cases are not here")
    for name, factor in {
        "I01/s2_pixel_rgb.tif": 255 / 220,
        "I01/s2_pixel.tif": 255 / 220,
        "I02/planar.tif": 1,
        "I03/rgbnir_band.tif": 1,
        "I03/rgbnir_default.tif": 1,
        "I05/uint16_0_255.tif": 1,
    }.items():
        image, _ = read(folder / name)
        for row, column in ((8, 8), (8, -8), (-8, 8), (-8, -8)):
            wanted = torch.tensor(quadrants()).permute(2, 0, 1)[:, row // 8, column // 8].float()
            assert torch.allclose(image[:, row, column] * 255, wanted * factor, atol=25), name
    assert read(folder / "I03" / "clip_of_naip.tif")[0][0, 0, 0] > 0.7
    assert read(folder / "I05" / "la_assoc_tif.tif")[0].max() > 0.5
    with pytest.raises(InputError, match="negative"):
        read_image(folder / "I05" / "int16_nodata.tif")
    _, notices = read(folder / "I07" / "geo100m.tif", read_tile, size=64, extent_m=40.0)
    assert "is 256 m wide" in notices[0]

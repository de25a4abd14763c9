"""True scale: what is wider is cut, what is a little narrower is mirrored, the rest is refused."""

import numpy as np
import pytest
import torch
from PIL import Image

from sat2density.errors import InputError, ShapeError
from sat2density.images import as_tiles, read_tile
from sat2density.notices import Notice, heard
from sat2density.scene_spec import SceneSpec

SPEC = SceneSpec(extent_m=40, tile_size=64, panorama_size=(64, 32), samples_per_ray=8)


def ramp(side=200):
    """Its red grows by one from west to east, its green from north to south."""
    red = np.broadcast_to(np.arange(side, dtype=np.uint8), (side, side))
    return np.dstack([red, red.T, np.zeros_like(red)])


def ways(pixels, tmp_path):
    Image.fromarray(pixels).save(tmp_path / "a.png")
    floats = torch.from_numpy(pixels.transpose(2, 0, 1).copy()) / 255
    return [tmp_path / "a.png", pixels, Image.fromarray(pixels), floats, floats.numpy()]


@pytest.mark.parametrize("way", range(5))
def test_a_wider_tile_is_cut_around_its_middle(way, tmp_path):
    given = ways(ramp(), tmp_path)[way]
    with pytest.warns(Notice, match="is 50 m wide .as was said., and these weights see 40 m: cut"):
        tile = read_tile(given, 64, extent_m=40.0, own_m=50.0)
    # 160 of 200 pixels are left: from 20 to 180, 2.5 of them a pixel of the tile.
    expected = (20 + 2.5 * (torch.arange(64) + 0.5) - 0.5) / 255
    inner = slice(3, -3)
    assert torch.allclose(tile[0, 30, inner], expected[inner], atol=0.003)
    assert torch.allclose(tile[1, inner, 30], expected[inner], atol=0.003)


@pytest.mark.parametrize("way", range(5))
def test_a_margin_is_mirrored_outwards(way, tmp_path):
    given = ways(ramp(), tmp_path)[way]
    with pytest.warns(Notice, match="its margin is mirrored outwards"):
        tile = read_tile(given, 64, extent_m=40.0, own_m=36.0)
    # 200 pixels are 36 m: 222.2 are wanted, 11.1 of them beyond each border.
    places = -100 / 9 + 200 / 36 * 40 / 64 * (torch.arange(64) + 0.5) - 0.5
    inner = slice(6, -6)
    assert torch.allclose(tile[0, 30, inner], places[inner] / 255, atol=0.004)
    assert tile[0, 30, 0] > tile[0, 30, 3]  # beyond the border it runs back


@pytest.mark.parametrize("way", range(5))
def test_what_lies_beyond_the_tile_is_read_where_it_is_there(way, tmp_path):
    given = ways(ramp(), tmp_path)[way]
    wide = read_tile(given, 64, extent_m=40.0, own_m=50.0, margin=8)
    assert wide.shape == (3, 80, 80)
    # 200 pixels are 50 m: 2.5 of them a pixel of the tile, and none is cut off.
    expected = (2.5 * (torch.arange(80) + 0.5) - 0.5) / 255
    assert torch.allclose(wide[0, 30, 3:-3], expected[3:-3], atol=0.003)
    with heard(lambda text: None):
        assert read_tile(given, 64, extent_m=40.0, own_m=49.0, margin=8).shape == (3, 64, 64)
    assert read_tile(given, 64, extent_m=40.0, margin=8).shape == (3, 64, 64)
    with heard(lambda text: None):
        tiles, _ = as_tiles([given, given], SPEC, own_m=60.0, margin=8)
    assert tiles.shape == (2, 3, 80, 80)


def test_a_little_is_cut_without_a_word(recwarn):
    read_tile(ramp(), 64, extent_m=40.0, own_m=40.5)
    read_tile(ramp(), 64, extent_m=40.0, own_m=40.0)
    assert not recwarn.list


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (20.0, "is 20 m wide .*these weights see 40 m: too much.*at least 32 m"),
        (31.9, "at least 32 m"),
        (4000.0, "only 2 of its 200 pixels would be left"),
        (0.0, "1 to 100000 metres"),
        (float("nan"), "1 to 100000 metres"),
        (-40.0, "1 to 100000 metres"),
        ("40", "1 to 100000 metres"),
    ],
)
def test_what_cannot_be_cut_is_refused(own, said):
    with pytest.raises(InputError, match=said):
        read_tile(ramp(), 64, extent_m=40.0, own_m=own)


def test_sixteen_bit_grey_and_a_crop(tmp_path):
    grey = (np.arange(200 * 300).reshape(200, 300) % 60000).astype(np.uint16)
    Image.fromarray(grey).save(tmp_path / "g.png")
    with pytest.warns(Notice, match="50 m wide"):
        tile = read_tile(tmp_path / "g.png", 64, crop="centre", extent_m=40.0, own_m=50.0)
    assert tile.shape == (3, 64, 64)
    assert tile.max() <= 1


def test_a_world_file_brings_its_own_width(tmp_path):
    Image.fromarray(ramp()).save(tmp_path / "a.png")
    (tmp_path / "a.pgw").write_text("0.25\n0\n0\n-0.25\n500000\n5000000\n")
    with pytest.warns(Notice, match=r"50 m wide \(a.pgw\)"):
        own = read_tile(tmp_path / "a.png", 64, extent_m=40.0)
    with pytest.warns(Notice):
        said = read_tile(ramp(), 64, extent_m=40.0, own_m=50.0)
    assert torch.equal(own, said)
    with pytest.warns(Notice, match=r"40 m and 3.75 m beyond: cut"):
        read_tile(ramp(), 64, extent_m=40.0, own_m=50.0, margin=6)
    # what is said counts more than the file
    with pytest.warns(Notice, match=r"is 50 m wide by a.pgw; taken as 40 m wide, as was said"):
        said = read_tile(tmp_path / "a.png", 64, extent_m=40.0, own_m=40.0)
    assert not torch.equal(said, own)


@pytest.mark.parametrize("text", ["0.25\n0\nzero\n", "nan\n" * 6, "0\n" * 6, "", "1 2 3"])
def test_a_world_file_that_is_none_is_named(text, tmp_path):
    Image.fromarray(ramp()).save(tmp_path / "a.png")
    (tmp_path / "a.pgw").write_text(text)
    with pytest.warns(Notice, match=r"a\.png: a\.pgw beside it is no world file.* left out"):
        tile = read_tile(tmp_path / "a.png", 64, extent_m=40.0)
    assert torch.equal(tile, read_tile(ramp(), 64))


def test_batches():
    one = torch.rand(3, 64, 64)
    for given in ([one, one], (one, one), torch.stack([one, one]), torch.stack([one, one]).numpy()):
        tiles, many = as_tiles(given, SPEC)
        assert many
        assert torch.equal(tiles, torch.stack([one, one]))
    tiles, many = as_tiles(one, SPEC)
    assert not many
    assert torch.equal(tiles, one[None])
    assert as_tiles([ramp(), one], SPEC)[0].shape == (2, 3, 64, 64)
    assert as_tiles(np.stack([ramp()] * 2), SPEC)[0].shape == (2, 3, 64, 64)
    with pytest.raises(ShapeError, match="empty"):
        as_tiles([], SPEC)
    with pytest.raises(ShapeError, match="not square"):
        as_tiles(torch.rand(3, 30, 60), SPEC)

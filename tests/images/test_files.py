"""Picture files: every kind that is promised, and every way in which a file can be bad."""

import struct
import zlib

import numpy as np
import pytest
import torch
from PIL import Image

from sat2density.errors import InputError, OutputError, ShapeError
from sat2density.images import (
    picture_size,
    read_image,
    read_mask,
    read_tile,
    resize_image,
    save_image,
)


@pytest.fixture
def pixels():
    rows, columns = np.mgrid[0:24, 0:32]
    return np.stack([columns * 8, rows * 10, (rows + columns) * 4], -1).astype(np.uint8)


def as_tensor(pixels):
    return torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)


@pytest.mark.parametrize("suffix", ["png", "tiff", "bmp", "webp"])
def test_lossless_kinds_give_the_very_pixels(tmp_path, pixels, suffix):
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(pixels).save(path, **({"lossless": True} if suffix == "webp" else {}))
    image = read_image(path)
    assert image.dtype == torch.float32
    assert torch.equal(image, as_tensor(pixels))


def test_jpeg_is_near_and_recognised_under_another_name(tmp_path, pixels):
    path = tmp_path / "a.png"
    Image.fromarray(pixels).save(path, format="JPEG", quality=95)
    assert (read_image(path) - as_tensor(pixels)).abs().mean() < 0.02


def test_sixteen_bit_grey_keeps_its_precision(tmp_path):
    values = np.array([[0, 1, 65535], [256, 32768, 40000]], np.uint16)
    for suffix in ("png", "tiff"):
        Image.fromarray(values).save(tmp_path / f"g.{suffix}")
        image = read_image(tmp_path / f"g.{suffix}")
        assert image.shape == (3, 2, 3)
        assert torch.equal(image[0], image[2])
        assert torch.equal((image[1] * 65535).round(), torch.from_numpy(values.astype(np.float32)))


def rgb_png(path, size, bits, rows):
    """An RGB PNG written by hand: Pillow cannot write 16 bits, and a bomb is quicker made than
    compressed.
    """

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", *size, bits, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def test_sixteen_bit_rgb_is_read_to_eight_bits(tmp_path):
    rgb_png(tmp_path / "a.png", (2, 1), 16, b"\0" + struct.pack(">6H", *(65535, 32768, 0) * 2))
    image = read_image(tmp_path / "a.png")
    assert image[:, 0, 0].tolist() == pytest.approx([1.0, 0.5, 0.0], abs=1 / 255)


def test_grey_one_bit_palette_and_cmyk(tmp_path, pixels):
    picture = Image.fromarray(pixels)
    picture.convert("L").save(tmp_path / "l.png")
    grey = read_image(tmp_path / "l.png")
    assert grey.shape == (3, 24, 32)
    assert torch.equal(grey[0], grey[1])
    picture.convert("1").save(tmp_path / "1.png")
    assert set(read_image(tmp_path / "1.png").unique().tolist()) == {0.0, 1.0}
    picture.quantize(200).save(tmp_path / "p.png")
    assert (read_image(tmp_path / "p.png") - as_tensor(pixels)).abs().mean() < 0.03
    picture.convert("CMYK").save(tmp_path / "c.jpg", quality=95)
    assert (read_image(tmp_path / "c.jpg") - as_tensor(pixels)).abs().mean() < 0.05


def test_alpha_what_is_transparent_becomes_black(tmp_path, pixels):
    alpha = np.full((24, 32, 1), 255, np.uint8)
    alpha[:, 16:] = 0
    Image.fromarray(np.concatenate([pixels, alpha], -1)).save(tmp_path / "a.png")
    image = read_image(tmp_path / "a.png")
    assert torch.equal(image[:, :, :16], as_tensor(pixels)[:, :, :16])
    assert image[:, :, 16:].max() == 0


def test_exif_rotation_is_undone(tmp_path, pixels):
    picture = Image.fromarray(pixels)
    exif = picture.getexif()
    exif[0x0112] = 6  # the camera was held so that the picture must be turned 90 degrees clockwise
    picture.save(tmp_path / "a.png", exif=exif)
    image = read_image(tmp_path / "a.png")
    assert image.shape == (3, 32, 24)
    assert picture_size(tmp_path / "a.png") == (24, 32)
    assert torch.equal(image, torch.rot90(as_tensor(pixels), -1, (1, 2)))


def test_a_tile_must_be_square_or_say_how_to_cut_it(tmp_path, pixels):
    Image.fromarray(pixels).save(tmp_path / "a.png")
    with pytest.raises(
        InputError, match=r"a\.png: the tile is 32x24 pixels, not square.*--crop centre"
    ):
        read_tile(tmp_path / "a.png", 24)
    whole = as_tensor(pixels)
    assert torch.equal(read_tile(tmp_path / "a.png", 24, "centre"), whole[:, :, 4:28])
    assert torch.equal(read_tile(tmp_path / "a.png", 24, "left"), whole[:, :, :24])
    assert torch.equal(read_tile(tmp_path / "a.png", 24, "right"), whole[:, :, 8:])
    assert read_tile(tmp_path / "a.png", 100, "centre").shape == (3, 100, 100)
    with pytest.raises(InputError, match="did you mean 'centre'"):
        read_tile(tmp_path / "a.png", 24, "center")
    with pytest.raises(InputError, match="would not make it square"):
        read_tile(tmp_path / "a.png", 24, "top")


def test_resizing_halves_by_the_stated_filter(tmp_path, pixels):
    Image.fromarray(pixels).save(tmp_path / "a.png")
    expected = np.asarray(Image.fromarray(pixels).resize((16, 12), Image.Resampling.BICUBIC))
    assert torch.equal(read_image(tmp_path / "a.png", size=(16, 12)), as_tensor(expected))
    assert torch.equal(resize_image(as_tensor(pixels), (16, 12)), as_tensor(expected))
    flat = np.full((8, 8), 40001, np.uint16)
    Image.fromarray(flat).save(tmp_path / "g.png")
    assert torch.equal(read_image(tmp_path / "g.png", size=4)[0], torch.full((4, 4), 40001 / 65535))


def test_masks_grey_colour_sixteen_bit_and_zeros_and_ones(tmp_path):
    mask = np.zeros((6, 8), np.uint8)
    mask[:3] = 255
    expected = torch.from_numpy(mask / 255).float()[None]
    Image.fromarray(mask).save(tmp_path / "a.png")
    Image.fromarray(np.dstack([mask] * 3)).save(tmp_path / "b.png")
    Image.fromarray(mask // 255).save(tmp_path / "c.png")
    Image.fromarray(mask.astype(np.uint16) * 257).save(tmp_path / "d.png")
    Image.fromarray(mask).convert("1").save(tmp_path / "e.png")
    for name in "abcde":
        assert torch.equal(read_mask(tmp_path / f"{name}.png"), expected)
    assert torch.equal(read_mask(tmp_path / "a.png", (4, 2))[0, :, 0], torch.tensor([1.0, 0.0]))


@pytest.mark.parametrize("suffix", ["png", "tif", "bmp"])
def test_save_and_read_again(tmp_path, pixels, suffix):
    path = tmp_path / f"out.{suffix}"
    save_image(path, as_tensor(pixels))
    assert torch.equal(read_image(path), as_tensor(pixels))
    save_image(path, as_tensor(pixels)[:1])
    assert torch.equal(read_image(path)[:1], as_tensor(pixels)[:1])
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_saving_refuses_what_is_no_picture(tmp_path):
    with pytest.raises(ShapeError, match=r"got \(2, 4, 4\)"):
        save_image(tmp_path / "a.png", torch.zeros(2, 4, 4))
    with pytest.raises(ShapeError, match="not finite"):
        save_image(tmp_path / "a.png", torch.full((3, 4, 4), torch.nan))
    with pytest.raises(OutputError, match="no kind of picture"):
        save_image(tmp_path / "a.xyz", torch.zeros(3, 4, 4))
    assert not list(tmp_path.iterdir())


def bad_files(folder, pixels):
    """One file of each bad kind -> the words the error must have."""
    (folder / "empty.png").touch()
    (folder / "text.png").write_text("no picture")
    (folder / "folder.png").mkdir()
    Image.fromarray(pixels).save(folder / "whole.png")
    Image.fromarray(pixels).save(folder / "whole.jpg")
    for suffix in ("png", "jpg"):
        data = (folder / f"whole.{suffix}").read_bytes()
        (folder / f"cut.{suffix}").write_bytes(data[: len(data) * 6 // 10])
    Image.fromarray(np.ones((4, 4), np.float32)).save(folder / "float.tiff")
    rgb_png(folder / "bomb.png", (40000, 40000), 8, b"")
    rgb_png(folder / "large.png", (12000, 12000), 8, b"")
    Image.fromarray(pixels).save(folder / "a.gif")
    return {
        "missing.png": "no such file",
        "empty.png": r"empty \(0 bytes\)",
        "text.png": "not a picture",
        "folder.png": "is a folder",
        "cut.png": "damaged or cut short",
        "cut.jpg": "damaged or cut short",
        "float.tiff": "floating-point",
        "bomb.png": "too large to be read safely",
        "large.png": "12000x12000 pixels are too many",
        "a.gif": "is a GIF; save it as PNG",
    }


@pytest.mark.parametrize("read", [read_image, read_mask, lambda path: read_tile(path, 8)])
def test_bad_files_are_one_sentence_that_names_the_file(tmp_path, pixels, read):
    for name, words in bad_files(tmp_path, pixels).items():
        with pytest.raises(InputError, match=words) as caught:
            read(tmp_path / name)
        assert str(caught.value).startswith(str(tmp_path / name))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tiff"])
def test_damaged_bytes_give_a_picture_or_one_sentence(tmp_path, pixels, suffix):
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(pixels).save(path)
    whole = path.read_bytes()
    rng = np.random.default_rng(3)
    read, refused = 0, []
    for _ in range(60):
        damaged = bytearray(whole[: int(rng.integers(8, len(whole) + 1))])
        for place in rng.integers(0, len(damaged), 4):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            read += read_image(path).shape[0] == 3
        except InputError as error:
            refused.append(str(error))
    assert read + len(refused) == 60
    assert refused
    assert all(message.startswith(str(path)) and "\n" not in message for message in refused)

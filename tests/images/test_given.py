"""Pictures and masks in memory: each form gives the same picture, and what is none is refused."""

import numpy as np
import pytest
import torch
from PIL import Image

from sat2density.errors import InputError, ShapeError
from sat2density.images import read_image, read_mask
from sat2density.notices import Notice

PIXELS = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)
EXACT = torch.from_numpy(PIXELS.transpose(2, 0, 1).astype(np.float32)) / 255


@pytest.fixture
def path(tmp_path):
    Image.fromarray(PIXELS).save(tmp_path / "a.png")
    return tmp_path / "a.png"


def forms(path):
    return {
        "path": path,
        "text": str(path),
        "pillow": Image.open(path),
        "bytes": PIXELS,
        "bytes, channels first": PIXELS.transpose(2, 0, 1),
        "floats": EXACT.numpy(),
        "doubles, channels last": EXACT.permute(1, 2, 0).double().numpy(),
        "tensor": EXACT,
        "tensor of bytes": (EXACT * 255).round().to(torch.uint8),
        "tensor, channels last": EXACT.permute(1, 2, 0),
    }


@pytest.mark.parametrize("form", range(10))
def test_every_form_is_the_same_picture(path, form):
    given = list(forms(path).values())[form]
    found = read_image(given)
    assert found.dtype == torch.float32
    assert torch.allclose(found, EXACT, atol=1e-6)


def test_grey_transparency_and_floats_keep_what_they_say():
    grey = read_image(np.full((2, 3), 51, np.uint8))
    assert grey.shape == (3, 2, 3)
    assert torch.allclose(grey, torch.tensor(0.2))
    clear = Image.new("RGBA", (3, 2), (255, 255, 255, 0))
    assert not read_image(clear).any()
    assert not read_image(np.asarray(clear)).any()
    fine = torch.rand(3, 5, 5) / 7
    assert torch.equal(read_image(fine), fine)
    half = torch.rand(3, 4, 4, dtype=torch.float16)
    assert torch.equal(read_image(half), half.float())


def test_a_pillow_picture_is_turned_upright(tmp_path):
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(PIXELS).save(tmp_path / "turned.jpg", exif=exif)
    assert read_image(Image.open(tmp_path / "turned.jpg")).shape == (3, 8, 6)


def test_a_list_is_a_batch(path):
    assert read_image([path, PIXELS, EXACT]).shape == (3, 3, 6, 8)
    with pytest.raises(ShapeError, match=r"picture 2: is 4x4 pixels and the first 8x6; say size="):
        read_image([path, np.zeros((4, 4, 3), np.uint8)])
    assert read_image([path, np.zeros((4, 4, 3), np.uint8)], size=5).shape == (2, 3, 5, 5)
    with pytest.raises(ShapeError, match="empty"):
        read_image([])
    assert read_mask([np.ones((2, 2), bool), torch.zeros(1, 2, 2)]).shape == (2, 1, 2, 2)


def test_size_and_crop_work_in_memory(path):
    for given in (PIXELS, EXACT, Image.open(path)):
        small = read_image(given, crop="left", size=4)
        assert torch.allclose(small, read_image(path, crop="left", size=4), atol=1e-6)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (EXACT * 255, r"expected values in \[0, 1\].*divide 8-bit values by 255"),
        (EXACT.numpy() * 2 - 1, r"expected values in \[0, 1\]"),
        (EXACT * float("nan"), "not finite"),
        (torch.full((3, 4, 4), float("inf")), "not finite"),
        (np.zeros((5, 6, 7), np.float32), r"expected \(3, H, W\), got \(5, 6, 7\)"),
        (np.zeros((5, 5, 5), np.uint8), r"expected \(H, W, 3\)"),
        (np.zeros((0, 4, 3), np.uint8), r"expected \(H, W, 3\)"),
        (torch.zeros(0, 4, 4), "empty"),
        (np.zeros(7), r"got \(7,\)"),
        (np.array(["a", "b"]), "expected bytes or floats"),
        (np.zeros((4, 4), complex), "expected bytes or floats"),
        (np.array([[object()]]), "expected bytes or floats"),
        (-np.ones((4, 4, 3), np.int16), "negative"),
        (np.full((4, 4, 3), 2**20), "beyond 16 bits"),
        (17, "give a path, a PIL picture"),
        (None, "give a path, a PIL picture"),
        ({"a": 1}, "not dict"),
        (Image.new("F", (4, 4)), "no white"),
        (Image.new("RGB", (0, 4)), "cannot be taken"),
        ("nowhere.png", "nowhere.png"),
    ],
)
def test_what_is_no_picture_is_refused(given, said):
    with pytest.raises(InputError, match=said):
        read_image(given)


def test_a_damaged_file_that_pillow_opened(tmp_path):
    Image.fromarray(PIXELS.repeat(20, 0).repeat(20, 1)).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match="picture: is damaged or cut short"):
        read_image(Image.open(tmp_path / "cut.png"))


def test_sixteen_bits_are_assumed_as_in_files():
    with pytest.warns(Notice, match="its 16-bit values end at 4000"):
        found = read_image(np.full((4, 4, 3), 4000, np.uint16))
    assert torch.allclose(found, torch.tensor(1.0))


@pytest.mark.parametrize(
    "given",
    [
        np.array([[True, False]]),
        np.array([[1, 0]], np.uint8),
        np.array([[255, 0]], np.uint8),
        np.array([[1.0, 0.0]]),
        torch.tensor([[[True, False]]]),
        torch.tensor([[[1.0, 0.0]]]),
        torch.tensor([[[1.0, 0.0]]]).expand(3, -1, -1),
        Image.fromarray(np.array([[255, 0]], np.uint8)),
        Image.fromarray(np.array([[True, False]])),
    ],
)
def test_masks_of_every_form(given):
    assert torch.allclose(read_mask(given), torch.tensor([[[1.0, 0.0]]]), atol=1e-6)
    assert read_mask(given, size=(4, 2)).shape == (1, 2, 4)

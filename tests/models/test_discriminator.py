import pytest
import torch
from golden_files import NAMES, golden, largest_difference

from sat2density.models.architecture import Architecture
from sat2density.models.discriminator import (
    Discriminator,
    crop_grid,
    perspective_crop,
)


@pytest.mark.parametrize("name", NAMES)
def test_golden_outputs(golden_root, name):
    gold = golden(golden_root, name)
    io, discriminator = gold.both, gold.discriminator
    expected = gold.io["disc_perspective_grid"]
    step = 128 // expected.shape[1]  # every step-th row and column is kept
    grid = crop_grid(io["disc_yaw_deg"], io["disc_pitch_deg"])[:, ::step, ::step]
    assert largest_difference(grid, expected) < 1e-5
    for kind, picture in (("real", io["disc_real"]), ("fake", io["view0_pred"])):
        with torch.no_grad():
            outputs = discriminator(picture, io["disc_yaw_deg"], io["disc_pitch_deg"])
        assert len(outputs) == (3 if name == "cvact" else 2)
        for index, output in enumerate(outputs):
            assert largest_difference(output.score, io[f"disc_{kind}_out{index}"]) < 1e-4
            assert len(output.features) == 4
            if kind == "fake":
                features = gold.io[f"disc_fake_feat{index}_last"]
                assert largest_difference(output.features[-1][: len(features)], features) < 1e-4


def test_the_crops_middle_by_hand():
    # Pixel (64, 64) looks straight ahead: yaw 90 to the right, then pitch 30 (the row falls by 2 *
    # 30 / 180).
    grid = crop_grid(torch.tensor([0, 90, 0]), torch.tensor([0, 0, 30]))[:, 64, 64]
    assert torch.allclose(grid, torch.tensor([[0, 0], [0.5, 0], [0, -1 / 3]]), atol=1e-6)
    # The left edge of the straight view is half the field of view to the left.
    assert torch.allclose(
        crop_grid(torch.zeros(1), torch.zeros(1))[0, 64, 0],
        torch.tensor([-50 / 180, 0.0]),
        atol=1e-6,
    )


def test_crop_of_one_colour_is_that_colour_times_0_99():
    crop = perspective_crop(
        torch.full((1, 3, 32, 64), 0.5), torch.tensor([17]), torch.tensor([-40])
    )
    assert crop.shape == (1, 3, 128, 128)
    assert torch.allclose(crop, torch.tensor(0.495))


def test_gradients_reach_the_picture_from_every_view():
    torch.manual_seed(0)
    discriminator = Discriminator(Architecture.named("tiny"))
    for view in range(3):
        picture = torch.rand(1, 3, 32, 64, requires_grad=True)
        output = discriminator(picture, torch.tensor([10]), torch.tensor([5]))[view]
        (output.score.square().mean() + output.features[-1].mean()).backward()
        assert picture.grad.abs().max() > 0

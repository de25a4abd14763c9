"""Losses: the golden files' numbers, and numbers worked out by hand."""

import math
from types import SimpleNamespace

import pytest
import torch
from golden_files import NAMES
from golden_files import golden as golden_case

from sat2density.errors import InputError, ShapeError
from sat2density.training import losses


def patch(score, features=()):
    return SimpleNamespace(
        score=torch.as_tensor(score, dtype=torch.float32), features=list(features)
    )


@pytest.fixture(params=NAMES)
def golden(golden_root, request):
    case = golden_case(golden_root, request.param)
    return case.meta["losses"], case.both


def test_golden_reconstruction_terms(golden):
    values, arrays = golden
    fake, real = arrays["view0_pred"], arrays["disc_real"]
    assert float(losses.l1(fake, real)) == pytest.approx(values["l1"], abs=1e-6)
    assert float(losses.l2(fake, real)) == pytest.approx(values["l2"], abs=1e-6)
    assert float(losses.kl(arrays["style_mu"], arrays["style_logvar"])) == pytest.approx(
        values["kl"], abs=1e-6
    )
    ours = losses.opacity(arrays["view0_opacity"], arrays["sky_mask"])
    assert float(ours) == pytest.approx(values["opacity_l1"], abs=1e-6)


@pytest.mark.parametrize("mode", losses.GAN_MODES)
def test_golden_adversarial_terms(golden, mode):
    values, arrays = golden
    fake, real = (
        [patch(arrays[name]) for name in sorted(arrays) if name.startswith(f"disc_{who}_out")]
        for who in ("fake", "real")
    )
    assert float(losses.generator_gan(fake, mode)) == pytest.approx(
        values[f"gan_{mode}_g"], abs=1e-5
    )
    assert float(losses.discriminator_gan(fake, False, mode)) == pytest.approx(
        values[f"gan_{mode}_d_fake"], abs=1e-5
    )
    assert float(losses.discriminator_gan(real, True, mode)) == pytest.approx(
        values[f"gan_{mode}_d_real"], abs=1e-5
    )


@pytest.mark.parametrize("name", NAMES)
def test_golden_feature_matching(golden_root, name):
    """With the golden discriminator's own features."""
    case = golden_case(golden_root, name)
    arrays, network = case.both, case.discriminator.eval()
    with torch.no_grad():
        fake, real = (
            network(arrays[picture], arrays["disc_yaw_deg"], arrays["disc_pitch_deg"])
            for picture in ("view0_pred", "disc_real")
        )
    expected = case.meta["losses"]["feature_matching"]
    assert float(losses.feature_matching(fake, real)) == pytest.approx(expected, abs=2e-4)


def test_by_hand():
    a, b = torch.tensor([[[[0.5, 1.0]]]]), torch.tensor([[[[0.0, 0.5]]]])
    assert float(losses.l1(a, b)) == 0.5
    assert float(losses.l2(a, b)) == 0.25
    one, zero = torch.ones(1, 2), torch.zeros(1, 2)
    assert float(losses.kl(one, zero)) == 0.5
    assert float(losses.kl(zero, zero)) == 0
    assert float(losses.opacity(torch.ones(1, 1, 1, 2), torch.tensor([[[[0.0, 1.0]]]]))) == 0.5


def test_gan_by_hand():
    zero = [patch([[[[0.0]]]])]
    assert float(losses.generator_gan(zero)) == pytest.approx(math.log(2))
    assert float(losses.discriminator_gan(zero, True, "hinge")) == 1
    assert float(losses.discriminator_gan([patch([[[[2.0]]]])], True, "hinge")) == 0
    assert float(losses.discriminator_gan([patch([[[[2.0]]]])], False, "hinge")) == 3
    assert float(losses.generator_gan([patch([[[[2.0]]]])], "hinge")) == -2
    assert float(losses.generator_gan([patch([[[[3.0]]]])], "least_square")) == 2
    assert float(losses.discriminator_gan([patch([[[[3.0]]]])], False, "wasserstein")) == 3
    both = [patch([[[[1.0]]]]), patch([[[[3.0, 3.0]]]])]
    assert (
        float(losses.generator_gan(both, "wasserstein")) == -2
    )  # mean over networks, not over patches


def test_feature_matching_by_hand_and_constant_truth():
    ours = [torch.ones(1, 1, 1, 1, requires_grad=True), torch.zeros(1, 2, 1, 1)]
    theirs = [torch.zeros(1, 1, 1, 1, requires_grad=True), torch.full((1, 2, 1, 1), 2.0)]
    loss = losses.feature_matching([patch(0.0, ours)], [patch(0.0, theirs)])
    assert loss.item() == 3
    loss.backward()
    assert ours[0].grad is not None
    assert theirs[0].grad is None


def test_r1_of_a_linear_judge():
    pictures = torch.rand(2, 3, 4, 4, requires_grad=True)
    slope = torch.full((1, 3, 4, 4), 0.5)
    assert losses.r1((pictures * slope).sum(), pictures).item() == pytest.approx(0.5 * 48 * 0.25)


def test_density_penalties():
    assert float(losses.density_l1(torch.tensor([[[[2.0]], [[4.0]]]]))) == 3
    assert float(losses.density_log(torch.full((1, 2, 1, 1), math.e - 1))) == pytest.approx(1)


def column(*layers):
    return torch.tensor(layers, dtype=torch.float32)[None, :, None, None]


def test_overhang_fills_and_does_not_remove():
    solid = 1e6
    assert float(losses.overhang(column(solid, solid, 0), 1.0)) == 0
    floating = column(0, 0, solid).requires_grad_()
    loss = losses.overhang(floating, 1.0)
    assert loss.item() == pytest.approx(0.5)
    loss.backward()
    assert floating.grad[0, 1] < 0  # more density under the roof lowers the loss
    assert floating.grad[0, 2] == 0  # the roof itself is left alone


def test_expected_height():
    solid = 1e4
    assert float(losses.expected_height(column(0, 0, 0), 1.0)) == 0
    assert float(losses.expected_height(column(solid, 0, 0), 1.0)) == pytest.approx(1)
    assert float(losses.expected_height(column(solid, 0, solid), 1.0)) == pytest.approx(3)
    half = math.log(2)
    assert float(losses.expected_height(column(solid, half, 0), 1.0)) == pytest.approx(
        1.5, rel=1e-3
    )


def test_smoothness_spares_edges():
    step = torch.zeros(1, 1, 4, 4)
    step[..., 2:] = 1
    plain = torch.zeros(1, 3, 4, 4)
    edged = step.expand(-1, 3, -1, -1)
    assert float(losses.edge_smoothness(torch.ones(1, 1, 4, 4), plain)) == 0
    assert float(losses.edge_smoothness(step, plain)) == pytest.approx(4 / 12 / 2)
    assert float(losses.edge_smoothness(step, edged)) == pytest.approx(4 / 12 / 2 * math.exp(-10))
    large = torch.zeros(1, 3, 8, 8)
    assert float(losses.edge_smoothness(step, large)) == pytest.approx(4 / 12 / 2)


def test_colour_agreement_is_blind_to_light_and_sees_colour_in_the_wrong_place():
    torch.manual_seed(0)
    tile = torch.rand(2, 3, 8, 16)
    brighter = 0.5 * tile + torch.tensor([0.1, 0.2, 0.3])[None, :, None, None]
    assert float(losses.colour_agreement(tile, brighter)) == pytest.approx(0, abs=1e-3)
    assert float(losses.colour_agreement(tile, brighter.roll(3, -1))) > 0.1


def test_colour_agreement_pulls_towards_what_stands_there():
    truth = torch.tensor([0.2, 0.2, 0.8, 0.8]).expand(1, 3, 2, 4)
    seen = torch.tensor([0.2, 0.2, 0.4, 0.8]).expand(1, 3, 2, 4).clone().requires_grad_()
    (gradient,) = torch.autograd.grad(losses.colour_agreement(seen, truth), seen)
    assert bool((gradient[..., 2] < 0).all())


def test_refusals():
    with pytest.raises(ShapeError, match=r"\(1, 2\).*\(2, 1\)"):
        losses.l1(torch.zeros(1, 2), torch.zeros(2, 1))
    with pytest.raises(InputError, match="GAN mode"):
        losses.generator_gan([patch([[[[0.0]]]])], "hinges")


def test_cross_entropy_pushes_empty_rays_hard():
    opacity = torch.tensor([[[[0.0, 1.0]]]], requires_grad=True)
    right, wrong = torch.tensor([[[[1.0, 0.0]]]]), torch.tensor([[[[0.0, 1.0]]]])
    assert losses.opacity_bce(opacity, right).item() == pytest.approx(-math.log(1.01))
    loss = losses.opacity_bce(opacity, wrong)
    assert loss.item() == pytest.approx(-math.log(0.01))
    loss.backward()
    assert opacity.grad.flatten().tolist() == pytest.approx(
        [-50, 50]
    )  # 1 / floor, mean over two pixels
    half = losses.opacity_bce(torch.full((1, 1, 1, 1), 0.5), torch.ones(1, 1, 1, 1), floor=0.0)
    assert half.item() == pytest.approx(math.log(2))


def test_a_reserve_asks_for_more_density_where_a_ray_surely_ends():
    opacity, none = torch.full((1, 1, 1, 1), 0.75, requires_grad=True), torch.zeros(1, 1, 1, 1)
    loss = losses.opacity_bce(opacity, none, floor=0.0, margin=2)  # sqrt(1 - 0.75) = 0.5 passes
    assert loss.item() == pytest.approx(math.log(2))
    sky = losses.opacity_bce(opacity, 1 - none, floor=0.0, margin=2)
    assert sky.item() == pytest.approx(2 * math.log(2))  # sky is judged as without

    def pull(margin, start=0.99):  # along the optical depth
        thickness = torch.tensor(-math.log(1 - start), requires_grad=True)
        losses.opacity_bce(
            (1 - torch.exp(-thickness)).reshape(1, 1, 1, 1), none, margin=margin
        ).backward()
        return float(-thickness.grad)

    assert pull(8) > 5 * pull(1) > 0
    solid = torch.ones(1, 1, 1, 1, requires_grad=True)
    losses.opacity_bce(solid, none, margin=8).backward()
    assert torch.isfinite(solid.grad).all()


def test_texture_sees_how_much_detail_there_is_and_not_where_it_falls():
    rows = torch.arange(32.0)
    stripes = (0.5 + 0.1 * torch.cos(math.pi * rows)).expand(
        1, 3, 32, 32
    )  # 0.6, 0.4, ... along each row
    grey = torch.full_like(stripes, 0.5)
    assert float(losses.texture(stripes, stripes.roll(1, -1))) == pytest.approx(0, abs=1e-6)
    # Steps of 0.2 in every column at full size (root of 0.04 + 1e-5), none at half size, none along
    # the other axis.
    step = math.sqrt(0.04 + 1e-5) - math.sqrt(1e-5)
    assert float(losses.texture(stripes, grey)) == pytest.approx(step / 4, rel=1e-3)
    assert float(losses.texture(stripes, stripes.transpose(-1, -2))) == pytest.approx(
        step / 2, rel=1e-3
    )


def test_texture_can_ask_for_a_share_of_the_roughness():
    torch.manual_seed(0)
    target = torch.rand(1, 3, 32, 32)
    half = 0.5 + (target - 0.5) / 2  # gradients, and so their roots, are halved
    assert float(losses.texture(half, target, share=0.5)) == pytest.approx(0, abs=1e-4)
    assert float(losses.texture(half, target)) > 0.05


def test_texture_pulls_a_rough_picture_towards_a_flat_one():
    torch.manual_seed(0)
    picture = torch.rand(1, 3, 32, 32, requires_grad=True)
    before = losses.texture(picture, torch.full((1, 3, 32, 32), 0.5))
    (gradient,) = torch.autograd.grad(before, picture)
    after = losses.texture(picture.detach() - 20 * gradient, torch.full((1, 3, 32, 32), 0.5))
    assert float(after) < float(before.detach())

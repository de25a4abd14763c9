import pytest
import torch
import torch.nn.functional as F

from sat2density.models.convolution import PaddedConv, UpsampledConv, _SpectralNormed, wrap_columns


def with_weight(conv, weight, bias=0.0):
    with torch.no_grad():
        (conv.weight_orig if conv.spectral else conv.weight).copy_(weight)
        conv.bias.fill_(bias)
    return conv


def row(image):
    return image[0, 0, 1].tolist()


def test_borders_by_hand():
    image = torch.tensor([[1.0, 2.0, 4.0]]).expand(3, 3)[None, None]
    left = torch.zeros(1, 1, 3, 3)
    left[0, 0, 1, 0] = 1  # each output pixel is its left neighbour
    assert row(with_weight(PaddedConv(1, 1, 3, padding="reflect"), left)(image)) == [2, 1, 2]
    assert row(with_weight(PaddedConv(1, 1, 3, padding="circular"), left)(image)) == [4, 1, 2]
    assert row(with_weight(PaddedConv(1, 1, 3, padding="zeros"), left)(image)) == [0, 1, 2]
    above = left.transpose(2, 3)
    rows = image.transpose(2, 3)
    assert with_weight(PaddedConv(1, 1, 3, padding="circular"), above)(rows)[
        0, 0, :, 1
    ].tolist() == [0, 1, 2]


def test_circular_convolution_commutes_with_turning_the_panorama():
    torch.manual_seed(0)
    conv, image = PaddedConv(3, 5, 5, padding="circular"), torch.randn(2, 3, 6, 12)
    assert torch.allclose(conv(image.roll(5, -1)), conv(image).roll(5, -1), atol=1e-6)


def test_wrap_columns_is_the_circular_padding_forward_and_backward():
    image = torch.randn(2, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    assert torch.equal(wrap_columns(image, 2), F.pad(image, (2, 2, 0, 0), mode="circular"))
    assert torch.autograd.gradcheck(lambda x: wrap_columns(x, 2), image)
    assert wrap_columns(image, 0) is image


def test_spectral_norm_s_own_gradient_is_the_right_one():
    torch.manual_seed(0)
    weight = torch.randn(3, 2, 3, 3, dtype=torch.float64, requires_grad=True)
    u, v = torch.randn(3, dtype=torch.float64), torch.randn(18, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda w: _SpectralNormed.apply(w, u, v), weight)


def test_spectral_norm_of_a_known_matrix():
    conv = PaddedConv(2, 2, 1, spectral=True)
    with_weight(conv, torch.tensor([[3.0, 0.0], [0.0, 4.0]])[:, :, None, None])
    conv.weight_u.copy_(torch.tensor([0.6, 0.8]))
    conv.weight_v.copy_(torch.tensor([1.0, 0.0]))
    # Eval: sigma = u^T W v = 0.6 * 3; nothing moves.
    conv.eval()
    assert conv.kernel()[0, 0, 0, 0].item() == pytest.approx(3 / 1.8)
    assert conv.weight_u.tolist() == pytest.approx([0.6, 0.8])
    # Training: v = W^T u / |.| = (1.8, 3.2) / |.|, u = W v / |.| = (5.4, 12.8) / |.|.
    conv.train().kernel()
    assert (conv.weight_v[1] / conv.weight_v[0]).item() == pytest.approx(3.2 / 1.8)
    assert (conv.weight_u[1] / conv.weight_u[0]).item() == pytest.approx(12.8 / 5.4)
    for _ in range(60):
        kernel = conv.kernel()
    assert kernel[1, 1, 0, 0].item() == pytest.approx(1.0, abs=1e-6)


def test_spectral_norm_equals_torchs_own_forward_and_backward():
    torch.manual_seed(1)
    ours = PaddedConv(4, 6, 3, padding="zeros", spectral=True)
    theirs = torch.nn.utils.spectral_norm(torch.nn.Conv2d(4, 6, 3, padding=1), eps=1e-12)
    theirs.load_state_dict(ours.state_dict())
    image = torch.randn(2, 4, 8, 8)
    for _ in range(3):  # twice through the graph in training, as a discriminator goes
        for conv in (ours, theirs):
            (conv(image).square().sum() + conv(image * 2).sum()).backward()
    assert torch.allclose(ours.weight_orig.grad, theirs.weight_orig.grad, rtol=1e-4, atol=1e-4)
    assert torch.allclose(ours.weight_u, theirs.weight_u, atol=1e-6)


def test_upsampling_joins_the_skip_behind():
    conv = UpsampledConv(1, 2, 1, skip_channels=1, padding="reflect", spectral=False)
    with_weight(conv, torch.eye(2)[:, :, None, None])
    image, skip = torch.tensor([[[[5.0]]]]), torch.arange(4.0).reshape(1, 1, 2, 2)
    out = conv(image, skip)
    assert out[0, 0].tolist() == [[5, 5], [5, 5]]
    assert out[0, 1].tolist() == [[0, 1], [2, 3]]

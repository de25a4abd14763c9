"""Losses of training: the released ones (method, section 6) and the priors on density that are
ours.

Every function returns a scalar tensor (a mean, so that batch and picture size do not change its
scale) and is differentiable in its predictions. Images are (B, C, H, W) in [0, 1]; densities (B, Z,
S, S) = [layer, south, east].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, get_args

import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.conventions import LUMINANCE
from sat2density.errors import ShapeError, unknown_name
from sat2density.training.config import GanMode

GAN_MODES: tuple[GanMode, ...] = get_args(GanMode)


class Patches(Protocol):
    """What a patch network of the discriminator gives: `score` (B, 1, h, w) and the `features` of
    its inner layers.
    """

    score: Tensor
    features: Sequence[Tensor]


def same_shape(name: str, prediction: Tensor, target: Tensor) -> None:
    """Raise ShapeError unless both tensors have one shape (broadcasting would hide a mistake).

    Args:
        name: of the loss, for messages.
        prediction: any shape.
        target: the same shape.

    """
    if prediction.shape != target.shape:
        raise ShapeError(
            f"{name}: prediction {tuple(prediction.shape)} and target {tuple(target.shape)} differ "
            f"in shape"
        )


def l1(prediction: Tensor, target: Tensor) -> Tensor:
    """Mean |prediction - target| over all pixels and channels (method, section 6).

    Args:
        prediction: any shape.
        target: the same shape.

    """
    same_shape("l1", prediction, target)
    return F.l1_loss(prediction, target)


def l2(prediction: Tensor, target: Tensor) -> Tensor:
    """Mean (prediction - target)^2 over all pixels and channels (method, section 6: "MSE").

    Args:
        prediction: any shape.
        target: the same shape.

    """
    same_shape("l2", prediction, target)
    return F.mse_loss(prediction, target)


def kl(mu: Tensor, logvar: Tensor) -> Tensor:
    """Divergence of N(mu, exp(logvar)) from N(0, 1): -0.5 mean(1 + logvar - mu^2 - exp(logvar))
    (method, section 6).

    Args:
        mu: (B, z).
        logvar: (B, z).

    Example: mu = 1, logvar = 0 gives 0.5; mu = 0, logvar = 0 gives 0.

    """
    same_shape("kl", mu, logvar)
    return -0.5 * (1 + logvar - mu.square() - logvar.exp()).mean()


def opacity(prediction: Tensor, sky: Tensor) -> Tensor:
    """Non-sky opacity loss: L1 between a ray's opacity and 1 - sky mask (method, sections 1 and 6).

    Args:
        prediction: (B, 1, H, W) opacity of the rays, in [0, 1].
        sky: (B, 1, H, W), 1 where the panorama shows sky, 0 elsewhere.

    """
    same_shape("opacity", prediction, sky)
    return F.l1_loss(prediction, 1 - sky)


def opacity_bce(
    prediction: Tensor, sky: Tensor, floor: float = 0.01, margin: float = 1.0
) -> Tensor:
    """Binary cross-entropy of the sky mask and the rays' opacity o:
    -mean((1 - s) ln(o' + e) + s ln(1 - o + e)).

    Ours. L1 seeks the median: where a ray is more likely sky than not it asks for emptiness, and a
    volume that is empty everywhere is its first stop in training. Here an empty ray that should be
    solid is pushed hard.

    o' = 1 - (1 - o)^(1 / margin) is the opacity of the ray if all densities were so many times
    smaller. With 1, a crown that stops 95% of the light on its whole way is solid enough; seen from
    the side it is too deep and from above too low. A margin of 8 asks for eight times the density
    where a ray surely ends; where it ends by an even chance the least loss moves from 0.5 to 0.61.

    Args:
        prediction: (B, 1, H, W) opacity of the rays, in [0, 1].
        sky: (B, 1, H, W), 1 where the panorama shows sky, 0 elsewhere.
        floor: e, which bounds the loss at -ln(e) and its gradient (margin 1) at 1 / e.
        margin: 1 or more.

    """
    same_shape("opacity_bce", prediction, sky)
    # The root's gradient is infinite where nothing passes; at 1e-6 the loss has nothing left
    # to gain.
    solid = prediction if margin == 1 else 1 - (1 - prediction).clamp_min(1e-6) ** (1 / margin)
    return -((1 - sky) * (solid + floor).log() + sky * (1 - prediction + floor).log()).mean()


def generator_gan(outputs: Sequence[Patches], mode: GanMode = "non_saturated") -> Tensor:
    """Adversarial loss of the generator, the mean over the patch networks (method, section 6).

    non_saturated: BCE(score, 1); least_square: 0.5 (score - 1)^2; hinge and wasserstein: -score.

    Args:
        outputs: scores of generated pictures, one tensor a patch network.
        mode: form of the loss.

    """
    return torch.stack(
        [_realness(output.score, True, mode, for_generator=True) for output in outputs]
    ).mean()


def discriminator_gan(
    outputs: Sequence[Patches], real: bool, mode: GanMode = "non_saturated"
) -> Tensor:
    """Adversarial loss of the discriminator on real or on generated pictures, the mean over the
    patch networks.

    non_saturated: BCE(score, real); least_square: 0.5 (score - real)^2; hinge: relu(1 -+ score);
    wasserstein: -+score. The whole loss of a step is the sum of both calls.

    Args:
        outputs: scores of pictures, one tensor a patch network.
        real: whether the pictures are real ones.
        mode: form of the loss.

    """
    return torch.stack(
        [_realness(output.score, real, mode, for_generator=False) for output in outputs]
    ).mean()


def _realness(score: Tensor, real: bool, mode: GanMode, for_generator: bool) -> Tensor:
    if mode == "non_saturated":
        return F.binary_cross_entropy_with_logits(score, torch.full_like(score, float(real)))
    if mode == "least_square":
        return 0.5 * (score - float(real)).square().mean()
    signed = score if real else -score
    if mode == "wasserstein" or (mode == "hinge" and for_generator):
        return -signed.mean()
    if mode == "hinge":
        return F.relu(1 - signed).mean()
    raise unknown_name("GAN mode", mode, GAN_MODES)


def feature_matching(fake: Sequence[Patches], real: Sequence[Patches]) -> Tensor:
    """L1 between the discriminator's features of both pictures: summed over the layers, averaged
    over the networks.

    The real picture's features are constants (detached). Meaningful only if both saw the same crop
    (method, section 4).

    Args:
        fake: features of generated pictures, by patch network and layer.
        real: features of real pictures, likewise.

    """
    terms = []
    for ours, theirs in zip(fake, real, strict=True):
        pairs = zip(ours.features, theirs.features, strict=True)
        terms.append(torch.stack([l1(a, b.detach()) for a, b in pairs]).sum())
    return torch.stack(terms).mean()


def r1(score_sum: Tensor, pictures: Tensor) -> Tensor:
    """Gradient penalty on real pictures: 0.5 E |d score / d picture|^2 (Mescheder et al., ICML
    2018).

    Args:
        score_sum: scalar, the sum of the discriminator's scores over the batch (means over each
            network's patches).
        pictures: (B, 3, H, W) the real pictures, with `requires_grad`.

    """
    (gradient,) = torch.autograd.grad(score_sum, pictures, create_graph=True)
    return 0.5 * gradient.square().sum(dim=(1, 2, 3)).mean()


def density_l1(density: Tensor) -> Tensor:
    """Mean density: every cell is pulled towards empty with the same force (fog on roads has no
    other opponent).

    Args:
        density: (B, Z, R, C), per unit, >= 0.

    """
    return density.abs().mean()


def density_log(density: Tensor) -> Tensor:
    """Mean log(1 + sigma): like `density_l1` for thin fog, nearly nothing for what is already
    opaque.

    Args:
        density: (B, Z, R, C), per unit, >= 0.

    Example: sigma = e - 1 everywhere gives 1.

    """
    return torch.log1p(density.clamp_min(0)).mean()


def overhang(density: Tensor, cell_units: float) -> Tensor:
    """Solidity prior: how much the opacity of a cell exceeds that of the cell under it, mean over
    the pairs.

    relu(alpha[z + 1] - alpha[z]) with alpha = 1 - exp(-sigma x cell height): zero for whatever
    stands on the ground without a hollow under it. The pull is upwards only in the lower cell's
    place (the upper one is a constant), so that a roof fills the house under it and is not removed
    by its own emptiness.

    Args:
        density: (B, Z, S, S).
        cell_units: height of a layer in units.

    """
    alpha = 1 - torch.exp(-density * cell_units)
    return F.relu(alpha[:, 1:].detach() - alpha[:, :-1]).mean()


def expected_height(density: Tensor, cell_units: float) -> Tensor:
    """Height of the surface seen from above, in layers, differentiable: sum over z of (z + 1) w_z,
    (B, 1, S, S).

    w are the weights of compositing downwards: w_z = alpha_z prod over z' > z of (1 - alpha_z');
    what nothing stops falls on the ground (height 0).

    Args:
        density: (B, Z, R, C), per unit, >= 0.
        cell_units: height of a layer, units.

    """
    thickness = density * cell_units
    above = thickness.flip(1).cumsum(1).flip(1) - thickness
    weights = torch.exp(-above) * (1 - torch.exp(-thickness))
    levels = torch.arange(1, density.shape[1] + 1, device=density.device, dtype=density.dtype)
    return (weights * levels[None, :, None, None]).sum(1, keepdim=True)


def edge_smoothness(surface: Tensor, tile: Tensor, sharpness: float = 10.0) -> Tensor:
    """Smoothness of the surface where the tile has no edge: mean |d surface| exp(-sharpness |d
    tile|) over both axes.

    The weight falls with the tile's own gradient (mean over the colours), so that a roof, one
    region of the picture, is pulled to one surface while its border may jump (Godard et al., CVPR
    2017, for depth).

    Args:
        surface: (B, 1, S, S), for example `expected_height`.
        tile: (B, 3, S', S') in [0, 1]; resized to the surface's size when it differs.
        sharpness: how fast the weight falls: exp(-1) at an edge of 1 / sharpness.

    """
    if tile.shape[-2:] != surface.shape[-2:]:
        tile = F.interpolate(tile, size=surface.shape[-2:], mode="area")
    total = surface.new_zeros(())
    for axis in (-1, -2):
        edge = tile.diff(dim=axis).abs().mean(1, keepdim=True)
        total = total + (surface.diff(dim=axis).abs() * torch.exp(-sharpness * edge)).mean()
    return total / 2


def colour_agreement(projected: Tensor, picture: Tensor) -> Tensor:
    """Mean |a p + b - picture|, with a and b per picture and colour the least-squares fit (a
    constant in the gradient).

    Tile and panorama are taken on different days with different cameras: a and b stand for light
    and exposure. What is left is colour in the wrong place: a ray from above that misses a roof
    shows the lawn behind it.

    Args:
        projected: (B, 3, H, W) the tile's colours as the rays see them.
        picture: the same shape, the true panorama.

    """
    same_shape("colour agreement", projected, picture)
    with torch.no_grad():
        means = [values.mean((2, 3), keepdim=True) for values in (projected, picture)]
        ours = projected - means[0]
        theirs = picture - means[1]
        gain = (ours * theirs).mean((2, 3), keepdim=True) / (
            ours.square().mean((2, 3), keepdim=True) + 1e-4
        )
        offset = means[1] - gain * means[0]
    return F.l1_loss(gain * projected + offset, picture)


def texture(
    prediction: Tensor, target: Tensor, window: int = 8, scales: int = 2, share: float = 1.0
) -> Tensor:
    """How much the roughness of two pictures differs, place by place: mean |r(prediction) - share
    r(target)|.

    r is the root of the mean squared gradient of the luminance (forward differences), along the
    rows and along the columns apart, in squares of `window` pixels, at full size and halved
    `scales` - 1 times. Where details cannot be foreseen (leaves), L1 and L2 ask for their mean,
    which is smooth; this asks for as much detail as there is, wherever it falls in the square.

    Args:
        prediction: (B, 3, H, W) in [0, 1]; H and W at least `window` x 2^(scales - 1).
        target: the same shape.
        window: side of the squares, pixels of each scale.
        scales: 1 or more.
        share: of the target's roughness that is asked for; edges that could be foreseen no noise
            should imitate.

    """
    same_shape("texture", prediction, target)
    weights = prediction.new_tensor(LUMINANCE)[None, :, None, None]
    ours, theirs = ((picture * weights).sum(1, keepdim=True) for picture in (prediction, target))
    total = prediction.new_zeros(())
    for scale in range(scales):
        if scale:
            ours = F.avg_pool2d(ours, 2)
            theirs = F.avg_pool2d(theirs, 2)
        total = total + (_roughness(ours, window) - share * _roughness(theirs, window)).abs().mean()
    return total / scales


def _roughness(grey: Tensor, window: int) -> Tensor:
    down = grey.diff(dim=-2)[..., :, :-1]
    right = grey.diff(dim=-1)[..., :-1, :]
    energy = F.avg_pool2d(torch.cat((down, right), 1).square(), window, ceil_mode=True)
    return (energy + 1e-5).sqrt()  # keeps the root's gradient finite where a picture is flat

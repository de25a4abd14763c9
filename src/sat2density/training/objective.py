"""The generator's loss: what a batch's prediction costs, term by term (method, section 6, and our
own priors).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from sat2density.models.render_net import NetworkOutput
from sat2density.models.sky_encoder import SkyCode
from sat2density.pipeline import Sat2Density
from sat2density.render.cameras import Rays, equirectangular_rays
from sat2density.render.volume import RenderedRays
from sat2density.training import losses
from sat2density.training.batches import Batch
from sat2density.training.config import LossConfig

Terms = dict[str, Tensor]


@dataclasses.dataclass(frozen=True)
class Prediction:
    """What the generator made of a batch: picture, rays, density (B, Z, S', S'), the sky's
    code.
    """

    output: NetworkOutput
    rendered: RenderedRays
    density: Tensor
    code: SkyCode
    view_opacity: Tensor | None


class RevivingRelu(torch.autograd.Function):
    """max(x, 0), whose gradient also reaches x < 0 where more would lower the loss: what is empty
    can be filled again.

    A plain ReLU dies here: in the first steps every cell in front of the sky is pushed down, a
    layer's bias falls under zero for all tiles alike, and no gradient ever comes back (measured: 31
    of 32 layers). Pushes further down stop at zero as they do in a plain ReLU.
    """

    @staticmethod
    def forward(ctx: Any, raw: Tensor) -> Tensor:
        """Return max(raw, 0).

        Args:
            ctx: keeps what the backward needs.
            raw: any shape.

        """
        ctx.save_for_backward(raw)
        return raw.clamp_min(0)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        """Pass the gradient where raw > 0, and where it asks for more.

        Args:
            ctx: of the forward.
            gradients: of the result.

        """
        (raw,) = ctx.saved_tensors
        return gradients[0] * ((raw > 0) | (gradients[0] < 0))


class Predictor(nn.Module):
    """The generator's forward pass in training, as one module (so that it can be wrapped for
    several processes).

    Args:
        model: what is trained.
        loss: `views_opacity` asks for the further views, `kl` for noise in the sky code; see
            `LossConfig.reviving`.
        autocast: gives the context in which networks run ("bfloat16"), while rays stay in float32.

    """

    def __init__(
        self, model: Sat2Density, loss: LossConfig, autocast: Callable[[], torch.autocast]
    ) -> None:
        super().__init__()
        self.model = model
        self.loss = loss
        self.autocast = autocast

    def forward(self, batch: Batch) -> Prediction:
        """Predict a batch's painted views, and the opacity of its further views.

        Args:
            batch: of scenes.

        """
        model = self.model
        with self.autocast():
            density = self._density(batch.tiles)
        density = density.float()
        rendered = model.render_panoramas(density, batch.tiles, batch.cameras, batch.draws.jitter)
        with self.autocast():
            code = model.generator.sky_encoder(
                batch.histograms, batch.draws.noise if self.loss.kl > 0 else None
            )
            output = model.network_output(rendered, model.generator.style_mlp(code.z))
        views = (
            self._views(density, batch)
            if self.loss.views_opacity > 0 and batch.view_skies.shape[1]
            else None
        )
        return Prediction(
            output.float(), rendered, density, SkyCode(*(part.float() for part in code)), views
        )

    def _density(self, tiles: Tensor) -> Tensor:
        net = self.model.generator.density_net
        if not self.loss.reviving or net.activation != "relu":
            return self.model.density(tiles)
        return RevivingRelu.apply(net.trunk(tiles) + net.bias) * net.gain

    def _views(self, density: Tensor, batch: Batch) -> Tensor:
        """Opacity (B, K, 1, h, W) of the rays above the horizon of the further views (those below
        always end).
        """
        model = self.model
        cameras = [camera for cameras in batch.view_cameras for camera in cameras]
        height, width = batch.view_skies.shape[-2:]
        whole = dataclasses.replace(model.spec, panorama_size=(width, 2 * height))
        rays = equirectangular_rays(whole, model.rules, cameras)
        upper = Rays(rays.origins, rays.directions[:, :height]).to(density.device)
        return model.render_rays(density, batch.tiles, upper).opacity.reshape(
            batch.view_skies.shape
        )


def generator_terms(
    prediction: Prediction, batch: Batch, loss: LossConfig, cell_units: float, vgg: nn.Module | None
) -> Terms:
    """Every unweighted term that needs no discriminator and whose weight is not zero, by the name
    of its weight.

    Args:
        prediction: of one step.
        batch: of the same step.
        loss: the weights: terms of weight zero are not computed.
        cell_units: height of a layer of density, units.
        vgg: the perceptual loss, where its weights are there.

    """
    output = prediction.output
    image = output.without_noise()
    density = thinned(prediction.density, batch)
    tiles = batch.tiles
    makers: dict[str, Callable[[], Tensor]] = {
        "l1": lambda: losses.l1(image, batch.panoramas),
        "l2": lambda: losses.l2(image, batch.panoramas),
        "texture": lambda: losses.texture(
            _textured(output), batch.panoramas, share=loss.texture_share
        ),
        "kl": lambda: losses.kl(prediction.code.mu, prediction.code.logvar),
        "opacity": lambda: losses.opacity(prediction.rendered.opacity, batch.skies),
        "opacity_bce": lambda: sky_bce(prediction, batch, loss.density_margin),
        "density_l1": lambda: losses.density_l1(density),
        "density_log": lambda: losses.density_log(density),
        "overhang": lambda: losses.overhang(density, cell_units),
        "smooth": lambda: losses.edge_smoothness(
            losses.expected_height(density, cell_units), tiles
        ),
        "colour": lambda: losses.colour_agreement(
            *map(_lower, (prediction.rendered.colour, batch.panoramas))
        ),
    }
    if vgg is not None:
        makers["perceptual"] = lambda: vgg(image, batch.panoramas)
    if prediction.view_opacity is not None:
        makers["views_opacity"] = lambda: losses.opacity(prediction.view_opacity, batch.view_skies)  # type: ignore[arg-type]
    return {name: make() for name, make in makers.items() if getattr(loss, name) > 0}


def _textured(output: NetworkOutput) -> Tensor:
    """The picture whose local contrast is judged: colours that could answer with stripes get no
    gradient if noise can.
    """
    return output.without_noise() if output.noise_gain is None else output.noise_only().image()


def _lower(picture: Tensor) -> Tensor:
    """Rows below the horizon: what rays from the ground see of facades above it, no tile shows."""
    return picture[..., picture.shape[-2] // 2 :, :]


def sky_bce(prediction: Prediction, batch: Batch, margin: float) -> Tensor:
    """Likelihood of the painted view's sky mask, and with the same weight of the further views'
    where there are any.

    Args:
        prediction: of the batch.
        batch: of scenes.
        margin: `density_margin` as it is now, at least 1.

    """
    painted = losses.opacity_bce(prediction.rendered.opacity, batch.skies, margin=margin)
    if prediction.view_opacity is None:
        return painted
    return painted + losses.opacity_bce(prediction.view_opacity, batch.view_skies, margin=margin)


def thinned(density: Tensor, batch: Batch) -> Tensor:
    """Every second row and column of the density: the priors are means over cells, a quarter of
    them costs a quarter.

    Which of the four is drawn for each sample from its own random numbers, so that every cell gets
    its turn.

    Args:
        density: (B, Z, R, C), per unit, >= 0.
        batch: of scenes.

    """
    firsts = [int(yaw) % 4 for yaw in batch.draws.yaw_deg[0]]
    return torch.stack(
        [volume[:, f // 2 :: 2, f % 2 :: 2] for volume, f in zip(density, firsts, strict=True)]
    )


def adversarial_terms(
    discriminator: nn.Module, prediction: Prediction, batch: Batch, loss: LossConfig
) -> Terms:
    """The generator's terms that need the discriminator: "gan" and "feature_matching".

    Args:
        discriminator: whose weights get no gradients.
        prediction: of the batch.
        batch: of scenes.
        loss: weights of the terms.

    """
    yaw = batch.draws.yaw_deg
    pitch = batch.draws.pitch_deg
    fake = discriminator(prediction.output.image(), yaw[0], pitch[0])
    terms = {"gan": losses.generator_gan(fake, loss.gan_mode)}
    if loss.feature_matching > 0:
        with torch.no_grad():
            real = discriminator(batch.panoramas, yaw[-1], pitch[-1])
        terms["feature_matching"] = losses.feature_matching(fake, real)
    return {name: value for name, value in terms.items() if getattr(loss, name) > 0}


def discriminator_terms(
    discriminator: nn.Module, fake: Tensor, batch: Batch, loss: LossConfig
) -> Terms:
    """The discriminator's loss on a batch: "d_real", "d_fake" and, if it has a weight, "r1"
    (unweighted).

    Args:
        discriminator: `models.discriminator.Discriminator`.
        fake: (B, 3, H, W) generated pictures, without gradient.
        batch: real pictures and directions of the crops.
        loss: mode and weights.

    """
    yaw = batch.draws.yaw_deg
    pitch = batch.draws.pitch_deg
    real = batch.panoramas.requires_grad_(loss.r1 > 0)
    judged = discriminator(real, yaw[-1], pitch[-1])
    terms = {
        "d_real": losses.discriminator_gan(judged, True, loss.gan_mode),
        "d_fake": losses.discriminator_gan(
            discriminator(fake, yaw[0], pitch[0]), False, loss.gan_mode
        ),
    }
    if loss.r1 > 0:
        total = torch.stack([patch.score.mean(dim=(1, 2, 3)).sum() for patch in judged]).sum()
        terms["r1"] = losses.r1(total, real)
        batch.panoramas.requires_grad_(False)
    return terms


def weighted(terms: Terms, loss: LossConfig) -> Tensor:
    """Sum of the terms times their weights; the discriminator's own two count once each.

    Args:
        terms: each 0-dimensional.
        loss: weights of the terms.

    """
    return torch.stack([value * getattr(loss, name, 1.0) for name, value in terms.items()]).sum()

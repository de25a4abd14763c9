"""Steps of the painter's stage: RenderNet and the light's encoder learn, density and heads stay.
The head "learned" learns with them, where there is one.
The skyline learns too where it is asked to, from masks of the sky alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sat2density.conventions import CLASSES
from sat2density.features import Described, solid
from sat2density.lite0 import Lite0Features
from sat2density.models.render_net import LARGE, NetworkOutput
from sat2density.render.cameras import Rays, equirectangular_rays
from sat2density.render.volume import RenderedRays
from sat2density.training.config import LossConfig
from sat2density.training.critic import hinge
from sat2density.training.loader import to_device
from sat2density.training.objective import Terms
from sat2density.training.painter_batches import PainterBatch, windows
from sat2density.training.steadiness import change, correspondence
from sat2density.training.step import Stepper

AGAIN: Final = 2
"""Of so many samples one is looked at again, from a place nearby (`loss.steady`)."""


@dataclasses.dataclass(frozen=True)
class Looked:
    """What a batch's windows are painted from.

    Attributes:
        told: of its tiles: B densities, and what rays bring along.
        rays: B, of n windows that lie below each other.
        seen: by these rays, of B n windows.

    """

    told: Described
    rays: Rays
    seen: RenderedRays


class PainterStepper(Stepper):
    """Makes steps whose batches are `PainterBatch`es; everything else is `Stepper`'s."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        generator = self.state.model.generator
        frozen: list[nn.Module | None] = [generator.density_net, generator.tile_heads]
        if self.config.loss.skyline == 0:
            frozen.append(generator.skyline_net)
        for part in frozen:
            if part is not None:
                part.requires_grad_(False)
        heads = generator.tile_heads
        self.learned = None if heads is None else heads.learned
        if self.learned is not None:
            self.learned.requires_grad_(True)
        self.lite0: Lite0Features | None = None
        if self.config.loss.lite0 > 0:
            self.lite0 = Lite0Features().to(self.device)
        self.judged: dict[str, float] = {}

    @property
    def criticised(self) -> bool:
        """Whether the critic has begun."""
        return (
            self.state.discriminator is not None
            and self.plan.share(self.state) >= self.config.loss.critic_from
        )

    def _parts(self) -> Iterator[PainterBatch]:  # type: ignore[override]
        for batch in self.loader.parts(self.state.step):
            yield to_device(batch, self.device)  # type: ignore[misc]

    def _look(self, batch: PainterBatch) -> Looked:
        """Cast the rays of a batch's windows; only what was learned and the skyline have gradients,
        if they learn.
        """
        model = self.state.model
        told = self._volume(batch)
        rays = self._rays(batch)
        with torch.set_grad_enabled(self.config.loss.skyline > 0 or self.learned is not None):
            seen = model.render_rays(told.density, batch.tiles, rays, features=told.features)
        assert seen.features is not None
        count = batch.pictures.shape[1]
        seen = RenderedRays(apart(seen.stacked, count), apart(seen.features, count))
        return Looked(told, rays, seen)

    def _volume(self, batch: PainterBatch) -> Described:
        """Return what rays are cast through: as told, or what truly stands there where the
        architecture has `render_things`.
        """
        model = self.state.model
        arch, learned = model.architecture, None
        if arch.render_things:
            if self.learned is not None:
                with self._autocast():
                    learned = model.generator.describe(batch.tiles)[1].learned
            fronts = batch.fronts if arch.render_fronts else None
            return solid(batch.occupancy, batch.surface, arch, model.spec, fronts, learned)
        with self._autocast():
            return Described(*model.describe(batch.tiles))

    def _rays(self, batch: PainterBatch) -> Rays:
        """Return the rays of a batch's windows. The windows of a panorama lie below each other: one
        density serves them.
        """
        model = self.state.model
        width, height = model.ray_size(model.spec.panorama_size)
        origins, directions = [], []
        for camera, zoom, corners in zip(batch.cameras, batch.zooms, batch.corners, strict=True):
            spec = dataclasses.replace(
                model.spec, panorama_size=(int(zoom * width), int(zoom * height))
            )
            whole = equirectangular_rays(spec, model.rules, [camera])
            cut = windows(whole.directions[0].movedim(-1, 0), corners)
            origins.append(whole.origins)
            directions.append(cut.movedim(1, -1).flatten(0, 1))
        return Rays(torch.cat(origins), torch.stack(directions)).to(self.device)

    def _style(self, batch: PainterBatch) -> Tensor:
        """Encode the lights of a batch, (B, style)."""
        with self._autocast():
            return self.state.model.generator.style(batch.histograms)

    def _paint(self, seen: RenderedRays, style: Tensor) -> NetworkOutput:
        with self._autocast():
            output = self.state.model.network_output(seen, style, panorama=False)
        return output.float()

    def _changed(
        self, batch: PainterBatch, looked: Looked, style: Tensor, picture: Tensor
    ) -> Tensor:
        """Paint the first windows of some samples again, from places nearby, and return how much
        what they show has changed.
        """
        model, told = self.state.model, looked.told
        some = torch.arange(0, len(batch.tiles), AGAIN, device=self.device)
        first = some * batch.pictures.shape[1]
        assert told.features is not None
        assert looked.seen.features is not None
        height = batch.pictures.shape[-2] // 2
        here = Rays(looked.rays.origins[some], looked.rays.directions[some, :height])
        step = F.pad(batch.steps_m[some] / model.spec.unit_m, (0, 1))[:, [0, 2, 1]]
        there = Rays(here.origins + step, here.directions)
        with torch.no_grad():
            again = model.render_rays(
                told.density[some], batch.tiles[some], there, features=told.features[some]
            )
            spec = dataclasses.replace(
                model.spec, panorama_size=model.ray_size(model.spec.panorama_size)
            )
            zooms = [batch.zooms[index] for index in some.tolist()]
            seen = RenderedRays(looked.seen.stacked[first])
            grid, same = correspondence((seen, again), (here, there), spec, zooms)
        return change(picture[first], self._paint(again, style[some]).image(), grid, same)

    def _update_discriminator(
        self, discriminator: nn.Module, optimizer: torch.optim.Optimizer
    ) -> dict[str, float]:
        """Return what the critic's last step said: it learns from the pictures that the painter's
        own step makes (`_judged`).
        """
        return self.judged

    def _generator_terms(self, batch: PainterBatch, weights: LossConfig) -> Terms:  # type: ignore[override]
        looked = self._look(batch)
        seen = looked.seen
        terms: Terms = {}
        if weights.skyline > 0:
            terms["skyline"] = skyline_term(seen, batch.classes.flatten(0, 1))
            seen = RenderedRays(seen.stacked.detach(), seen.features)
        if max(weights.l1, weights.lite0) == 0:
            return terms
        style = self._style(batch)
        output = self._paint(seen, style.repeat_interleave(batch.pictures.shape[1], dim=0))
        picture = output.image()
        true = batch.pictures.flatten(0, 1)
        if weights.l1 > 0:
            terms["l1"] = (picture - true).abs().mean()
        if self.lite0 is not None:
            with self._autocast():
                terms["lite0"] = features_apart(self.lite0, picture, true)
        if weights.matte > 0:
            assert output.matte is not None, "loss.matte needs render_matte (TrainConfig checks)"
            terms["matte"] = matte_term(output.matte, batch.classes.flatten(0, 1))
        if weights.steady > 0:
            terms["steady"] = self._changed(batch, looked, style, picture)
        if self.criticised and weights.critic > 0:
            plain = torch.tensor(batch.zooms).repeat_interleave(batch.pictures.shape[1]) <= 1
            if plain.any():
                terms |= self._judged(picture[plain], true[plain], of_some(seen, plain))
        return terms

    def _judged(self, picture: Tensor, true: Tensor, seen: RenderedRays) -> Terms:
        """Teach the critic, then let it judge the picture."""
        critic, optimizer = self.state.discriminator, self.state.optimizer_d
        assert critic is not None
        assert optimizer is not None
        assert seen.features is not None
        condition = torch.cat((seen.stacked[:, :4], seen.features), dim=1).detach()
        optimizer.zero_grad(set_to_none=True)
        with self._autocast():
            real = hinge(critic(true, condition), True)
            fake = hinge(critic(picture.detach(), condition), False)
        (real + fake).backward()
        self._apply(critic, optimizer)
        critic.requires_grad_(False)
        with self._autocast():
            judged = -critic(picture, condition).float().mean()
        critic.requires_grad_(True)
        self.judged = {"d_real": float(real.detach()), "d_fake": float(fake.detach())}
        return {"critic": judged}

    def _culprits(self, parts: list[PainterBatch]) -> list[str]:  # type: ignore[override]
        return [name for batch in parts for name in batch.names]


def of_some(seen: RenderedRays, chosen: Tensor) -> RenderedRays:
    """Return some pictures of a batch.

    Args:
        seen: (B, ...), with features.
        chosen: (B,) bool.

    """
    assert seen.features is not None
    return RenderedRays(seen.stacked[chosen], seen.features[chosen])


def apart(values: Tensor, count: int) -> Tensor:
    """Return pictures that lie below each other as pictures of their own.

    Args:
        values: (B, C, n h, w).
        count: n of each.

    Returns:
        (B n, C, h, w).

    """
    return values.unflatten(2, (count, -1)).transpose(1, 2).flatten(0, 1)


def skyline_term(seen: RenderedRays, classes: Tensor) -> Tensor:
    """Return the cross-entropy of opacities above the horizon against masks of the sky.

    Args:
        seen: (B, ...) of windows, with the channels of `features.painter_channels`.
        classes: (B, 2h, 2w) codes, what the pixels show.

    """
    assert seen.features is not None
    solid = F.avg_pool2d((classes != CLASSES.index("sky")).float()[:, None], 2)
    opacity = seen.opacity.clamp(1e-4, 1 - 1e-4)
    entropy = F.binary_cross_entropy(opacity, solid, reduction="none")
    above = (seen.features[:, -1:] > 0).float()
    return (entropy * above).sum() / above.sum().clamp_min(1)


def matte_term(matte: Tensor, classes: Tensor) -> Tensor:
    """Return the cross-entropy of "this pixel is not the sky" over pixels that may be.

    Args:
        matte: (B, 1, 2h, 2w) logits; of pixels that look down they are large.
        classes: (B, 2h, 2w) codes, what the pixels show.

    """
    solid = (classes != CLASSES.index("sky")).float()[:, None]
    entropy = F.binary_cross_entropy_with_logits(matte, solid, reduction="none")
    above = (matte < LARGE).float()
    return (entropy * above).sum() / above.sum().clamp_min(1)


def features_apart(network: Lite0Features, pictures: Tensor, true: Tensor) -> Tensor:
    """Return the mean absolute difference of features, each stage's by its true ones' spread.

    The measure `lite0.distance` is a squared one of directions; this one has a gradient near zero
    too, and sees contrast (docs/decisions/training.md).

    Args:
        network: of the features.
        pictures: (B, 3, H, W) in [0, 1]; gradients flow here.
        true: (B, 3, H, W) in [0, 1].

    """
    with torch.no_grad():
        wanted = network(true)
    parts = [
        (told - want).abs().mean() / want.std().clamp_min(1e-6)
        for told, want in zip(network(pictures), wanted, strict=True)
    ]
    return torch.stack([part.float() for part in parts]).sum()

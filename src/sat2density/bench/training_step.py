"""A training step to be measured: as this package trains, and as the reference does."""

from __future__ import annotations

from collections.abc import Callable

import torch

from sat2density.models.convolution import choose_impl
from sat2density.models.inference import gains_from_bfloat16
from sat2density.pipeline import Sat2Density
from sat2density.render.cameras import equirectangular_rays
from sat2density.render.volume import render_rays
from sat2density.scene_spec import SceneSpec
from sat2density.training import allocator, optim
from sat2density.training.config import OptimConfig
from sat2density.views import Camera


class TrainingSteps:
    """A generator with Adam and a batch of random pictures; each call of `step` is one update.

    Loss: L1 of the picture and of the opacity. The discriminator and the perceptual loss, which
    cost the same on both paths, are left out.

    Args:
        architecture: of the networks.
        spec: sizes.
        batch: samples a step.
        device: where.

    """

    def __init__(
        self, architecture: str, spec: SceneSpec, batch: int, device: torch.device
    ) -> None:
        self.model = Sat2Density.random(architecture, spec).to(device).train()
        if (
            device.type == "cuda"
        ):  # as `make gpu` trains; on CPUs the norms' backward is slow in that layout
            self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        weights = list(self.model.generator.parameters())
        self.adam = optim.adam(weights, 1e-5, OptimConfig(), 1e-7)
        self.plain_adam = torch.optim.Adam(weights, lr=1e-5)
        generator = torch.Generator().manual_seed(3)
        self.tiles = torch.rand(batch, 3, spec.tile_size, spec.tile_size, generator=generator).to(
            device
        )
        self.wanted = torch.rand(batch, 3, *reversed(spec.panorama_size), generator=generator).to(
            device
        )
        self.histograms = torch.rand(batch, 270, generator=generator).to(device)
        self.rays = equirectangular_rays(spec, self.model.rules, [Camera()] * batch, device)

    def fast(self) -> None:
        """One update: bfloat16 autocast where the device gains by it, the renderer's fast twin,
        Adam fused.
        """
        choose_impl(self.model, "auto")
        allocator.keep_freed_memory()
        self._step("auto", gains_from_bfloat16(self.model.device), self.adam)

    def reference(self) -> None:
        """One update in plain torch: float32 throughout, the reference renderer."""
        choose_impl(self.model, "plain")
        allocator.hand_back_large()
        self._step("reference", False, self.plain_adam)

    def _step(self, impl: str, half: bool, optimizer: torch.optim.Optimizer) -> None:
        model = self.model
        spec = self.model.spec
        optimizer.zero_grad()

        def autocast() -> torch.autocast:
            return torch.autocast(model.device.type, torch.bfloat16, enabled=half)

        with autocast():
            density = model.density(self.tiles)
        seen = render_rays(density, self.tiles, self.rays, spec, model.rules, impl=impl)
        with autocast():
            style = model.generator.style_mlp(model.generator.sky_encoder(self.histograms, None).z)
            image = model.generate_image(seen, style)
        loss = (image - self.wanted).abs().mean() + (seen.opacity - self.wanted[:, :1]).abs().mean()
        loss.backward()
        optimizer.step()

    @property
    def kept_mb(self) -> float:
        """Memory of weights, gradients and Adam's two moments, MiB."""
        return (
            sum(4 * value.numel() * value.element_size() for value in self.model.parameters())
            / 2**20
        )


def paths(steps: TrainingSteps) -> dict[str, Callable[[], None]]:
    """Return both paths by name.

    Args:
        steps: networks and data of the step.

    """
    return {"fast": steps.fast, "reference": steps.reference}

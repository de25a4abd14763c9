"""One step of training: the discriminator's update on a generated picture, then the generator's
(method, section 6).
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import math
import sys
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from sat2density.errors import InputError, Sat2DensityError
from sat2density.training import distributed, objective, optim
from sat2density.training.batches import Batch, Batches
from sat2density.training.config import LossConfig, TrainConfig
from sat2density.training.loader import Loader, to_device
from sat2density.training.objective import Predictor, Terms
from sat2density.training.schedule import Plan
from sat2density.training.state import State

_WAYS_ON = "the last checkpoint is kept; start a new run with a lower --optim.lr"


class TrainingDiverged(Sat2DensityError):  # noqa: N818  (the message is the name's sentence)
    """A loss or a gradient is not a finite number: the message names the step, and of a loss its
    term and scenes.
    """


class Stepper:
    """Makes steps: holds what does not change during a run.

    Args:
        config: of the run.
        state: what is trained.
        batches: the data.
        world: the processes.
        vgg: the perceptual loss, or None where it is not used.
        plan: how long the run is, for the schedule.

    """

    def __init__(
        self,
        config: TrainConfig,
        state: State,
        batches: Batches,
        world: distributed.ProcessGroup,
        vgg: nn.Module | None,
        plan: Plan,
    ) -> None:
        self.config = config
        self.state = state
        self.world = world
        self.vgg = vgg
        self.plan = plan
        self.device = state.model.device
        self.loader = Loader(batches, config.optim, world)
        self.predictor = Predictor(state.model, config.loss, self._autocast)
        spec = config.scene
        layers = config.architecture.density_layers
        self.cell_units = spec.max_height_m / spec.unit_m / layers
        state.model.train()

    def _autocast(self) -> torch.autocast:
        enabled = self.config.optim.precision == "bfloat16"
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=enabled)

    def run(self) -> dict[str, float]:
        """Make one step; return its unweighted terms, "loss", "lr" and "grad" (the gradient's
        norm).

        Raises:
            TrainingDiverged: a term or the gradient is not finite; the weights are as before the
                update.

        """
        config = self.config.optim
        state = self.state
        share = float(
            distributed.average(
                torch.tensor(self.plan.share(state), device=self.device), self.world
            )
        )
        factor = optim.rate_factor(
            config, state.step, share, state.step // self.plan.steps_per_epoch
        )
        report: dict[str, float] = {}
        if state.discriminator is not None and state.optimizer_d is not None:
            optim.set_rate(state.optimizer_d, config.lr_discriminator * factor)
            report |= self._fitting(
                functools.partial(
                    self._update_discriminator, state.discriminator, state.optimizer_d
                )
            )
        optim.set_rate(state.optimizer, config.lr * factor)
        update = functools.partial(self._update_generator, self.config.loss.at(share))
        report |= self._fitting(update) | {"lr": config.lr * factor}
        if state.average:
            state.average.update(state.model.generator)
        state.step += 1
        return report

    def _fitting(self, update: Callable[[], dict[str, float]]) -> dict[str, float]:
        """Make an update; where a device runs out of memory, again with the batch in twice as many
        parts.
        """
        while True:
            with contextlib.suppress(torch.OutOfMemoryError):
                return update()
            if not self.loader.split_finer():
                raise InputError(
                    "out of memory on the device; use a smaller --optim.batch, a larger "
                    "--optim.accumulate, "
                    "or a smaller scene"
                )
            torch.cuda.empty_cache()
            parts = self.loader.accumulate
            print(
                f"notice: out of memory; going on with a batch in {parts} parts, one by one",
                file=sys.stderr,
            )

    def _parts(self) -> Iterator[Batch]:
        for batch in self.loader.parts(self.state.step):
            if self.config.optim.same_crop:
                batch = dataclasses.replace(batch, draws=batch.draws.with_one_crop())
            yield to_device(batch, self.device)

    def _update_discriminator(
        self, discriminator: nn.Module, optimizer: torch.optim.Optimizer
    ) -> dict[str, float]:
        optimizer.zero_grad(set_to_none=True)
        sums: dict[str, Tensor] = {}
        for batch in self._parts():
            with torch.no_grad(), self._looking():
                fake = self.predictor(batch).output.image()
            with self._autocast():
                terms = objective.discriminator_terms(discriminator, fake, batch, self.config.loss)
            self._check(terms, [batch])
            (objective.weighted(terms, self.config.loss) / self.loader.accumulate).backward()
            _accumulate(sums, terms, self.loader.accumulate)
        self._apply(discriminator, optimizer)
        return self._report(sums)

    @contextlib.contextmanager
    def _looking(self) -> Iterator[None]:
        """The model in eval mode, if the configuration draws the discriminator's pictures so
        (released).
        """
        if self.config.optim.eval_mode_fake:
            self.state.model.eval()
        try:
            yield
        finally:
            self.state.model.train()

    def _update_generator(self, weights: LossConfig) -> dict[str, float]:
        state = self.state
        state.optimizer.zero_grad(set_to_none=True)
        sums: dict[str, Tensor] = {}
        for batch in self._parts():
            terms = self._generator_terms(batch, weights)
            self._check(terms, [batch])
            loss = objective.weighted(terms, weights)
            (loss / self.loader.accumulate).backward()
            _accumulate(sums, terms | {"loss": loss}, self.loader.accumulate)
        norm = self._apply(state.model.generator, state.optimizer)
        return self._report(sums) | {"grad": norm}

    def _generator_terms(self, batch: Batch, weights: LossConfig) -> Terms:
        prediction = self.predictor(batch)
        terms = objective.generator_terms(prediction, batch, weights, self.cell_units, self.vgg)
        discriminator = self.state.discriminator
        if discriminator is not None:
            discriminator.requires_grad_(False)
            with self._autocast():
                terms |= objective.adversarial_terms(discriminator, prediction, batch, weights)
            discriminator.requires_grad_(True)
        return terms

    def _apply(self, module: nn.Module, optimizer: torch.optim.Optimizer) -> float:
        distributed.average_gradients(module, self.world)
        norm = optim.clip(module.parameters(), self.config.optim.clip)
        if not math.isfinite(norm):  # the same in every process: gradients were averaged
            raise TrainingDiverged(
                f"step {self.state.step}: the gradient is not a finite number; {_WAYS_ON}, or set "
                f"--optim.clip"
            )
        optimizer.step()
        return norm

    def _report(self, sums: dict[str, Tensor]) -> dict[str, float]:
        values = torch.stack([value.float() for value in sums.values()])
        return dict(zip(sums, distributed.average(values, self.world).tolist(), strict=True))

    def _check(self, terms: Terms, parts: list[Batch]) -> None:
        """Stop all processes together when any term anywhere is not finite."""
        bad = [name for name, value in terms.items() if not torch.isfinite(value)]
        if distributed.agree(bool(bad), self.world, self.device):
            where = self._culprits(parts) if bad else ["a scene of another process"]
            raise TrainingDiverged(
                f"step {self.state.step}: the loss term {', '.join(bad) or '(of another process)'} "
                f"is not a finite "
                f"number, with {', '.join(where)}; {_WAYS_ON}, or look at the scene"
            )

    @torch.no_grad()
    def _culprits(self, parts: list[Batch]) -> list[str]:
        """Names of the scenes that alone already give what is not finite; all of them if none
        does.
        """
        names = [name for batch in parts for name in batch.names]
        guilty = []
        for batch in parts:
            for index, name in enumerate(batch.names):
                prediction = self.predictor(_one(batch, index))
                pictures = (
                    prediction.output.colours[0],
                    batch.panoramas[index],
                    prediction.rendered.stacked[0],
                )
                if not all(torch.isfinite(picture).all() for picture in pictures):
                    guilty.append(name)
        return guilty or names


def _one(batch: Batch, index: int) -> Batch:
    part = slice(index, index + 1)
    draws = batch.draws
    return dataclasses.replace(
        batch,
        **{
            f.name: getattr(batch, f.name)[part]
            for f in dataclasses.fields(batch)
            if f.name != "draws"
        },
        draws=dataclasses.replace(
            draws,
            noise=draws.noise[part],
            jitter=None if draws.jitter is None else draws.jitter[part],
            yaw_deg=draws.yaw_deg[:, part],
            pitch_deg=draws.pitch_deg[:, part],
        ),
    )


def _accumulate(sums: dict[str, Tensor], terms: Terms, parts: int) -> None:
    for name, value in terms.items():
        sums[name] = sums.get(name, value.new_zeros(())) + value.detach() / parts

"""A training run from its first line to its weights: prepare, step, log, save, resume."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from sat2density.errors import OutputError, WeightsError
from sat2density.files import check_output_folder, locked, output_folder, remove_partial
from sat2density.loading import choose_device
from sat2density.models.generator import Generator
from sat2density.perceptual import VggLoss, state_dict
from sat2density.training import (
    checkpoint,
    config_file,
    distributed,
    initial_weights,
    lineage,
    pack_writer,
    preview_sheets,
    runlog,
    stages,
)
from sat2density.training.build import build_state
from sat2density.training.config import TrainConfig
from sat2density.training.schedule import Plan, Watch
from sat2density.training.state import State
from sat2density.weights import save_weights


@dataclasses.dataclass(frozen=True)
class RunOptions:
    """What is asked of one call, besides the configuration.

    Attributes:
        out: the run's folder.
        max_minutes: stop (and save) after so many minutes of this call; None runs to the end.
        max_steps: stop (and save) after so many steps of this call; None runs to the end.
        dry_run: make three steps and say what the run would cost; only the scenes packed for them
            are kept.
        resume: go on in `out` from its last complete checkpoint.
        init_from: weights to start from (name or path).
        device: "auto", "cpu", "cuda", ...
        init_parts: of `init_from`, take over what fits by name and shape.
        quiet: no progress.
        interrupted: asked after every step; True ends the call as `max_minutes` does.

    """

    out: Path
    max_minutes: float | None = None
    max_steps: int | None = None
    dry_run: bool = False
    resume: bool = False
    init_from: str | None = None
    init_parts: bool = False
    device: str = "auto"
    quiet: bool = False
    interrupted: Callable[[], bool] = lambda: False


@dataclasses.dataclass(frozen=True)
class RunResult:
    """How a call ended: steps done, whether the run is complete, stem of the weights.

    No weights: it was a dry run, or the first of several processes wrote them.
    """

    step: int
    finished: bool
    weights: Path | None


def train(config: TrainConfig, options: RunOptions) -> RunResult:
    """Train, or go on training.

    Args:
        config: of the run.
        options: what is asked of this call.

    Raises:
        InputError: settings, data or weights cannot be used; a resumed run has other settings (with
            a table).
        OutputError: the folder exists, or cannot be written.
        TrainingDiverged: a loss is not a finite number.

    """
    device = distributed.local_device(choose_device(options.device))
    world = distributed.join(device)
    try:
        with contextlib.ExitStack() as held:
            return _Run(config, options, device, world, held).go()
    finally:
        distributed.leave(world)


def prepare_data(config: TrainConfig, say: Callable[[str], None]) -> None:
    """Pack a run's data without training; `say` is told how far it is.

    Args:
        config: of the run.
        say: gets a line at a time.

    """
    packed = pack_writer.open_packed(config, distributed.ProcessGroup(), False, say)
    say(f"{len(packed)} scenes are packed")


class _Run:
    def __init__(
        self,
        config: TrainConfig,
        options: RunOptions,
        device: torch.device,
        world: distributed.ProcessGroup,
        held: contextlib.ExitStack,
    ) -> None:
        self.config, self.options, self.world, self.held = config, options, world, held
        _prepare_torch(config)
        self.notices: list[str] = []
        self.log: runlog.RunLog | None = None
        self._check_folder()
        # What may be refused comes before the packing, which may take long.
        self.vgg = self._perceptual(device)
        self.state = build_state(config, device)
        if options.init_from and not options.resume:
            start = (
                initial_weights.start_from_parts
                if options.init_parts
                else (initial_weights.start_from)
            )
            self._say(start(self.state, options.init_from))
        packed = pack_writer.open_packed(config, world, options.dry_run, self._say)
        make_batches, make_stepper = stages.parts_of(config)
        batches = make_batches(packed, stages.batch_rules(config))
        self.plan = Plan.of(config.optim, packed.data_scenes)
        self._resume_or_begin(device)
        distributed.same_weights(self.state.model, world)
        self.stepper = make_stepper(config, self.state, batches, world, self.vgg, self.plan)
        self.sheet_maker = (
            preview_sheets.SheetMaker(config) if world.first and not options.dry_run else None
        )

    def _say(self, text: str) -> None:
        self.notices.append(text)
        if self.world.first and not self.options.quiet:
            print(text, file=sys.stderr, flush=True)

    # Before the first step ------------------------------------------------------------

    def _check_folder(self) -> None:
        out = self.options.out
        if self.options.dry_run:
            return
        if self.config.run.tensorboard:
            runlog.summary_writer()
        if self.options.resume:
            self._say(config_file.resumed(out / runlog.CONFIG, self.config))
        elif self.world.first:
            check_run_folder(out)

    def _perceptual(self, device: torch.device) -> nn.Module | None:
        loss = self.config.loss
        if loss.perceptual == 0:
            return None
        try:
            return VggLoss(state_dict("vgg19", loss.vgg, fetch=True)).to(device)
        except WeightsError as error:
            if loss.perceptual_missing == "stop":
                raise WeightsError(
                    f"{error} (or train without the term: --loss.perceptual 0)"
                ) from error
            self._say(f"notice: the perceptual term is left out: {error}")
            return None

    def _resume_or_begin(self, device: torch.device) -> None:
        out = self.options.out
        if self.options.dry_run:
            return
        if self.options.resume:
            if self.world.first:
                self.held.enter_context(locked(out))
            self._resume(out / runlog.CHECKPOINTS, device)
        if not self.world.first:
            return
        if not self.options.resume:
            self._begin(out)
            self.held.enter_context(locked(out))
        self.log = runlog.RunLog(
            out, self.config.run.tensorboard, self.state.step if self.options.resume else None
        )
        for notice in self.notices:
            self.log.write("notice", self.state.step, text=notice)

    def _resume(self, folder: Path, device: torch.device) -> None:
        contents, notices = checkpoint.load(folder, device, self.state)
        checkpoint.restore(self.state, contents)
        distributed.wait(self.world)  # until all have read: what is read is tidied now
        if self.world.first:
            remove_partial(self.options.out)
            notices += checkpoint.set_aside(folder, self.state.step)
        for notice in notices:
            self._say(f"notice: {notice}")
        self._say(f"resumed at step {self.state.step}")

    def _begin(self, out: Path) -> None:
        """Write the run's folder with its first checkpoint, or nothing: a killed run goes on or
        starts anew.
        """
        with output_folder(out) as staging:
            config_file.save(self.config, staging / runlog.CONFIG)
            record = runlog.environment() | {
                "notices": self.notices,
                "init_from": self.options.init_from,
            }
            text = json.dumps(record, indent=2) + "\n"
            (staging / runlog.ENVIRONMENT).write_text(text, encoding="utf-8")
            checkpoint.save(staging / runlog.CHECKPOINTS, self.state)

    # The run ------------------------------------------------------------

    def go(self) -> RunResult:
        """Make the steps that are left, or as many as the minutes allow."""
        if self.options.dry_run:
            return self._dry_run()
        shown = self.world.first and not self.options.quiet
        with contextlib.ExitStack() as ending:
            if self.log is not None:
                ending.callback(self.log.close)
            with (
                contextlib.closing(self.stepper.loader),
                contextlib.closing(
                    runlog.Progress(self.plan.steps or 0, self.state.step, shown)
                ) as bar,
            ):
                self._loop(bar)
            return self._finish()

    def _loop(self, bar: runlog.Progress) -> None:
        begun, first = time.monotonic(), self.state.step
        watch = Watch(self.config, self.options.max_minutes, self.state.seconds)
        while not distributed.agree(self._done(begun, first), self.world, self.state.model.device):
            start = time.monotonic()
            report = self.stepper.run()
            self.state.seconds += time.monotonic() - start
            if self.world.first:
                self._record(report, bar, watch)

    def _done(self, begun: float, first: int) -> bool:
        minutes, steps = self.options.max_minutes, self.options.max_steps
        over = minutes is not None and time.monotonic() - begun >= 60 * minutes
        over = over or (steps is not None and self.state.step - first >= steps)
        return over or self.options.interrupted() or self.plan.share(self.state) >= 1

    def _record(self, report: dict[str, float], bar: runlog.Progress, watch: Watch) -> None:
        state, log = self.state, self.log
        rate = watch.rate(state.step, self.config.optim.batch)
        bar.update(state.step, rate, watch.seconds_left(self.plan, state), report)
        if log and state.step % self.config.run.log_steps == 0:
            waiting = watch.waiting(self.stepper.loader.waited, state.seconds)
            extra = {
                "samples_per_s": round(rate, 3),
                "seconds": round(state.seconds, 1),
                "waiting": round(waiting, 4),
            }
            log.write("step", state.step, **{k: round(v, 6) for k, v in report.items()}, **extra)
        if watch.due("checkpoint", state.step):
            checkpoint.save(self.options.out / runlog.CHECKPOINTS, state)
        if watch.due("sheet", state.step):
            self._sheet()

    def _sheet(self) -> None:
        if self.sheet_maker is None or self.log is None:
            return
        name = f"step-{self.state.step:07d}.png"
        numbers = self.sheet_maker.write(self.options.out / runlog.SHEETS / name, self.state)
        self.log.write("sheet", self.state.step, file=f"{runlog.SHEETS}/{name}", **numbers)

    def _finish(self) -> RunResult:
        finished = self.plan.share(self.state) >= 1
        stem = self.options.out / runlog.WEIGHTS / self.config.preset
        if self.world.first:
            checkpoint.save(self.options.out / runlog.CHECKPOINTS, self.state)
            self._sheet()
            write_weights(self.config, self.state, self.stepper.loader.batches.count, stem)
        distributed.wait(self.world)  # torchrun ends everybody as soon as the first one has left
        return RunResult(self.state.step, finished, stem if self.world.first else None)

    def _dry_run(self) -> RunResult:
        times = []
        for _ in range(3):
            start = time.monotonic()
            self.stepper.run()
            times.append(time.monotonic() - start)
        self.stepper.loader.close()
        seconds = min(times[1:])
        count = sum(p.numel() for p in self.state.model.parameters())
        packed = self.stepper.loader.batches.packed
        self._say(
            f"generator: {count:,} parameters; data: {packed.data_scenes} scenes, {len(packed)} of "
            f"them packed"
        )
        self._say(
            f"a step of {self.config.optim.batch} scenes: {seconds:.2f} s; peak memory "
            f"{peak_memory_mb():.0f} MB"
        )
        steps, minutes = self.plan.steps, self.plan.minutes
        cost = f"about {60 * (minutes or 0) / seconds:.0f} steps, {minutes} minutes"
        if steps is not None:
            cost = f"{steps} steps, about {steps * seconds / 60:.0f} minutes"
        self._say(f"the whole run: {cost}; no run was written")
        return RunResult(0, False, None)


def _prepare_torch(config: TrainConfig) -> None:
    if config.run.threads > 0:
        torch.set_num_threads(config.run.threads)
    if config.run.deterministic:
        torch.use_deterministic_algorithms(True)


def write_weights(config: TrainConfig, state: State, scenes: int, stem: Path) -> None:
    """Write the generator (its moving average, where there is one) in the package's format.

    Args:
        config: of the run.
        state: what is trained.
        scenes: number of scenes trained on.
        stem: of the two files, without suffix.

    """
    generator = state.best_generator
    assert isinstance(generator, Generator)
    info = lineage.description(config, state, scenes)
    save_weights(stem, generator, config.scene, config.rules, info, half=True)


def check_run_folder(out: Path) -> None:
    """Refuse a folder in which something lies already, with the two ways on.

    Args:
        out: the run's folder.

    """
    try:
        check_output_folder(out, overwrite=False)
    except OutputError:
        raise OutputError(
            f"{out}: a run or something else is there; go on with --resume, or choose another --out"
        ) from None


def peak_memory_mb() -> float:
    """Peak memory of this process so far, megabytes (of the GPU where there is one)."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3

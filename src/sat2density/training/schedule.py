"""How long a run is, how far it has come, and what is due: steps and clocks, without the work."""

from __future__ import annotations

import dataclasses
import time

from sat2density.training.config import OptimConfig, TrainConfig
from sat2density.training.state import State


@dataclasses.dataclass(frozen=True)
class Plan:
    """How long a run is: `steps`, or (where that is None) `minutes` of training; `steps_per_epoch`
    of the data.
    """

    steps: int | None
    minutes: float | None
    steps_per_epoch: int

    @classmethod
    def of(cls, config: OptimConfig, scenes: int) -> Plan:
        """Plan a run over so many scenes.

        Args:
            config: steps, epochs or minutes, and the batch.
            scenes: number of scenes in the data.

        """
        per_epoch = max(1, scenes // config.batch)
        if config.minutes is not None:
            return cls(None, config.minutes, per_epoch)
        return cls(
            config.steps if config.steps is not None else config.epochs * per_epoch, None, per_epoch
        )

    def share(self, state: State) -> float:
        """Share of the run that is done, 0 to 1.

        Args:
            state: what is trained.

        """
        if self.steps is not None:
            return min(1.0, state.step / max(1, self.steps))
        return min(1.0, state.seconds / (60 * (self.minutes or 1)))


class Watch:
    """Clocks of a run that has `spent` so many seconds: speed over the last steps, time left, what
    is due.
    """

    def __init__(self, config: TrainConfig, max_minutes: float | None, spent: float) -> None:
        run = config.run
        self.every = {"checkpoint": run.checkpoint_minutes * 60, "sheet": run.sheet_minutes * 60}
        self.steps = run.checkpoint_steps
        self.begun = time.monotonic()
        self.limit = None if max_minutes is None else 60 * max_minutes
        self.last = dict.fromkeys(self.every, self.begun)
        self.marks: list[float] = [self.begun]
        self.told = (0.0, spent)

    def rate(self, step: int, batch: int) -> float:
        """Samples a second over the last fifty steps.

        Args:
            step: steps done.
            batch: scenes a step.

        """
        self.marks = [*self.marks[-50:], time.monotonic()]
        return batch * (len(self.marks) - 1) / max(1e-9, self.marks[-1] - self.marks[0])

    def waiting(self, waited: float, spent: float) -> float:
        """Share of the training time since the last call that was waited for data; both are sums,
        in seconds.

        Args:
            waited: seconds waited for data, since the beginning.
            spent: seconds trained, since the beginning.

        """
        before = self.told
        self.told = (waited, spent)
        return min(1.0, (waited - before[0]) / max(1e-9, spent - before[1]))

    def seconds_left(self, plan: Plan, state: State) -> float:
        """Seconds until the run ends by its plan or by this call's minutes.

        Args:
            plan: how long the run is.
            state: what is trained.

        """
        share = plan.share(state)
        spent = state.seconds
        left = spent / share * (1 - share) if share > 0 else 0.0
        return left if self.limit is None else min(left, self.begun + self.limit - time.monotonic())

    def due(self, what: str, step: int) -> bool:
        """Whether it is time for a checkpoint or a sheet; asking resets the clock.

        Args:
            what: "checkpoint" or "sheet".
            step: steps done.

        """
        by_steps = what == "checkpoint" and bool(self.steps) and step % (self.steps or 1) == 0
        if by_steps or time.monotonic() - self.last[what] >= self.every[what]:
            self.last[what] = time.monotonic()
            return True
        return False

"""`sat2density train`: a training run, from a preset and what is overridden in it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import tyro

from sat2density.apps.options import Flat
from sat2density.apps.session import gentle_interrupt, note
from sat2density.training.config import TrainConfig
from sat2density.training.presets import PRESETS


@dataclasses.dataclass(frozen=True)
class Train:
    """Train a model.

    The run's folder gets the resolved configuration, the environment, a log in JSON lines,
    checkpoints, sheets of pictures and, at the end, the weights. It never overwrites a run. Several
    processes: torchrun --nproc-per-node N -m sat2density.apps.cli train ...
    """

    config: Annotated[TrainConfig, Flat]
    out: Annotated[Path | None, tyro.conf.arg(metavar="FOLDER")] = None
    """Folder of the run. Default: out/train-PRESET."""
    max_minutes: float | None = None
    """Stop, saved and ready to be resumed, after so many minutes."""
    dry_run: bool = False
    """Make three steps, say what the run would cost, write no run."""
    pack: bool = False
    """Only prepare the training data (a later run finds it), in shards: may be interrupted and gone
    on with.
    """
    resume: bool = False
    """Go on with the run in --out from its last complete checkpoint."""
    init_from: Annotated[str | None, tyro.conf.arg(metavar="NAME|FILE")] = None
    """Start from these weights instead of random ones."""
    init_parts: bool = False
    """With --init-from: the weights may be of another architecture; what fits by name and shape is
    taken over.
    """
    skip_bad: bool = False
    """Leave out pairs that cannot be read, with one line each and a count (--data.skip-bad)."""
    device: str = "auto"
    """auto, cpu, cuda or cuda:N."""

    def run(self) -> None:
        """Train and say where the weights are."""
        from sat2density.training.allocator import keep_freed_memory
        from sat2density.training.trainer import RunOptions, prepare_data, train

        config = self.config
        if self.skip_bad:
            config = dataclasses.replace(
                config, data=dataclasses.replace(config.data, skip_bad=True)
            )
        if self.pack:
            prepare_data(config, note)
            return
        keep_freed_memory()
        with gentle_interrupt() as interrupt:
            options = RunOptions(
                out=self.out or Path("out") / f"train-{self.config.preset}",
                max_minutes=self.max_minutes,
                dry_run=self.dry_run,
                resume=self.resume,
                init_from=self.init_from,
                init_parts=self.init_parts,
                device=self.device,
                interrupted=lambda: interrupt.asked,
            )
            result = train(config, options)
        if result.weights is None:
            return
        state = "finished" if result.finished else "stopped; go on with --resume"
        note(f"step {result.step}: {state}; weights: {result.weights}.safetensors")
        if interrupt.asked:
            raise KeyboardInterrupt("stopped and saved; go on with --resume")


COMMAND = tyro.extras.subcommand_type_from_defaults(
    {name: Train(config) for name, config in PRESETS.items()},
    {
        "cvact": "the released recipe on CVACT",
        "cvusa": "the released recipe on CVUSA",
        "suburb": "the released networks on the procedural suburb",
        "suburb-small": "the model that ships: small networks, the procedural suburb",
        "tiny": "seconds long, for tests",
    },
    prefix_names=False,
)

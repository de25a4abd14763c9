"""`sat2density train`: a training run, from a preset and what is overridden in it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any, Final

import tyro

from sat2density.apps.options import Flat
from sat2density.apps.session import gentle_interrupt, note
from sat2density.errors import InputError
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
    """Go on with the run in --out from its last complete checkpoint, with its own configuration (no
    preset need be named); what is typed anew counts, and is shown.
    """
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


ABOUT: Final = {
    "cvact": "the released recipe on CVACT",
    "cvusa": "the released recipe on CVUSA",
    "suburb": "the released networks on the procedural suburb",
    "suburb-small": "small networks, the procedural suburb, from pictures and masks alone",
    "geometry": "density and heads of the model that ships, from the exact truth",
    "painter": "RenderNet on what geometry has learned; sees what stands where rays end",
    "tiny": "seconds long, for tests",
}
"""Presets in the help's order; the others follow."""


def with_saved(args: list[str]) -> tuple[list[str], Any]:
    """Return the arguments with the run's own preset, and the command with the run's configuration
    as its default, for `train --resume --out RUN`: only what is typed counts anew.

    Args:
        args: what was typed after `train`.

    Raises:
        InputError: the run has no configuration, or was begun from another preset.

    """
    if "--resume" not in args or "--help" in args or "-h" in args:
        return args, COMMAND
    from sat2density.training import config_file
    from sat2density.training.runlog import CONFIG

    typed = args[0] if args and not args[0].startswith("-") else None
    out = _value(args, "--out") or (None if typed is None else f"out/train-{typed}")
    if out is None:
        raise InputError("--resume: say which run with --out FOLDER (or which preset)")
    saved = config_file.read(Path(out) / CONFIG)
    if typed is not None and typed != saved.preset:
        raise InputError(f"{out}: was begun from the preset '{saved.preset}', not '{typed}'")
    rest = args if typed is None else args[1:]
    # A switch that is on already has no option of its name any more, only the one that puts it off.
    on = {name for name, value in config_file.flat(saved).items() if value is True}
    rest = [word for word in rest if word[2:].replace("-", "_") not in on]
    return [saved.preset, *rest], commands({**PRESETS, saved.preset: saved})


def _value(args: list[str], name: str) -> str | None:
    for at, word in enumerate(args):
        if word == name and at + 1 < len(args):
            return args[at + 1]
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return None


def commands(presets: dict[str, TrainConfig]) -> Any:
    """Return the command for tyro: one sub-command a preset.

    Args:
        presets: configurations by name.

    """
    return tyro.extras.subcommand_type_from_defaults(
        {name: Train(config) for name, config in presets.items()}, ABOUT, prefix_names=False
    )


COMMAND = commands(PRESETS)

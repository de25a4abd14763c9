"""Smallest and largest value of what a training run can be told, checked before anything is loaded:
`--optim.batch 1e12` is a sentence, not a machine out of memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sat2density.bounds import check_count, check_number, check_size

if TYPE_CHECKING:
    from sat2density.training.config import TrainConfig

COUNTS: Final[dict[str, tuple[int, int]]] = {
    "seed": (0, 2**63 - 1),
    "data.limit": (1, 10**8),
    "data.further_limit": (1, 10**8),
    "data.tile_size": (8, 4096),
    "data.ground_views": (0, 256),
    "data.raised_views": (0, 256),
    "data.low_views": (0, 256),
    "optim.batch": (1, 4096),
    "optim.accumulate": (1, 4096),
    "optim.epochs": (1, 10**6),
    "optim.steps": (1, 10**9),
    "optim.warmup": (0, 10**9),
    "run.checkpoint_steps": (1, 10**9),
    "run.log_steps": (1, 10**9),
    "run.threads": (0, 1024),
}
"""Whole numbers; those that may be None are left out then."""

NUMBERS: Final[dict[str, tuple[float, float]]] = {
    "data.raised_share": (0, 1),
    "augment.tile_colour": (0, 1),
    "augment.tile_retouch": (0, 1),
    "augment.zoom": (0, 1),
    "augment.coarse": (0, 1),
    "optim.minutes": (1e-4, 1e7),
    "optim.lr": (1e-12, 100),
    "optim.lr_discriminator": (1e-12, 100),
    "optim.beta1": (0, 0.999999),
    "optim.beta2": (0, 0.999999),
    "optim.eps": (1e-30, 1),
    "optim.eps_discriminator": (1e-30, 1),
    "optim.final_lr": (0, 1),
    "optim.clip": (0, 1e9),
    "optim.ema": (0, 0.9999999),
    "run.checkpoint_minutes": (0, 1e7),
    "run.sheet_minutes": (0, 1e7),
    "loss.density_margin": (1, 1e6),
    "loss.density_margin_ramp": (0, 1),
    "loss.occupancy_below": (0, 1),
}
"""Other numbers, the weights of loss terms apart."""

MOST_WEIGHT: Final = 1e9
"""Of a loss term."""


def check_limits(config: TrainConfig) -> None:
    """Refuse a configuration whose numbers are out of bounds.

    Args:
        config: of a run.

    Raises:
        InputError: a number is too small, too large or not finite; the message names the field.

    """
    for name, (least, most) in COUNTS.items():
        value = _value(config, name)
        if value is not None:
            check_count(name, value, least, most)
    for name, bounds in NUMBERS.items():
        value = _value(config, name)
        if value is not None:
            check_number(name, value, *bounds)
    for name, value in vars(config.loss).items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            check_number(f"loss.{name}", value, 0, MOST_WEIGHT)
    if config.data.panorama_size is not None:
        check_size("data.panorama_size", *config.data.panorama_size)


def _value(config: TrainConfig, dotted: str) -> Any:
    value: Any = config
    for part in dotted.split("."):
        value = getattr(value, part)
    return value

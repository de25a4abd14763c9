"""Training that starts from weights: what must fit, what is taken over."""

from __future__ import annotations

import dataclasses

from sat2density.engine import history
from sat2density.engine.step import State
from sat2density.errors import WeightsError
from sat2density.weights import open_weights


def start_from(state: State, name_or_path: str) -> str:
    """Put trained weights into a fresh state; WeightsError when another architecture does not fit."""
    loaded = open_weights(name_or_path)
    ours = state.model.architecture
    if dataclasses.replace(loaded.architecture, density_softest=ours.density_softest) != ours:
        raise WeightsError(
            f"{name_or_path}: has another architecture than this run; set the same --architecture options"
        )
    state.model.generator.load_state_dict(loaded.generator_state)
    state.history, state.parent = history.inherited(loaded.info), history.passed_on(loaded.info)
    if state.average is not None:
        state.average.module.load_state_dict(loaded.generator_state)
    if state.discriminator is None or loaded.discriminator_state is None:
        return f"starting from {name_or_path}"
    state.discriminator.load_state_dict(loaded.discriminator_state)
    return f"starting from {name_or_path}, with its discriminator"

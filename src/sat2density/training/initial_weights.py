"""Training that starts from weights: what must fit, what is taken over."""

from __future__ import annotations

import dataclasses

from sat2density.errors import WeightsError
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import Rules
from sat2density.training import config_file, lineage
from sat2density.training.state import State
from sat2density.weights import open_weights
from sat2density.weights.loaded import LoadedWeights


def start_from(state: State, name_or_path: str) -> str:
    """Put trained weights into a fresh state, and say so; WeightsError when they do not fit the
    run.

    Args:
        state: fresh; is changed in place.
        name_or_path: of the weights.

    """
    loaded = open_weights(name_or_path)
    check_fit(loaded, state.model, name_or_path)
    state.model.generator.load_state_dict(loaded.generator_state)
    state.history = lineage.inherited(loaded.info)
    state.parent = lineage.passed_on(loaded.info)
    if state.average is not None:
        state.average.module.load_state_dict(loaded.generator_state)
    if state.discriminator is None or loaded.discriminator_state is None:
        return f"starting from {name_or_path}"
    state.discriminator.load_state_dict(loaded.discriminator_state)
    return f"starting from {name_or_path}, with its discriminator"


def start_from_parts(state: State, name_or_path: str) -> str:
    """Put into a fresh state what trained weights have under the same name and of the same shape,
    and say how much that was: a run on a new architecture then begins with what another learned.

    Args:
        state: fresh; is changed in place.
        name_or_path: of the weights.

    Raises:
        WeightsError: nothing fits.

    """
    loaded = open_weights(name_or_path)
    own = state.model.generator.state_dict()
    fitting = {
        name: values
        for name, values in loaded.generator_state.items()
        if name in own and own[name].shape == values.shape
    }
    if not fitting:
        raise WeightsError(f"{name_or_path}: none of its parts fits this run's architecture")
    for module in (state.model.generator, state.average.module if state.average else None):
        if module is not None:
            module.load_state_dict(fitting, strict=False)
    state.history = lineage.inherited(loaded.info)
    state.parent = lineage.passed_on(loaded.info)
    return f"starting from {len(fitting)} of {len(own)} parts of {name_or_path}"


def check_fit(loaded: LoadedWeights, model: Sat2Density, name: str) -> None:
    """Refuse weights of another architecture, scale or rules than the run's; sizes of pictures may
    differ.

    Args:
        loaded: the weights.
        model: the run's.
        name: of the weights, for messages.

    """
    if loaded.architecture != model.architecture:
        raise WeightsError(
            f"{name}: has another architecture than this run; set the same --architecture options"
        )
    wrong = config_file.to_set("scene", loaded.spec, model.spec, config_file.SCALE)
    wrong += config_file.to_set(
        "rules", loaded.rules, model.rules, [f.name for f in dataclasses.fields(Rules)]
    )
    if wrong:
        raise WeightsError(
            f"{name}: was trained at another scale or by other rules than this run; set "
            f"{', '.join(wrong)}"
        )

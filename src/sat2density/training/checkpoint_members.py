"""Whether a checkpoint's members are those of a run's state: what is missing or of another shape is
named, before any of it is put into place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import torch
from torch import Tensor, nn

from sat2density.training.state import State

ADAMS: Final[tuple[str, ...]] = ("exp_avg", "exp_avg_sq")
MUONS: Final[tuple[str, ...]] = ("exp_avg",)
"""Moments that an optimizer keeps of a parameter, of its shape."""


def unfit_member(contents: Any, state: State) -> str:
    """Say which member of a checkpoint does not fit a state built from the same configuration.

    Args:
        contents: what the file holds.
        state: the run's, whose networks and optimizers the members are for.

    Returns:
        the first fault as words that follow "its"; empty where all fit.

    """
    if not isinstance(contents, dict):
        return "contents are no dictionary"
    checks = [
        _count(contents, "step"),
        _seconds(contents),
        _lineage(contents),
        _weights(contents, "generator", state.model.generator),
        _moments(contents, "optimizer", state.optimizer),
    ]
    if state.discriminator is not None and state.optimizer_d is not None:
        checks.append(_weights(contents, "discriminator", state.discriminator))
        checks.append(_moments(contents, "optimizer_d", state.optimizer_d))
    if state.average is not None:
        checks.append(_weights(contents, "average", state.average.module))
        checks.append(_count(contents, "average_updates"))
    return next((fault for fault in checks if fault), "")


def _count(contents: dict[str, Any], name: str) -> str:
    value = contents.get(name)
    return "" if type(value) is int and value >= 0 else f"'{name}' is no whole number from 0 on"


def _seconds(contents: dict[str, Any]) -> str:
    value: Any = contents.get("seconds")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = number and math.isfinite(value) and value >= 0
    return "" if fits else "'seconds' is no number from 0 on"


def _lineage(contents: dict[str, Any]) -> str:
    """Both are missing in checkpoints of earlier versions."""
    history = contents.get("history", [])
    parent = contents.get("parent")
    if not isinstance(history, list) or not all(isinstance(run, dict) for run in history):
        return "'history' is no list of runs"
    return "" if parent is None or isinstance(parent, dict) else "'parent' is no record"


def _weights(contents: dict[str, Any], name: str, module: nn.Module) -> str:
    found = contents.get(name)
    return _tensors(name, found, module.state_dict())


def _tensors(name: str, found: Any, wanted: Mapping[str, Tensor]) -> str:
    if not isinstance(found, Mapping):
        return f"'{name}' is missing or no dictionary"
    for key, value in wanted.items():
        if key not in found:
            return f"'{name}' lacks {key}"
        if not isinstance(found[key], Tensor) or found[key].shape != value.shape:
            return f"'{name}' has a wrong {key}, not of the shape {tuple(value.shape)}"
    more = sorted(map(str, found.keys() - wanted.keys()))
    return f"'{name}' has more than the network: {more[0]}" if more else ""


def _moments(contents: dict[str, Any], name: str, optimizer: torch.optim.Optimizer) -> str:
    found = contents.get(name)
    if not isinstance(found, dict) or not {"state", "param_groups"} <= found.keys():
        return f"'{name}' is missing or no optimizer's state"
    wanted = optimizer.state_dict()["param_groups"]
    groups = found["param_groups"]
    state = found["state"]
    if not isinstance(groups, list) or not isinstance(state, dict):
        return f"'{name}' is no optimizer's state"
    if len(groups) != len(wanted) or not all(
        isinstance(group, dict)
        and group.keys() >= ours.keys()
        and group["params"] == ours["params"]
        for group, ours in zip(groups, wanted, strict=True)
    ):
        return f"'{name}' belongs to other parameters"
    parts = {
        key: (parameter, MUONS if group.get("muon") else ADAMS)
        for ours, group in zip(wanted, optimizer.param_groups, strict=True)
        for key, parameter in zip(ours["params"], group["params"], strict=True)
    }
    return _of_parameters(name, state, parts)


def _of_parameters(
    name: str, state: dict[Any, Any], parts: dict[int, tuple[Tensor, tuple[str, ...]]]
) -> str:
    """Look at the moments of parameters, by their numbers: each with the names of its own; before
    the first step there are none.
    """
    for key, moments in state.items():
        if type(key) is not int or key not in parts:
            return f"'{name}' has moments of no parameter"
        parameter, own = parts[key]
        if not isinstance(moments, dict) or not {"step", *own} <= moments.keys():
            return f"'{name}' lacks the moments of parameter {key}"
        if any(
            not isinstance(moments[part], Tensor) or moments[part].shape != parameter.shape
            for part in own
        ):
            return f"'{name}' has wrong moments of parameter {key}"
    return ""

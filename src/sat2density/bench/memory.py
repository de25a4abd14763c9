"""Peak memory of a piece of work on the CPU, measured in a process of its own (`python -m ... TASK
JSON`).

In a running process malloc hands out memory that it kept, and a rise cannot be seen. Here every
larger array is mapped for itself and given back when it is freed, so that resident memory is what
is alive.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from sat2density.scene_spec import SceneSpec

_ENVIRONMENT = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}


def measure_apart(task: str, **arguments: Any) -> dict[str, float]:
    """Run a task of `TASKS` in a fresh process; return its numbers in MiB, none where the system
    does not say.

    Args:
        task: one of `TASKS`.
        arguments: of the task, as JSON can hold them.

    """
    command = [sys.executable, "-m", __name__, task, json.dumps(arguments)]
    environment = {**os.environ, **_ENVIRONMENT}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _render(spec: dict[str, Any], side: int) -> dict[str, float]:
    """Rendering forward and backward, beyond its inputs, the picture and the gradient, by "scene,
    ground: impl".
    """
    import torch

    from sat2density.bench.rendering_cases import rendering_cases

    found = {}
    for case in rendering_cases(SceneSpec.from_dict(spec), side, torch.device("cpu")):
        for impl in case.impls:
            rise = _rise(case.both(impl))
            if rise is not None:
                found[f"{case.name}: {impl}"] = rise - case.results_mb
    return found


def _train(path: str, architecture: str, spec: dict[str, Any], batch: int) -> dict[str, float]:
    """A training step's peak beyond weights, gradients and Adam's moments."""
    import torch

    from sat2density.bench.timing import extra_memory_mb, resident_mb
    from sat2density.bench.training_step import TrainingSteps

    before = resident_mb()
    steps = TrainingSteps(architecture, SceneSpec.from_dict(spec), batch, torch.device("cpu"))
    call = getattr(steps, path)
    call()
    call()  # the first one ends with Adam's moments: what is kept of freed memory grows once more
    now = resident_mb()
    rise = extra_memory_mb(call, torch.device("cpu"))
    if rise is None or before is None or now is None:
        return {}
    return {"beyond_mb": now + rise - before - steps.kept_mb, "kept_mb": steps.kept_mb}


def _rise(call: Callable[[], Any]) -> float | None:
    import torch

    from sat2density.bench.timing import extra_memory_mb

    call()
    return extra_memory_mb(call, torch.device("cpu"))


TASKS: dict[str, Callable[..., dict[str, float]]] = {"render": _render, "train": _train}
"""Name of a task -> what measures it."""

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))

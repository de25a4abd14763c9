"""What of numba and torch our kernels lean on without a promise that it stays: looked for before
something fails in the middle of compiling.

`doctor` says what is missing, a test fails with the same sentence, and pyproject.toml bounds
numba to versions in which all of it was there.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
from typing import Any, Final

PRIVATE_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "numba": (
        "numba.core.cgutils.alloca_once_value",
        "numba.core.cgutils.gep_inbounds",
        "numba.core.cgutils.get_or_insert_function",
        "numba.core.cpu.CPUTargetOptions._nrt",
        "numba.core.cpu.CPUTargetOptions.no_cfunc_wrapper",
        "numba.core.cpu.CPUTargetOptions.no_cpython_wrapper",
        "numba.core.datamodel.models.PrimitiveModel",
        "numba.core.typing.templates.AbstractTemplate",
        "numba.core.typing.templates.AttributeTemplate",
        "numba.core.typing.templates.infer_getattr",
        "numba.core.typing.templates.infer_global",
        "numba.core.typing.templates.signature",
        "numba.extending.intrinsic",
        "numba.extending.lower_builtin",
        "numba.extending.lower_getattr_generic",
        "numba.extending.register_model",
    ),
    "torch": (
        "torch.cpu._is_amx_tile_supported",
        "torch.cpu._is_avx512_bf16_supported",
        "torch.native_group_norm",
    ),
}
"""Distribution -> names that must be there. `render.kernels.numba_lanes`, `worlds.kernels` and
`models.cpu.norm` use them.
"""

ARGUMENTS: Final[dict[str, dict[str, str]]] = {
    "numba": {"llvmlite.ir.instructions.GEPInstr": "source_etype"},
}
"""Distribution -> what is called with an argument that earlier versions do not know."""

OPERATORS: Final[dict[str, tuple[str, ...]]] = {
    "convolution_backward.default": (
        "grad_output",
        "input",
        "weight",
        "bias_sizes",
        "stride",
        "padding",
        "dilation",
        "transposed",
        "output_padding",
        "groups",
        "output_mask",
    ),
    "native_group_norm_backward.default": (
        "grad_out",
        "input",
        "mean",
        "rstd",
        "weight",
        "N",
        "C",
        "HxW",
        "group",
        "output_mask",
    ),
    "leaky_relu_backward.grad_input": (
        "grad_output",
        "self",
        "negative_slope",
        "self_is_result",
        "grad_input",
    ),
}
"""torch's operators that `models.cpu` calls by position -> their arguments in order."""


def missing_interfaces(distribution: str) -> list[str]:
    """Return what of a distribution's private interfaces is not there, or is another one; [] where
    all is well.

    Args:
        distribution: "numba" or "torch"; it must be installed.

    """
    found = [name for name in PRIVATE_NAMES[distribution] if _value(name) is None]
    for name, argument in ARGUMENTS.get(distribution, {}).items():
        called = _value(name)
        if called is None or argument not in inspect.signature(called).parameters:
            found.append(f"{name} with the argument {argument}")
    if distribution == "torch":
        for name, arguments in OPERATORS.items():
            operator = _value(f"torch.ops.aten.{name}")
            if operator is None:
                found.append(f"torch.ops.aten.{name}")
            elif tuple(argument.name for argument in operator._schema.arguments) != arguments:
                found.append(f"torch.ops.aten.{name} with its former arguments")
    return found


def complaint(distribution: str) -> str:
    """Say in one sentence what is missing and what to do; empty where all is there.

    Args:
        distribution: "numba" or "torch"; it must be installed.

    """
    missing = missing_interfaces(distribution)
    if not missing:
        return ""
    version = importlib.metadata.version(distribution)
    return (
        f"{distribution} {version} has no {', '.join(missing)}, which sat2density's kernels use; "
        f"install another version of {distribution} (constraints.txt has the one the checks run "
        f"with)"
    )


def _value(dotted: str) -> Any:
    """Return what a dotted name stands for, None where there is nothing of that name."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        try:
            value: Any = importlib.import_module(".".join(parts[:count]))
        except ImportError:
            continue
        for part in parts[count:]:
            value = getattr(value, part, None)
        return value
    return None

"""Records handed on by reference: a kernel's call then passes one address instead of a hundred and
fifty words.

Numba passes a tuple by its members, and an array has seven to nine of them: every call that was not
inlined copied all of `Geometry` to the stack. `refer` puts the record on the stack once; its fields
are read where they are needed.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate, infer_getattr, signature
from numba.extending import intrinsic, lower_getattr_generic, register_model


class Reference(types.Type):
    """Numba's type of the address of a named tuple on the stack of the kernel that Python
    called.
    """

    def __init__(self, target: Any) -> None:
        self.target = target
        super().__init__(name=f"Reference({target})")


@register_model(Reference)
class _ReferenceModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(
            manager, kind, ir.PointerType(manager.lookup(kind.target).get_value_type())
        )


@infer_getattr
class _Fields(AttributeTemplate):
    key = Reference

    def generic_resolve(self, value: Any, attr: str) -> Any:  # type: ignore[override]
        fields = value.target.fields
        return value.target[fields.index(attr)] if attr in fields else None


@lower_getattr_generic(Reference)
def _load(context: Any, builder: Any, kind: Any, value: Any, attr: str) -> Any:
    return builder.load(cgutils.gep_inbounds(builder, value, 0, kind.target.fields.index(attr)))


def _refer(typingctx: Any, record: Any) -> Any:
    """Return the address of a named tuple, for use until the calling kernel ends."""

    def lower(context: Any, builder: Any, sig: Any, values: Any) -> Any:
        return cgutils.alloca_once_value(builder, values[0])

    return signature(Reference(record), record), lower


refer: Any = intrinsic(_refer)

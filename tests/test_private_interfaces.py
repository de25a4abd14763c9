"""The canary: what our kernels use of numba and torch without a promise that it stays is there, and
nothing else of that kind is used.
"""

import ast
from pathlib import Path

import numba
import pytest

import sat2density
from sat2density import private_interfaces
from sat2density.private_interfaces import OPERATORS, PRIVATE_NAMES, complaint

ROOT = Path(sat2density.__file__).parent
PRIVATE_PLACES = (
    "numba.core",
    "numba.extending",
    "torch._C",
    "torch._dynamo",
    "torch._inductor",
    "torch.cpu._",
)


@pytest.mark.parametrize("distribution", PRIVATE_NAMES)
def test_what_the_kernels_lean_on_is_there(distribution):
    assert complaint(distribution) == ""


def private_uses(source):
    """Names of private modules that a file imports, and operators of torch.ops.aten it calls."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name for name in names if name.startswith(PRIVATE_PLACES)}
        if isinstance(node, ast.Attribute):
            dotted = ast.unparse(node)
            if dotted.startswith(("torch.ops.aten.", *PRIVATE_PLACES)):
                found.add(dotted)
    return found


def test_every_private_interface_is_on_the_list():
    """What is imported from a private place is a listed name, or holds listed ones (a module)."""
    listed = [*sum(PRIVATE_NAMES.values(), ()), *(f"torch.ops.aten.{name}" for name in OPERATORS)]
    for path in ROOT.rglob("*.py"):
        for name in private_uses(path.read_text(encoding="utf-8")):
            known = any(f"{one}.".startswith(f"{name}.") for one in listed)
            assert known, f"{path.name} uses {name}: add it to private_interfaces.py"


def test_a_private_use_is_seen():
    source = "from numba.core.x import y\nimport torch\ntorch.ops.aten.add(1)\ntorch._C._z"
    assert private_uses(source) >= {"numba.core.x.y", "torch.ops.aten.add", "torch._C._z"}


def test_what_is_gone_is_named_with_a_way_on(monkeypatch):
    names = {"numba": ("numba.core.cgutils.no_such_thing", "numba.njit")}
    monkeypatch.setattr(private_interfaces, "PRIVATE_NAMES", names)
    found = complaint("numba")
    assert found.startswith(f"numba {numba.__version__} has no numba.core.cgutils.no_such_thing,")
    assert "numba.njit" not in found


def test_another_order_of_an_operator_s_arguments_is_noticed(monkeypatch):
    changed = {"convolution_backward.default": OPERATORS["convolution_backward.default"][::-1]}
    monkeypatch.setattr(private_interfaces, "OPERATORS", changed | {"no_such.default": ()})
    found = complaint("torch")
    assert "torch.ops.aten.convolution_backward.default with its former arguments" in found
    assert "torch.ops.aten.no_such.default" in found


def test_an_argument_that_is_not_known_is_named(monkeypatch):
    monkeypatch.setattr(private_interfaces, "ARGUMENTS", {"numba": {"numba.njit": "no_such"}})
    assert "has no numba.njit with the argument no_such" in complaint("numba")

"""Public functions say what their arguments are: every one with arguments has "Args:" and names
each.

`python tests/test_docstrings.py [SRC]` prints the share of each room and what is missing.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "src" / "sat2density"

COMPLETE = (
    "bench",
    "bounds",
    "caches",
    "city",
    "code_digest",
    "data",
    "errors",
    "evaluation",
    "export",
    "files",
    "guarded",
    "images",
    "light",
    "lite0",
    "machine_code",
    "maps",
    "models",
    "notices",
    "parallel",
    "paths",
    "perceptual",
    "pipeline",
    "private_interfaces",
    "reading",
    "render",
    "scene",
    "scene_spec",
    "structured",
    "training",
    "views",
    "weights",
    "worlds",
)
"""Rooms, or modules, whose every public function is described: add yours when it is."""

UNFINISHED = ("worlds/builder", "worlds/districts", "worlds/world")
"""Modules of those rooms that would grow beyond 400 lines: to be divided first."""

KERNELS = ("render/kernels/numba_", "render/kernels/triton_", "worlds/kernels/")
"""Compiled code with conventions of its own, said once at the head of each file."""


def public_functions(source: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Functions of a module and methods of its public classes, properties apart."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for part in node.body:
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{node.name}.{part.name}", part


def arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    spec = function.args
    named = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg]
    names = [argument.arg for argument in named if argument is not None]
    return [name for name in names if name not in ("self", "cls") and not name.startswith("_")]


def undescribed(source: str) -> tuple[int, list[str]]:
    """How many public functions with arguments there are, and those that leave one undescribed."""
    count, missing = 0, []
    functions = list(public_functions(source))
    declared = {name.rpartition(".")[2] for name, node in functions if ast.get_docstring(node)}
    for name, function in functions:
        wanted, last = arguments(function), name.rpartition(".")[2]
        if last.startswith("_") or not wanted or overridden(function):
            continue
        if "." in name and last in declared and not ast.get_docstring(function):
            continue  # described where the protocol declares it
        count += 1
        _, _, described = (ast.get_docstring(function) or "").partition("Args:")
        named = re.findall(r"^ +\**([\w, *]+?):", described, re.MULTILINE)
        known = {word.strip(" *") for words in named for word in words.split(",")}
        if not set(wanted) <= known:
            missing.append(f"{name}({', '.join(n for n in wanted if n not in known)})")
    return count, missing


def overridden(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """What autograd, `Protocol` or a base class calls: described where it is declared."""
    decorators = {ast.unparse(node).split(".")[-1] for node in function.decorator_list}
    return bool(decorators & {"property", "setter", "overload", "fake"})


def rooms(root: Path) -> dict[str, tuple[int, list[str]]]:
    found = {}
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).with_suffix("").as_posix()
        if not name.startswith(KERNELS):
            found[name] = undescribed(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("room", COMPLETE)
def test_every_argument_is_described(room):
    modules = {
        name: missing
        for name, (_, missing) in rooms(ROOT).items()
        if (name == room or name.startswith(f"{room}/")) and name not in UNFINISHED
    }
    assert modules, f"no module {room}"
    assert {name: missing for name, missing in modules.items() if missing} == {}


def test_what_is_not_described_is_seen():
    text = 'def f(a, b):\n    """Do it.\n\n    Args:\n        a: one.\n    """'
    assert undescribed(text) == (1, ["f(b)"])
    assert undescribed(text.replace("a: one", "a, b: two")) == (1, [])
    assert undescribed("class A:\n    def f(self, x): ...\n    def _g(self, x): ...") == (
        1,
        ["A.f(x)"],
    )


if __name__ == "__main__":
    found = rooms(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
    for name, (_, missing) in found.items():
        for text in missing:
            print(f"{name}: {text}")
    heads = sorted({name.split("/")[0] for name in found})
    for head in heads:
        own = [value for name, value in found.items() if name.split("/")[0] == head]
        total = sum(count for count, _ in own)
        if total:
            done = total - sum(len(missing) for _, missing in own)
            print(f"{head:20} {done:4} of {total:4}  {100 * done / total:.0f} %")
    total = sum(count for count, _ in found.values())
    done = total - sum(len(missing) for _, missing in found.values())
    print(f"{'all':20} {done:4} of {total:4}  {100 * done / total:.0f} %")

"""Measure how the code and its docs are built: the table of docs/architecture.md.

    python benchmarks/structure.py [CHECKOUT ...]

One column a checkout (default: this one). An import counts wherever it stands in a file, except
under TYPE_CHECKING. A package is a folder of `src/sat2density`. Single modules, `files` and
`images` are "core"; `weights`, `pipeline` and `scene` are "middle". Arguments count as described
where the docstring has a section "Args:"; functions without arguments and private ones are left
out.
"""

import argparse
import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
MIDDLE = {"weights", "pipeline", "scene"}
CORE = {"files", "images"}


def modules(checkout: Path) -> dict[str, ast.Module]:
    """Return every module of the package, parsed."""
    root = checkout / "src" / "sat2density"
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for path in sorted(root.rglob("*.py"))
        if path != root / "__init__.py"
    }


def runtime_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk a module without what only type checkers read."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from runtime_nodes(node)


def imports(tree: ast.Module, known: set[str]) -> set[str]:
    """Return the modules of the package that a module imports."""
    named = []
    for node in runtime_nodes(tree):
        if isinstance(node, ast.Import):
            named += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}".removeprefix("sat2density.")
                named.append(f"sat2density.{inner}" if inner in known else str(node.module))
    inside = {name.removeprefix("sat2density.") for name in named if name.startswith("sat2density")}
    return inside & known


def package(module: str) -> str:
    """Return the package of a module."""
    first, _, rest = module.partition(".")
    if first in MIDDLE:
        return "middle"
    return first if rest and first not in CORE else "core"


def circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Return the groups of modules that import one another in a circle."""
    reach = {start: _reachable(graph, start) for start in graph}
    groups = {
        frozenset(other for other in reach[start] if start in reach[other])
        for start in graph
        if start in reach[start]
    }
    return [set(group) for group in groups]


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting += graph[here]
    return seen


def longest_chain(graph: dict[str, set[str]]) -> int:
    """Return how many modules the longest chain of imports has; a circle counts as one."""
    member = {name: name for name in graph}
    for group in circles(graph):
        member |= dict.fromkeys(group, min(group))
    merged: dict[str, set[str]] = {member[name]: set() for name in graph}
    for name, targets in graph.items():
        merged[member[name]] |= {member[target] for target in targets} - {member[name]}
    lengths: dict[str, int] = {}
    for name in graphlib.TopologicalSorter(merged).static_order():
        lengths[name] = 1 + max((lengths[target] for target in merged[name]), default=0)
    return max(lengths.values())


def public_functions(tree: ast.AST, outer: str = "") -> Iterator[ast.FunctionDef]:
    """Yield public functions and methods that take arguments."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node, node.name)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            taken = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
            if [name for name in taken if name.arg not in ("self", "cls", "ctx")]:
                yield node


def measure(checkout: Path) -> dict[str, str]:
    """Return what the table shows of one checkout."""
    trees = modules(checkout)
    graph = {name: imports(tree, set(trees)) - {name} for name, tree in trees.items()}
    edges = {(package(a), package(b)) for a, targets in graph.items() for b in targets}
    functions = [each for tree in trees.values() for each in public_functions(tree)]
    described = sum("Args:" in (ast.get_docstring(each) or "") for each in functions)
    pages = [checkout / "README.md", *(checkout / "docs").rglob("*.md")]
    words = sum(len(page.read_text(encoding="utf-8").split()) for page in pages)
    return {
        "modules": str(len(trees)),
        "packages": str(len({package(name) for name in trees})),
        "import edges between packages": str(sum(a != b for a, b in edges)),
        "circles of imports": str(len(circles(graph))),
        "longest chain of imports, modules": str(longest_chain(graph)),
        "public functions with arguments": str(len(functions)),
        "of these with arguments described": f"{described / len(functions):.0%}",
        "pages, words of docs and README": f"{len(pages)}, {words:,}",
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkouts", nargs="*", type=Path, default=[HERE])
    columns = [measure(checkout) for checkout in parser.parse_args().checkouts]
    for key in columns[0]:
        print(f"| {key} | " + " | ".join(column[key] for column in columns) + " |")


if __name__ == "__main__":
    main()

"""The imports point one way: each layer may import those before it, and itself."""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "src" / "sat2density"

CORE = {
    "bounds",
    "code_digest",
    "caches",
    "conventions",
    "earth",
    "errors",
    "files",
    "guarded",
    "images",
    "kept",
    "machine_code",
    "notices",
    "parallel",
    "private_interfaces",
    "processor",
    "reading",
    "scene_spec",
    "structured",
    "view_output",
    "views",
}
BELOW_MIDDLE = {"core", "worlds", "light", "data", "models", "render", "paths"}
LAYERS = {
    "core": set(),
    "worlds": {"core"},
    "light": {"core"},
    "data": {"core", "worlds", "light"},
    "models": {"core"},
    "render": {"core"},
    "paths": {"core", "render"},
    "middle": BELOW_MIDDLE,
    "results": BELOW_MIDDLE | {"middle"},
    "runs": BELOW_MIDDLE | {"middle", "results"},
    "apps": BELOW_MIDDLE | {"middle", "results", "runs"},
}
LAYER_OF = (
    dict.fromkeys(CORE, "core")
    | {name: name for name in ("worlds", "light", "data", "models", "render", "paths", "apps")}
    | dict.fromkeys(
        (
            "encoded_lights",
            "features",
            "loading",
            "weights",
            "painting",
            "pipeline",
            "scene",
            "scene_batches",
            "scene_file",
            "scene_products",
            "sky",
            "sky_light",
            "walk",
        ),
        "middle",
    )
    | dict.fromkeys(("perceptual", "lite0", "city", "export", "maps"), "results")
    | dict.fromkeys(("training", "evaluation", "bench"), "runs")
    | {"__main__": "apps"}
)


def layer_of(module: str) -> str | None:
    """Layer of ``sat2density.x.y``; the package itself (its public names) belongs above all layers
    but apps.
    """
    parts = module.split(".")
    return LAYER_OF[parts[1]] if len(parts) > 1 and parts[1] in LAYER_OF else None


def imported_modules(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in found if name.split(".")[0] == "sat2density"]


def wrong_arrows(module: str, source: str) -> list[str]:
    layer = layer_of(module)
    allowed = LAYERS[layer] | {layer}
    targets = [(name, layer_of(name)) for name in imported_modules(source)]
    return [
        f"{module} ({layer}) imports {name} ({target})"
        for name, target in targets
        if target and target not in allowed
    ]


MODULES = sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    assert parts[0] in LAYER_OF, f"{parts[0]} belongs to no layer: add it to LAYER_OF"
    module = ".".join(("sat2density", *parts))
    assert wrong_arrows(module, path.read_text(encoding="utf-8")) == []


def test_a_wrong_arrow_is_seen():
    assert wrong_arrows(
        "sat2density.models.blocks", "def f():\n    from sat2density.render import cameras"
    )
    assert wrong_arrows("sat2density.render.volume", "import sat2density.apps.cli")
    assert not wrong_arrows("sat2density.apps.cli", "from sat2density.render import cameras")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(("sat2density", *(parts[:-1] if parts[-1] == "__init__" else parts)))


def at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """Everything below a node that runs: not what stands under `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(node):
        types_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        for part in child.orelse if types_only else [child]:
            yield part
            yield from at_run_time(part)


def imports_of(module: str, source: str, modules: Collection[str]) -> set[str]:
    """Modules of the package that this one imports, at its beginning or inside a function."""
    found = set()
    for node in at_run_time(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in imported_modules(ast.unparse(node)):
                while name and name not in modules:
                    name = name.rpartition(".")[0]
                found.add(name)
    return found - {module, ""}


def circles(imports: dict[str, set[str]]) -> list[str]:
    """Modules that lead back to themselves; what leads into a circle, or out of it, is not one."""
    left = {module: set(targets) for module, targets in imports.items()}
    while True:
        ends = {module for module, targets in left.items() if not targets}
        ends |= left.keys() - set().union(*left.values(), ())
        if not ends:
            return sorted(left)
        left = {m: targets - ends for m, targets in left.items() if m not in ends}


def test_no_module_imports_itself_by_way_of_others():
    """Not even inside functions: what needs each other is one module, or has a third one below."""
    sources = {module_name(path): path.read_text(encoding="utf-8") for path in MODULES}
    imports = {name: imports_of(name, source, sources) for name, source in sources.items()}
    assert [name for name in circles(imports) if not name.startswith("sat2density.paths.")] == []


def test_a_circle_is_seen():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set()}) == ["b", "c"]
    modules = {"sat2density.views", "sat2density.files"}
    late = "def f():\n    from sat2density.files import reason"
    assert imports_of("sat2density.views", late, modules) == {"sat2density.files"}
    types = "if TYPE_CHECKING:\n    import sat2density.files\nelse:\n    import sat2density.views"
    assert imports_of("sat2density.x", types, modules) == {"sat2density.views"}

"""The imports point one way: each layer may import those before it, and itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "src" / "sat2density"

CORE = {
    "bounds",
    "code_digest",
    "conventions",
    "errors",
    "files",
    "guarded",
    "images",
    "machine_code",
    "parallel",
    "processor",
    "reading",
    "scene_spec",
    "structured",
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
    | dict.fromkeys(("weights", "pipeline", "scene"), "middle")
    | dict.fromkeys(("perceptual", "export"), "results")
    | dict.fromkeys(("training", "evaluation", "bench"), "runs")
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

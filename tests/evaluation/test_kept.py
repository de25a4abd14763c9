"""The keys of what evaluations keep: everything that the numbers depend on is in them."""

import ast
import dataclasses
import types
from pathlib import Path

import pytest
from drawn_folders import write_pairs

import sat2density
from sat2density import code_digest as digests
from sat2density import worlds
from sat2density.code_digest import code_digest, source_files
from sat2density.data import Pairs, Suburb, suburb
from sat2density.evaluation import kept

ROOT = Path(sat2density.__file__).parent

NOT_MEASURING = {
    "bounds": "refuses what is too large",
    "code_digest": "makes the keys",
    "data": "which samples there are; their contents are in the data set's own key",
    "errors": "words",
    "evaluation.ground_truth_cache": "keeps values as they are",
    "files": "writes what it is given",
    "kept": "what is kept is what would be made again",
    "machine_code": "drops old machine code",
    "notices": "words",
    "parallel": "order and results do not depend on it",
    "pipeline": "the model's row is never kept",
    "reading": "reads text",
    "structured": "reads settings",
    "view_output": "writes views that are there",
    "weights": "where the cache lies",
    "worlds": "in the data set's own key",
}
"""Modules that what is kept imports, and why they are in no key of `kept`."""


def module_at(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    """Modules of the package that a file imports anywhere, functions included."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    ours = {n.removeprefix("sat2density.") for n in names if n.startswith("sat2density.")}
    return {n for n in ours if file_of(n) is not None}


def file_of(module: str) -> Path | None:
    place = ROOT.joinpath(*module.split("."))
    package = place / "__init__.py"
    return package if package.is_file() else next(iter(place.parent.glob(f"{place.name}.py")), None)


def within(module: str, names) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def missing_in(listed, excluded, roots) -> tuple[set[str], set[str]]:
    """Follow imports from `roots`; return modules that are nowhere, and exclusions nobody needs."""
    names = {module.__name__.removeprefix("sat2density.") for module in listed}
    todo, seen = list(roots), set()
    while todo:
        path = todo.pop()
        for name in imported(path) - seen:
            seen.add(name)
            if not within(name, excluded):
                todo.append(file_of(name))
    nowhere = {name for name in seen if not within(name, names) and not within(name, excluded)}
    return nowhere - {"evaluation"}, {e for e in excluded if not any(within(s, [e]) for s in seen)}


def files_of(modules):
    return [file for module in modules for file in source_files(module)]


def test_everything_that_measures_is_in_the_key():
    roots = files_of(kept.MEASURING_CODE)
    nowhere, unneeded = missing_in(kept.MEASURING_CODE, NOT_MEASURING, roots)
    assert nowhere == set(), "add it to kept.MEASURING_CODE, or say here why it does not measure"
    assert {name for name in unneeded if file_of(name)} == set(), "nobody imports these any more"


@pytest.mark.parametrize("left_out", kept.MEASURING_CODE, ids=lambda module: module.__name__)
def test_a_module_that_is_missing_is_seen(left_out):
    """Whatever is taken off the list is found by the imports of the others, or is a root itself."""
    rest = [module for module in kept.MEASURING_CODE if module is not left_out]
    nowhere, _ = missing_in(rest, NOT_MEASURING, files_of(kept.MEASURING_CODE))
    name = left_out.__name__.removeprefix("sat2density.")
    # what `evaluator` hands over or calls
    roots = {"evaluation.mean_baseline", "evaluation.scene_measures", "perceptual"}
    assert any(within(n, [name]) for n in nowhere) or name in roots


def test_what_makes_worlds_is_in_the_data_sets_key(monkeypatch):
    modules = []
    monkeypatch.setattr(suburb, "code_digest", lambda given: modules.extend(given) or "x")
    suburb.generator_code.__wrapped__()
    assert {module.__name__ for module in modules} == {
        "sat2density.data.sample",
        "sat2density.data.suburb",
        "sat2density.images",
        "sat2density.worlds",
    }
    assert len(source_files(worlds)) > 30  # a package counts with all its files


def test_the_digest_follows_every_file_and_the_libraries(tmp_path, monkeypatch):
    package = tmp_path / "p"
    (package / "inner").mkdir(parents=True)
    for name in ("__init__.py", "a.py", "inner/b.py"):
        (package / name).write_text(f"# {name}\n")
    module = types.ModuleType("p")
    module.__file__, module.__path__ = str(package / "__init__.py"), [str(package)]
    seen = {code_digest([module])}
    for name in ("a.py", "inner/b.py"):
        (package / name).write_text("# other\n")
        seen.add(code_digest([module]))
    (package / "a.py").rename(package / "renamed.py")
    seen.add(code_digest([module]))
    monkeypatch.setattr(digests, "_version", lambda name: "99")
    seen.add(code_digest([module]))
    assert len(seen) == 5
    with pytest.raises(ValueError, match="has no file"):
        code_digest([types.ModuleType("nowhere")])


def test_sizes_styles_and_code_have_their_own_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path))
    small = Suburb("test")
    small.spec = dataclasses.replace(small.spec, panorama_size=(256, 64))
    corner = Suburb("test", pixel_rule="corner")
    data = (Suburb("test"), Suburb("val"), Suburb("test", "village"), small, corner)
    assert (
        len({kept.truth_cache(one).folder for one in data}) == 4
    )  # splits have names of their own
    before = kept.truth_cache(Suburb("test")).folder
    monkeypatch.setattr(suburb, "generator_code", lambda: "other")
    assert kept.truth_cache(Suburb("test")).folder != before
    assert kept.truth_cache(Pairs(write_pairs(tmp_path / "pairs", {"test": [1]}))).folder is None

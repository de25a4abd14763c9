"""The one list of data sets, what is made from it, and that a new one is one file and one line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sat2density
from sat2density import worlds
from sat2density.data import registry
from sat2density.data.paired import DEFAULT_SPLITS, SPLITS
from sat2density.data.suburb import Suburb
from sat2density.scene_spec import SCENES, STYLES
from sat2density.worlds.seeds import SPLITS as RESERVED

PACKAGE = Path(sat2density.__file__).parent
DOCS = PACKAGE.parents[1] / "docs" / "own-data.md"

TOY = '''"""A data set of a test: pairs of files that lie side by side."""

from pathlib import Path

from sat2density.data.folder import FolderDataset


class Toy(FolderDataset):
    """Everything in one folder; one list."""

    key = "toy"
    name = "TOY"
    help = "pairs side by side"
    layout = "all/ID-tile.png, all/ID-pano.png, all/ID-sky.png and toy.txt"
    tile_pattern = "all/{id}-tile.png"
    panorama_pattern = "all/{id}-pano.png"
    sky_pattern = "all/{id}-sky.png"
    splits = ("val",)
    scene = "suburb"

    @classmethod
    def recognised(cls, root: Path) -> bool:
        """Look for its list."""
        return (root / "toy.txt").is_file()

    def split_file(self, split: str) -> Path:
        """Return its list."""
        return self.root / "toy.txt"

    def read_split(self, split: str) -> list[str]:
        """Return the names in it."""
        return self.split_file(split).read_text(encoding="utf-8").split()
'''
LAST = '    "pairs.Pairs",'


@pytest.fixture
def with_toy(tmp_path):
    """A copy of the package with one more file and one more line; gives a function that runs
    Python with it.
    """
    source = tmp_path / "src"
    shutil.copytree(
        PACKAGE, source / "sat2density", ignore=shutil.ignore_patterns("__pycache__", "studio")
    )
    shutil.copytree(PACKAGE / "apps" / "studio", source / "sat2density" / "apps" / "studio")
    (source / "sat2density" / "data" / "toy.py").write_text(TOY)
    listed = source / "sat2density" / "data" / "registry.py"
    before = listed.read_text()
    listed.write_text(before.replace(LAST, f'    "toy.Toy",\n{LAST}'))
    assert len(listed.read_text().splitlines()) == len(before.splitlines()) + 1

    def run(*arguments):
        environment = os.environ | {"PYTHONPATH": str(source), "COLUMNS": "200"}
        return subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            env=environment,
            timeout=120,
            cwd=tmp_path,
        )

    return run


@pytest.fixture
def toy_folder(make_pairs, tmp_path):
    """Two pairs as the toy has them, the second without its mask."""
    pairs, root = make_pairs({"val": [1, 2]}), tmp_path / "toys"
    (root / "all").mkdir(parents=True)
    for folder, kind in (("sat", "tile"), ("pano", "pano"), ("sky", "sky")):
        for name in ("0001", "0002"):
            shutil.copy(pairs / folder / f"{name}.png", root / "all" / f"{name}-{kind}.png")
    (root / "all" / "0002-sky.png").unlink()
    (root / "toy.txt").write_text("0001\n0002\n")
    return root


CLI = ("-m", "sat2density.apps.cli")


def test_a_new_data_set_is_one_file_and_one_line(with_toy, toy_folder):
    checked = with_toy(*CLI, "data", "check", str(toy_folder))
    assert checked.returncode == 1, checked.stderr
    assert f"{toy_folder} (toy); pairs listed: val 2" in checked.stdout.replace("\n", " ")
    assert "has no sky mask" in checked.stdout
    filled = with_toy(*CLI, "data", "sky", str(toy_folder), "--layout", "toy")
    assert "1 masks written, 1 were there" in filled.stdout, filled.stderr
    code = (
        "from sat2density.data import open_dataset\n"
        f"data = open_dataset('toy:{toy_folder}', limit=5)\n"
        "print(data.name, data.split, data.identities, data[1].identity, data.spec.extent_m)\n"
        "from sat2density.training.lineage import source_name\n"
        f"print(source_name('toy:{toy_folder}'))\n"
        "from sat2density.data.registry import table\n"
        "print(table())\n"
    )
    opened = with_toy("-c", code)
    lines = opened.stdout.splitlines()
    assert lines[:2] == ["TOY val ['0001', '0002'] 0002 40.0", "toy:toys"], opened.stderr
    assert "| `toy:DIR` | pairs side by side | `suburb`, or scene.json | val |" in lines
    shown = with_toy(*CLI, "evaluate", "--help")
    assert "cvusa:DIR, toy:DIR, or a folder of pairs" in " ".join(shown.stdout.split())
    wrong = with_toy(*CLI, "evaluate", "anywhere-small", str(toy_folder))
    assert f"has the layout of TOY; write toy:{toy_folder}" in wrong.stderr
    assert wrong.returncode == 2


def test_the_table_of_the_docs_is_made_from_the_list():
    begin, end = "<!-- data sets: made from data.registry -->\n", "<!-- end -->"
    text = DOCS.read_text(encoding="utf-8")
    assert text[text.index(begin) + len(begin) : text.index(end)] == registry.table()


def test_facts_are_complete_and_scenes_exist():
    for key, dataset in registry.DATASETS.items():
        assert dataset.key == key
        assert dataset.scene is None or dataset.scene in SCENES
        assert set(dataset.splits) <= set(SPLITS)
        for fact in ("name", "help", "layout", "tile_pattern", "panorama_pattern", "sky_pattern"):
            assert getattr(dataset, fact)


def test_styles_and_splits_are_those_of_the_world():
    assert tuple(STYLES) == tuple(worlds.STYLES)
    assert set(RESERVED) == set(SPLITS) == set(Suburb.SIZES)
    assert DEFAULT_SPLITS == ("test", "val", "train")
    assert not set(STYLES) & set(registry.DATASETS)


def test_sources_of_training():
    assert registry.with_split("town", "val") == ("town:val", None)
    assert registry.with_split("town:train", "val") == ("town:train", "val")  # refused when opened
    assert registry.with_split("cvact:town", "val") == ("cvact:town", "val")
    assert [registry.is_style(text) for text in ("suburb", "town:val", "cvact:x", "my/town")] == [
        True,
        True,
        False,
        False,
    ]

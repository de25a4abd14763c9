"""The table of output formats: complete, light to import, and open to one more."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sat2density
from sat2density.errors import InputError, MissingExtraError
from sat2density.export.formats import FORMATS, NAMES, find_format

PACKAGE = Path(sat2density.__file__).parent

TOY = '''
"""How high it is, in one line."""

from sat2density.export.formats.format import Format


def write(content, path):
    path.write_text(f"{content.scene.spec.max_height_m:g} m\\n")
    return [path]


FORMAT = Format("Toy (TXT)", "one line of text", "toy.txt", write)
'''


@pytest.mark.parametrize("key", FORMATS)
def test_every_format_says_what_people_and_programs_need(key):
    format_ = FORMATS[key]
    described = format_.describe()
    assert described["title"]
    assert described["suffix"].startswith(".")
    assert format_.about
    assert not format_.modules or format_.extra
    json.dumps(described)


def test_file_names_stay_apart():
    files = [format_.file for format_ in FORMATS.values()]
    assert len(set(files)) == len(files) == len(NAMES)


@pytest.mark.parametrize(
    ("key", "words"), [("GLB", "did you mean 'glb'"), ("hights", "'heights'"), (["glb"], "unknown")]
)
def test_unknown_formats(key, words):
    with pytest.raises(InputError, match=words):
        find_format(key)


def test_a_missing_extra_is_said_before_any_work(monkeypatch):
    monkeypatch.setitem(sys.modules, "trimesh", None)
    assert not FORMATS["glb"].available
    assert FORMATS["vti"].available
    with pytest.raises(MissingExtraError, match=r"sat2density\[mesh\]"):
        FORMATS["glb"].check()


def test_the_table_imports_nothing_heavy():
    code = (
        "import sys, sat2density.export.formats; "
        "print(sorted({'torch', 'numpy', 'PIL', 'av', 'trimesh'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def with_toy(tmp_path_factory):
    """A copy of the package with one new file and one new line."""
    root = tmp_path_factory.mktemp("copy")
    package = root / "sat2density"
    ignored = shutil.ignore_patterns("assets", "__pycache__")
    shutil.copytree(PACKAGE, package, ignore=ignored)
    (package / "assets").symlink_to(PACKAGE / "assets")
    formats = package / "export" / "formats"
    (formats / "toy.py").write_text(TOY)
    table = (formats / "__init__.py").read_text()
    changed = table.replace('    "page",\n', '    "page",\n    "toy",\n')
    assert len(changed.splitlines()) == len(table.splitlines()) + 1
    (formats / "__init__.py").write_text(changed)
    return root


def run(code, root, folder, *args):
    environment = {**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-c", code, *args],
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
    )


def test_one_file_and_one_line_add_a_format_to_the_command(with_toy, tmp_path, tiny):
    from PIL import Image

    from sat2density.weights import save_weights

    save_weights(tmp_path / "tiny", tiny.generator, tiny.spec, tiny.rules, tiny.info)
    Image.new("RGB", (32, 32), "green").save(tmp_path / "sat.png")
    cli = "import sys; from sat2density.apps.cli import main; sys.exit(main(sys.argv[1:]))"
    command = ["export", "sat.png", "--formats", "toy", "--weights", "tiny", "--device", "cpu"]
    done = run(cli, with_toy, tmp_path, *command)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["out/export-sat/toy.txt"]
    assert (tmp_path / "out" / "export-sat" / "toy.txt").read_text() == "12 m\n"
    shown = run(cli, with_toy, tmp_path, "export", "--help")
    assert "one line of text" in " ".join(shown.stdout.replace("│", " ").split())


def test_the_studio_offers_it_and_the_demo_would_write_it(with_toy, tmp_path):
    code = """
import json
from sat2density.apps.studio.makers import MAKERS
from sat2density.apps.studio.studio import Studio
from sat2density.export.scene_files import available_formats
from sat2density.pipeline import Sat2Density
studio = Studio(Sat2Density.random("tiny"))
print(json.dumps([studio.describe()["formats"], list(MAKERS), available_formats(lit=False)]))
studio.close()
"""
    done = run(code, with_toy, tmp_path)
    assert done.returncode == 0, done.stderr
    offered, makers, demo = json.loads(done.stdout)
    assert offered[-1] == {
        "key": "toy",
        "title": "Toy (TXT)",
        "suffix": ".txt",
        "available": True,
        "needsLight": False,
    }
    assert "toy" in makers
    assert demo[-1] == "toy"

"""benchmarks/structure.py: what it counts, on a small package."""

import pytest
from benchmark_scripts import benchmark_script

SOURCES = {
    "__init__.py": "",
    "views.py": "",
    "models/__init__.py": "",
    "models/blocks.py": "from sat2density.views import View\n",
    "render/__init__.py": "",
    "render/a.py": "from sat2density.render import b\nfrom sat2density.models import blocks\n",
    "render/b.py": "def f():\n    from sat2density.render.a import g\n",
    "scene.py": """from typing import TYPE_CHECKING
from sat2density.render.a import g
if TYPE_CHECKING:
    from sat2density.export.page import write


class Scene:
    def look(self, camera):
        \"\"\"Look.

        Args:
            camera: where.

        \"\"\"

    def heights(self):
        \"\"\"No arguments.\"\"\"

    def _hidden(self, x): ...


def bare(x): ...
""",
    "export/__init__.py": "",
    "export/page.py": "from sat2density import scene\n",
}


@pytest.fixture
def measured(tmp_path):
    for name, text in SOURCES.items():
        path = tmp_path / "src" / "sat2density" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("three words here")
    (tmp_path / "docs" / "a.md").write_text("two more")
    return benchmark_script("structure").measure(tmp_path)


def test_numbers_of_a_small_package(measured):
    assert measured["modules"] == "9"
    # render -> models, models -> core, middle -> render, export -> middle; not the one for types
    assert measured["import edges between packages"] == "4"
    assert measured["circles of imports"] == "1"
    # page, scene, {a, b}, blocks, views
    assert measured["longest chain of imports, modules"] == "5"
    assert measured["public functions with arguments"] == "2"
    assert measured["of these with arguments described"] == "50%"
    assert measured["pages, words of docs and README"] == "2, 5"

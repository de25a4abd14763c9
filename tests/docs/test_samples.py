"""Python in README and docs: it type-checks, and README's runs as it stands."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]


def samples(page):
    """Return the Python that imports the package on a page."""
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    return [block for block in blocks if "import sat2density" in block]


PAGES = [page for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))]


def test_samples_and_examples_have_right_types(tmp_path):
    pytest.importorskip("mypy")
    files = []
    for page in PAGES:
        for number, block in enumerate(samples(page)):
            name = f"{page.stem.lower().replace('-', '_')}_{number}.py"
            (tmp_path / name).write_text(block, encoding="utf-8")
            files.append(str(tmp_path / name))
    assert files
    examples = sorted(map(str, (ROOT / "examples").glob("*.py")))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", *files, *examples],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout


def test_readme_runs(tmp_path, monkeypatch):
    from sat2density import Trajectory
    from sat2density.weights import weights_ship

    if not weights_ship():
        pytest.skip("no weights ship")
    monkeypatch.chdir(tmp_path)
    pixels = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    Image.fromarray(pixels).save("sat.png")
    real = Trajectory.straight
    short = lambda start, end, frames=60: real(start, end, 3)  # noqa: E731
    monkeypatch.setattr(Trajectory, "straight", short)
    (block,) = samples(ROOT / "README.md")
    exec(compile(block, "README.md", "exec"), {"__name__": "__main__"})
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"sat.png", "panorama.png", "place.vti", "walk.mp4"}

"""docs/extending.md: every recipe is applied to a copy of the package and tried."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from drawn_folders import draw, save

import sat2density

PACKAGE = Path(sat2density.__file__).parent
PAGE = PACKAGE.parents[1] / "docs" / "extending.md"
RECIPES = ("A data set", "A light", "A format", "A loss", "A metric", "A kernel")

TRIALS = {
    "A data set": """
from sat2density.data import open_dataset
data = open_dataset("plain:" + sys.argv[1])
assert (len(data), data[0].identity, data.split) == (2, "a", "val")
from sat2density.data.registry import detect_layout
assert detect_layout(sys.argv[1]) == "plain"
""",
    "A light": """
from sat2density.light.lighting import Lighting
light = Lighting.preset("hazy-noon")
assert light.histogram("unit").shape == (270,)
from sat2density.light.presets import PRESETS
assert "hazy-noon" in PRESETS
""",
    "A format": """
from pathlib import Path
from sat2density.export.formats import FORMATS
from types import SimpleNamespace
content = SimpleNamespace(heights_m=torch.rand(5, 5).numpy())
written = FORMATS["grid"].write(content, Path("heights.txt"))
assert written[0].read_text().count("\\n") == 5
""",
    "A loss": """
from types import SimpleNamespace
from sat2density.training import losses, objective
from sat2density.training.config import LossConfig
image = torch.zeros(1, 3, 4, 4)
image[..., 2:] = 1
zeros = {field: 0.0 for field in ("gan", "feature_matching", "perceptual", "l2", "l1", "kl")}
weights = LossConfig(**zeros, opacity=0.0, edges=2.0)
output = SimpleNamespace(without_noise=lambda: image)
prediction = SimpleNamespace(output=output, density=torch.zeros(1, 2, 4, 4), view_opacity=None)
draws = SimpleNamespace(yaw_deg=torch.zeros(1, 1))
batch = SimpleNamespace(panoramas=torch.zeros_like(image), tiles=image, draws=draws)
terms = objective.generator_terms(prediction, batch, weights, 0.1, None)
assert list(terms) == ["edges"] and abs(float(terms["edges"]) - 1 / 3) < 1e-6
""",
    "A metric": """
from types import SimpleNamespace
from sat2density.evaluation.metrics import METRICS, Tally
from sat2density.evaluation.scene_measures import Measures
picture, sky = torch.rand(3, 16, 32), torch.zeros(1, 16, 32)
true = SimpleNamespace(image=picture, sky=sky)
seen = SimpleNamespace(image=(picture - 0.25).clamp(0, 1), opacity=1 - sky)
tally = Tally()
tally.add_sums(Measures(False, False, {})._centre(seen, true))
assert abs(tally.result()["image.worst"] - 0.25) < 1e-6
""",
    "A kernel": """
from sat2density.render import cameras, volume
from sat2density.render.kernels import available_impls
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.views import Camera
import dataclasses
assert "frugal" in available_impls()
spec = dataclasses.replace(SceneSpec.named("suburb"), panorama_size=(16, 8), samples_per_ray=8)
rays, found = cameras.equirectangular_rays(spec, Rules(), Camera()), []
tile, density = torch.rand(1, 3, 8, 8), 9 * torch.rand(1, 4, 8, 8)
for impl in ("reference", "frugal"):
    leaf = density.clone().requires_grad_()
    seen = volume.render_rays(leaf, tile, rays, spec, Rules(), impl=impl).stacked
    found.append((seen, torch.autograd.grad(seen.square().sum(), leaf)[0]))
assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(*found))
assert float(found[1][1].abs().max()) > 0
""",
}


def blocks(recipe):
    """Return (kind, text) of a recipe's code blocks."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {recipe}\n")[1].split("\n## ")[0]
    return re.findall(r"^```(python|diff)\n(.*?)^```", section, flags=re.M | re.S)


def apply(kind, text, package):
    """Write a new file, or change the lines of one that is there."""
    head, _, body = text.partition("\n")
    if kind == "python":
        place = package / head.removeprefix("# new file: ")
        assert not place.exists()
        place.write_text(body, encoding="utf-8")
        return
    place = package / head.removeprefix("--- ")
    content = place.read_text(encoding="utf-8")
    for old, new in hunks(body):
        assert content.count(old) == 1, f"{place.name}: {old!r} stands there {content.count(old)} x"
        content = content.replace(old, new)
    place.write_text(content, encoding="utf-8")


def hunks(body):
    """Yield (lines as they are, lines as they shall be) of a diff."""
    for hunk in re.findall(r"(?:^ .*\n|^-.*\n)+(?:^\+.*\n)+", body, flags=re.M):
        lines = hunk.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        yield old, "".join(line[1:] for line in lines if line[0] in " +")


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """A copy of the package with all recipes applied."""
    source = tmp_path_factory.mktemp("extended")
    ignored = shutil.ignore_patterns("__pycache__", "assets")
    shutil.copytree(PACKAGE, source / "sat2density", ignore=ignored)
    (source / "sat2density" / "assets").symlink_to(PACKAGE / "assets")
    for recipe in RECIPES:
        for kind, text in blocks(recipe):
            apply(kind, text, source / "sat2density")
    return source


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_works(recipe, extended, tmp_path):
    for name in ("a", "b"):
        for kind, pixels in zip(("tile", "pano", "sky"), draw(ord(name)), strict=True):
            save(tmp_path / f"{name}-{kind}.png", pixels)
    (tmp_path / "plain.txt").write_text("a\nb\n")
    code = "import sys, torch, sat2density\nassert sys.argv[2] in sat2density.__file__\n"
    done = subprocess.run(
        [sys.executable, "-c", code + TRIALS[recipe], str(tmp_path), str(extended)],
        env={**os.environ, "PYTHONPATH": str(extended)},
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_recipes_are_about_ten_lines():
    """What a recipe asks to be written; a data set's and a kernel's classes have a few more."""
    lines = {
        recipe: sum(
            sum(1 for line in text.splitlines()[1:] if line.strip() and line[0] not in " -")
            if kind == "diff"
            else len([line for line in text.splitlines()[1:] if line.strip()])
            for kind, text in blocks(recipe)
        )
        for recipe in RECIPES
    }
    assert all(0 < count <= 22 for count in lines.values()), lines

"""`s2d.train` and `s2d.evaluate`: the commands' work from Python."""

import pytest
from drawn_folders import write_pairs

import sat2density as s2d
from sat2density.errors import InputError, OutputError
from sat2density.training.start import configured


def test_settings_are_those_of_the_command_line():
    config = configured("tiny", {"optim.steps": 3, "architecture.density_down": (4, 8)})
    assert config.optim.steps == 3
    assert config.architecture.density_down == (4, 8)
    assert configured(config) == config


@pytest.mark.parametrize(
    ("preset", "settings", "said"),
    [
        ("tinny", {}, "did you mean 'tiny'"),
        ("tiny", {"optim.step": 3}, r"unknown setting 'optim\.step'; did you mean 'optim\.steps'"),
        ("tiny", {"optim": 3}, "unknown setting 'optim'"),
        ("tiny", {"optim.steps": "three"}, "must be a whole number"),
        ("tiny", {"data.protocol": "cntre"}, "did you mean 'centre'"),
    ],
)
def test_settings_that_cannot_be(preset, settings, said):
    with pytest.raises(InputError, match=said):
        configured(preset, settings)


def test_a_run_its_weights_and_its_table(tmp_path, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    root = write_pairs(tmp_path / "pairs", {"train": [1, 2], "test": [3]})
    settings = {"data.source": str(root), "optim.steps": 2, "optim.batch": 1}
    result = s2d.train("tiny", tmp_path / "run", settings, max_steps=1, device="cpu")
    assert (result.step, result.finished) == (1, False)
    with pytest.raises(OutputError, match="--resume"):
        s2d.train("tiny", tmp_path / "run", settings)
    result = s2d.train("tiny", tmp_path / "run", settings, resume=True, device="cpu")
    assert result.finished
    model = s2d.load(result.weights, device="cpu")
    report = s2d.evaluate(model, root, images_only=True)
    assert report.scenes == 1
    assert report["model"]["image.psnr"] > 0
    assert report["model"]["heights.rmse"] is None
    report.save_csv(tmp_path / "table.csv")
    with pytest.raises(InputError, match="allow-other-scale"):
        s2d.evaluate(model, _other_scale(tmp_path))
    moved = s2d.evaluate(model, _other_scale(tmp_path), images_only=True, allow_other_scale=True)
    assert any(text.startswith("a transfer to another scale") for text in moved.notices)


def _other_scale(tmp_path):
    import json

    root = tmp_path / "other"
    if not root.exists():
        write_pairs(root, {"test": [4]})
        spec = json.loads((root / "scene.json").read_text())
        (root / "scene.json").write_text(json.dumps({**spec, "extent_m": 55.0}))
    return root

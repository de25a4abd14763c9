import json
import subprocess
import sys

import pytest
import torch
from released_files import released_checkpoint

from sat2density.apps.cli import main
from sat2density.weights import open_weights


@pytest.fixture
def pth(tmp_path):
    path = tmp_path / "model.pth"
    torch.save(released_checkpoint(), path)
    return path


def test_list_says_where_and_which_licence(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    assert main(["weights", "list"]) == 0
    out = capsys.readouterr().out
    assert "2u87bj8w" in out
    assert "weights fetch cvusa" in out
    assert out.count("CC BY-NC 4.0") == 2
    assert str(tmp_path) in out


def test_show_describes_a_released_file(capsys, pth):
    assert main(["weights", "show", str(pth), "--scene", "cvusa", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["scene"]["extent_m"] == 55
    assert shown["rules"] == {"pixel_rule": "corner", "ground": "slab", "histogram": "released"}
    assert shown["weights"]["epoch"] == 3
    parts = shown["parameters"]
    assert parts["in all"] == sum(
        parts[name] for name in ("density_net", "sky_encoder", "style_mlp", "render_net")
    )
    assert main(["weights", "show", str(pth), "--scene", "cvusa"]) == 0
    assert "vertical_fov_deg: 90" in capsys.readouterr().out


def test_convert_and_show_again(capsys, pth, tmp_path):
    out = tmp_path / "mine"
    assert main(["weights", "convert", str(pth), str(out), "--scene", "cvact"]) == 0
    before, after = open_weights(pth, "cvact"), open_weights(out)
    assert (before.architecture, before.spec, before.rules) == (
        after.architecture,
        after.spec,
        after.rules,
    )
    assert all(
        torch.equal(value, after.generator_state[key])
        for key, value in before.generator_state.items()
    )
    assert main(["weights", "convert", str(pth), str(out), "--scene", "cvact"]) == 2
    assert "mine.safetensors: exists" in capsys.readouterr().err
    assert (
        main(
            ["weights", "convert", str(pth), str(out), "--scene", "cvact", "--half", "--overwrite"]
        )
        == 0
    )


def test_fetch_says_the_licence_before_it_fails_without_a_server(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path))
    assert main(["weights", "fetch", "cvact", "--url", "http://127.0.0.1:9/none.zip"]) == 2
    caught = capsys.readouterr()
    assert "CC BY-NC 4.0" in caught.out
    assert caught.err.count("\n") == 1
    assert "cannot be fetched" in caught.err


def test_bad_files_give_one_sentence_and_code_2(capsys, tmp_path):
    bad = tmp_path / "bad.pth"
    bad.write_bytes(b"not weights")
    assert main(["weights", "show", str(bad), "--scene", "cvact"]) == 2
    err = capsys.readouterr().err
    assert str(bad) in err
    assert err.count("\n") == 1


def test_help_starts_without_torch():
    code = (
        "import sys, sat2density.apps.weights; print('torch' in sys.modules, 'numpy' in "
        "sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]

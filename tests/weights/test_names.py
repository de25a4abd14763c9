import pytest

from sat2density.caches import cache_folder
from sat2density.errors import InputError
from sat2density.scene_spec import SCENES
from sat2density.weights.names import FETCHABLE, KNOWN, known


def test_released_names_aliases_and_addresses():
    assert KNOWN["2u87bj8w"] is KNOWN["cvact"]
    assert KNOWN["2cqv8uh4"] is KNOWN["cvusa"]
    assert FETCHABLE == ("cvact", "cvusa")
    assert KNOWN["cvact"].url.endswith(
        "sat2density/checkpoints/releases/download/cvact/run-20230219_141512-2u87bj8w.zip"
    )
    assert KNOWN["cvusa"].url.endswith("/cvusa/run-20230303_142752-2cqv8uh4.zip")
    assert all(
        KNOWN[name].scene in SCENES and KNOWN[name].licence == "CC BY-NC 4.0" for name in FETCHABLE
    )
    assert KNOWN["anywhere-small"].path.parts[-3:] == (
        "assets",
        "weights",
        "anywhere-small.safetensors",
    )


def test_the_cache_is_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("SAT2DENSITY_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "sat2density"


def test_an_unknown_name():
    with pytest.raises(
        InputError, match=r"unknown weights 'anywhere-smal'; did you mean 'anywhere-small'\?"
    ):
        known("anywhere-smal")

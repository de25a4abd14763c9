"""`sat2density doctor`: what is well, what is missing, and the line that mends it."""

import importlib.metadata
import importlib.util
import json

import pytest

from sat2density.apps import checks
from sat2density.apps.cli import main
from sat2density.render import kernels


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_this_machine_is_well(cache, tmp_path, capsys):
    """Everything required is there in the environment the tests run in."""
    assert main(["doctor", "--json", str(tmp_path / "report.json")]) == 0
    out = capsys.readouterr().out
    report = {entry["name"]: entry for entry in json.loads((tmp_path / "report.json").read_text())}
    assert list(report) == list(checks.CHECKS)
    assert all(entry["state"] != "broken" for entry in report.values())
    assert all(name in out for name in report)
    assert "torch" in report["packages"]["found"]
    assert "numba: fast kernels for cpu" in report["renderer"]["found"]
    assert not cache.exists()


def test_a_missing_package_is_broken_with_its_line(monkeypatch):
    version = importlib.metadata.version

    def missing(name):
        if name == "av":
            raise importlib.metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    finding = checks.check_versions()
    assert (finding.state, finding.remedy) == ("broken", "pip install av")


def test_a_renderer_without_its_kernels_says_why_and_what_mends_it(monkeypatch):
    monkeypatch.setattr(
        kernels, "_hindrance", lambda impl: None if impl == "reference" else "it is not installed"
    )
    finding = checks.check_renderer()
    assert (finding.state, finding.remedy) == ("optional", "pip install numba")
    assert "reference: numba is not available (it is not installed)" in finding.found


def test_a_missing_extra_is_optional_with_its_line(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    finding = checks.check_extra("studio")
    assert (finding.state, finding.remedy) == ("optional", "pip install 'sat2density[studio]'")


def test_a_check_that_fails_does_not_stop_the_others(cache, monkeypatch, capsys):
    def ill():
        raise RuntimeError("no such luck")

    monkeypatch.setitem(checks.CHECKS, "device", ill)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "no such luck" in out
    assert "cache" in out


def test_no_h264_is_broken(monkeypatch):
    import av

    def refuse(*args, **kwargs):
        raise ValueError("no encoder")

    monkeypatch.setattr(av, "open", refuse)
    finding = checks.check_video()
    assert finding.state == "broken"
    assert finding.remedy.startswith("pip install")


def test_weights_at_hand(cache, tmp_path, monkeypatch):
    """None shipped and none fetched; then one lies in the cache, beside folders that are no
    weights.
    """
    from sat2density.weights import KNOWN, names

    monkeypatch.setattr(names, "packaged_folder", lambda: tmp_path / "nothing")
    finding = checks.check_weights()
    assert (finding.state, finding.remedy) == ("optional", "sat2density weights fetch cvact")
    (cache / "means").mkdir(parents=True)
    assert checks.check_weights().state == "optional"
    (cache / KNOWN["cvusa"].file).write_bytes(b"")
    finding = checks.check_weights()
    assert (finding.state, finding.found) == ("ok", "cvusa")


def test_a_cache_below_a_file_is_broken(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "file" / "cache"))
    finding = checks.check_cache()
    assert finding.state == "broken"
    assert "SAT2DENSITY_CACHE" in finding.remedy

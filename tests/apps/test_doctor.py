"""`sat2density doctor`: what is well, what is missing, and the line that mends it."""

import importlib.metadata
import json
import os
import tomllib
from pathlib import Path

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
    assert list(report) == [*checks.CHECKS, *(f"[{extra}]" for extra in checks.extras())]
    assert all(entry["state"] != "broken" for entry in report.values())
    assert all(name in out for name in report)
    assert "torch" in report["packages"]["found"]
    assert "numba: fast kernels for cpu" in report["renderer"]["found"]
    assert not cache.exists()


@pytest.fixture
def installed(monkeypatch):
    """A package that needs some others, and the versions of these that are installed."""
    lines = [
        "torch>=2.6",
        "numba<0.70,>=0.60",
        "pytorch-msssim>=1.0",
        "trimesh>=4.2; extra == 'mesh'",
        "pytest>=8; extra == 'dev'",
    ]
    versions = {"torch": "2.13.0+cpu", "numba": "0.60.0", "pytorch-msssim": "1.0.0"}

    def version(name):
        if name not in versions:
            raise importlib.metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(importlib.metadata, "requires", lambda name: lines)
    monkeypatch.setattr(importlib.metadata, "version", version)
    return versions


def test_what_is_looked_for_is_what_the_package_asks_for(installed):
    finding = checks.check_versions()
    assert finding.state == "ok"
    assert finding.found.endswith("torch 2.13.0+cpu, numba 0.60.0, pytorch-msssim 1.0.0")
    assert checks.extras() == ["mesh"]


def test_a_missing_package_is_broken_with_its_line(installed):
    del installed["pytorch-msssim"]
    finding = checks.check_versions()
    assert (finding.state, finding.remedy) == ("broken", "pip install 'pytorch-msssim>=1.0'")
    assert "pytorch-msssim (missing)" in finding.found


@pytest.mark.parametrize(
    ("name", "version", "words"),
    [("torch", "2.5.1", ">=2.6 is needed"), ("numba", "0.70.0", "<0.70 is needed")],
)
def test_a_version_out_of_bounds_is_broken(installed, name, version, words):
    installed[name] = version
    finding = checks.check_versions()
    assert finding.state == "broken"
    assert f"{name} ({version} is installed, {words})" in finding.found


def test_bounds_as_pip_reads_them():
    parsed = checks.Requirement.parsed("numba<0.70,>=0.60; extra == 'x'")
    assert (parsed.name, parsed.extra) == ("numba", "x")
    assert set(parsed.bounds) == {("<", "0.70"), (">=", "0.60")}
    assert checks.Requirement.parsed("pytest-xdist").bounds == ()


def test_without_an_installed_package_that_is_said(monkeypatch):
    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", missing)
    finding = checks.check_versions()
    assert finding.state == "optional"
    assert "without being installed" in finding.found


def test_the_metadata_of_the_sources_are_read_right(monkeypatch):
    """Every dependency and extra of pyproject.toml, as the build backend writes them down."""
    path = Path(__file__).resolve().parents[2] / "pyproject.toml"
    project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra, wanted in project["optional-dependencies"].items():
        for line in wanted:
            name, _, marker = line.partition(";")
            both = f"({marker.strip()}) and " if marker else ""
            lines.append(f"{name}; {both}extra == '{extra}'")
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: lines)
    found = checks.requirements()
    assert {one.name for one in found if not one.extra} >= {"torch", "numba", "pytorch-msssim"}
    assert {one.extra for one in found} == {"", *project["optional-dependencies"]}
    assert all(one.bounds for one in found)
    assert checks.extras() == sorted(set(project["optional-dependencies"]) - {"dev"})


def test_a_private_interface_that_is_gone_is_broken_with_its_line(installed, monkeypatch):
    from sat2density import private_interfaces

    monkeypatch.setattr(private_interfaces, "PRIVATE_NAMES", {"numba": ("numba.core.gone",)})
    finding = checks.check_private_interfaces()
    assert (finding.state, finding.remedy) == ("broken", "pip install 'numba<0.70,>=0.60'")
    assert finding.found.startswith("numba 0.60.0 has no numba.core.gone")


def test_a_renderer_without_its_kernels_says_why_and_what_mends_it(monkeypatch):
    monkeypatch.setattr(
        kernels, "_hindrance", lambda impl: None if impl == "reference" else "it is not installed"
    )
    finding = checks.check_renderer()
    assert (finding.state, finding.remedy) == ("optional", "pip install numba")
    assert "reference: numba is not available (it is not installed)" in finding.found


def test_a_missing_extra_is_optional_with_its_line(installed):
    finding = checks.check_extra("mesh")
    assert (finding.state, finding.remedy) == ("optional", "pip install 'sat2density[mesh]'")
    assert finding.found == "trimesh (missing)"
    installed["trimesh"] = "4.2"
    assert checks.check_extra("mesh") == checks.Finding("[mesh]", "ok", "trimesh 4.2")


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


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (PermissionError(13, "no"), "export SAT2DENSITY_CACHE="),
        (RuntimeError("cannot cache function: no locator available"), "NUMBA_CACHE_DIR="),
        (ModuleNotFoundError("no", name="av.video"), "pip install av"),
        (ValueError("odd"), "pip install --force-reinstall --no-deps ."),
    ],
)
def test_a_check_that_dies_names_what_mends_it(error, remedy, monkeypatch):
    def dies():
        raise error

    monkeypatch.setattr(checks, "CHECKS", {"odd": dies})
    finding = checks.examine()[0]
    assert finding.state == "broken"
    assert remedy in finding.remedy


def test_only_files_are_replaced(tmp_path, capsys):
    """Asked by root, it once replaced the device that was named (here a pipe stands for it)."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert main(["doctor", "--json", str(pipe), "--overwrite"]) == 2
    assert "is a device or a pipe, not a file" in capsys.readouterr().err
    assert pipe.is_fifo()

"""Fixtures shared by all tests."""

from pathlib import Path

import pytest

GOLDEN = Path(__file__).resolve().parent / "golden"
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_or_none() -> Path | None:
    """The folder beside the checkout with golden numbers and real pairs, where it is."""
    return SHARED if SHARED.is_dir() else None


@pytest.fixture(scope="session")
def shared(shared_or_none: Path | None) -> Path:
    """The folder beside the checkout with golden numbers and real pairs; the test is skipped where
    it is not.
    """
    if shared_or_none is None:
        pytest.skip("../shared is not here")
    return shared_or_none


@pytest.fixture(scope="session", params=["kept", "whole"])
def golden_root(request: pytest.FixtureRequest, shared_or_none: Path | None) -> Path:
    """The golden numbers: those that travel with the repository, then the whole set, where it
    is.
    """
    if request.param == "kept":
        return GOLDEN
    if shared_or_none is None or not (shared_or_none / "golden").is_dir():
        pytest.skip("the whole set of golden numbers is not here")
    return shared_or_none / "golden"


@pytest.fixture
def encodings(tiny):
    """Counts how often the model `tiny` encodes a light: a list with an entry for each time."""
    counted = []
    hook = tiny.generator.sky_encoder.register_forward_hook(lambda *_: counted.append(1))
    yield counted
    hook.remove()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache of the test's own, and tile servers that may be asked at any rate."""
    from sat2density.maps import servers

    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(servers, "REQUESTS_A_SECOND", 1e6)
    return tmp_path / "cache"

"""Fixtures shared by all tests."""

from pathlib import Path

import pytest

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

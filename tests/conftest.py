"""Fixtures shared by all tests."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the checkout with golden numbers and real pairs; the test is skipped where it is not."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")
    return SHARED

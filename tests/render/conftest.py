"""Fixtures of the renderer's tests."""

import pytest


@pytest.fixture(params=["reference"])
def impl(request: pytest.FixtureRequest) -> str:
    """Each implementation that runs on this machine."""
    return request.param

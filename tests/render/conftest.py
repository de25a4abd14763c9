"""Fixtures of the renderer's tests."""

import pytest

from sat2density.render.kernels import available_impls


@pytest.fixture(params=[name for name in available_impls() if name != "triton"])
def impl(request: pytest.FixtureRequest) -> str:
    """Each implementation that runs on this machine."""
    return request.param

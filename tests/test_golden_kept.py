"""The golden numbers that travel with the repository: small, and the same numbers as the whole."""

import importlib.util

import pytest
import torch
from golden_files import KEPT, NAMES, golden


@pytest.fixture(scope="module")
def make():
    spec = importlib.util.spec_from_file_location("make_golden", KEPT / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_folder_stays_small(make):
    assert 1_000_000 < make.weight() < make.LIMIT


def test_one_checkpoint_and_both_cases_numbers_are_there():
    cases = [golden(KEPT, name) for name in NAMES]
    assert [case.checkpoint is not None for case in cases] == [True, False]
    assert all(float(case.io["density"].max()) > 10 for case in cases)
    assert all(len(case.both["view0_pred"]) == 2 for case in cases)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_kept_is_bit_for_bit_the_whole(shared, name, make):
    whole, kept = golden(shared / "golden", name).io, golden(KEPT, name)
    for key, value in kept.both.items():
        assert torch.equal(value, whole[key]), key
    for key, value in kept.io.items():
        if key == "grad_density":
            expected = whole[key][:1, :, make.INNER, make.INNER]
        elif key == "disc_perspective_grid":
            expected = whole[key][:, :: make.GRID_STEP, :: make.GRID_STEP]
        else:
            expected = whole[key] if key in make.PLACES else whole[key][:1]
        assert torch.equal(value, expected), key

"""Measures of plans as sums of the table; tests/evaluation/test_evaluator.py has the whole row."""

import math

import pytest

from sat2density.city.from_maps import plan_of
from sat2density.city.oracle import exact_evidence
from sat2density.city.plan import Plan
from sat2density.evaluation.drawn import plan_sums
from sat2density.evaluation.metrics import METRICS, Tally
from sat2density.worlds import World


@pytest.fixture(scope="module")
def world():
    return World.generate("suburb", 104)


def table(plan, world):
    tally = Tally()
    tally.add_sums(plan_sums(plan, world))
    return tally.result()


def test_exact_maps_give_a_nearly_perfect_plan(world):
    row = table(plan_of(exact_evidence(world)), world)
    assert row["plan.buildings_f1"] == 1.0
    assert row["plan.buildings_iou"] > 0.8
    assert row["plan.trees_f1"] > 0.9
    assert row["plan.eaves_m"] < 0.5


def test_an_empty_plan_finds_nothing_and_has_no_errors(world):
    sums = plan_sums(Plan(40.0), world)
    assert set(sums) <= set(METRICS)
    row = table(Plan(40.0), world)
    assert row["plan.buildings_f1"] == row["plan.trees_f1"] == 0.0
    assert row["plan.eaves_m"] is None or math.isnan(row["plan.eaves_m"])

"""How long a run is, how far it has come, and what is due, by a clock of the test's."""

import dataclasses
from types import SimpleNamespace

import pytest

from sat2density.training import schedule
from sat2density.training.schedule import Plan, Watch


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(schedule, "time", clock)
    return clock


def state(step=0, seconds=0.0):
    return SimpleNamespace(step=step, seconds=seconds)


def test_the_share_is_of_the_time_since_the_line_before(tiny):
    watch = Watch(tiny, None, 100.0)  # resumed: a hundred seconds were spent before
    assert [watch.waiting(*sums) for sums in ((1.0, 104.0), (1.5, 105.0), (1.5, 109.0))] == [
        0.25,
        0.5,
        0.0,
    ]


def test_a_plan_is_of_steps_epochs_or_minutes(tiny):
    optim = dataclasses.replace(tiny.optim, batch=4, steps=None, epochs=3, minutes=None)
    assert Plan.of(optim, 10) == Plan(6, None, 2)
    assert Plan.of(dataclasses.replace(optim, steps=7), 10) == Plan(7, None, 2)
    by_clock = Plan.of(dataclasses.replace(optim, minutes=2.0), 10)
    assert by_clock == Plan(None, 2.0, 2)
    assert [by_clock.share(state(seconds=s)) for s in (0, 30, 120, 999)] == [0, 0.25, 1, 1]
    assert [Plan(8, None, 2).share(state(step)) for step in (0, 2, 8, 9)] == [0, 0.25, 1, 1]


def test_what_is_due_is_told_once(tiny, clock):
    run = dataclasses.replace(tiny.run, checkpoint_minutes=1.0, checkpoint_steps=None)
    watch = Watch(dataclasses.replace(tiny, run=run), None, 0.0)
    assert not watch.due("checkpoint", 1)
    clock.now = 60.0
    assert watch.due("checkpoint", 2)
    assert not watch.due("checkpoint", 3)


def test_time_left_ends_with_the_plan_or_with_this_call(tiny, clock):
    watch = Watch(tiny, None, 0.0)
    assert watch.seconds_left(Plan(10, None, 1), state(2, 20.0)) == 80.0
    watch = Watch(tiny, 1.0, 0.0)
    clock.now = 50.0
    assert watch.seconds_left(Plan(10, None, 1), state(2, 20.0)) == 10.0
    assert watch.seconds_left(Plan(10, None, 1), state(9, 18.0)) == pytest.approx(2.0)


def test_samples_a_second(tiny, clock):
    watch = Watch(tiny, None, 0.0)
    for _ in range(3):
        clock.now += 0.5
        rate = watch.rate(1, 4)
    assert rate == 8.0

"""The next batch is made in a thread; what is waited for it is counted."""

from concurrent.futures import Future

import pytest

from sat2density.training import distributed, loader


class Clock:
    """Stands still, but for what a wait is said to take."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(loader, "time", clock)
    return clock


def test_the_loader_counts_what_it_waits(tiny, monkeypatch, clock):
    class Slow(Future):
        def result(self):
            clock.now += 0.25
            return super().result()

    def submit(_, step):
        future = Slow()
        future.set_result([step])
        return future

    made = loader.Loader(None, tiny.optim, distributed.ProcessGroup())
    monkeypatch.setattr(made._pool, "submit", submit)
    assert [made.parts(step) for step in (0, 1)] == [[0], [1]]
    assert made.waited == 0.5
    made.close()


def test_the_next_step_is_made_ahead_and_each_only_once(tiny, monkeypatch):
    asked = []
    made = loader.Loader(None, tiny.optim, distributed.ProcessGroup())
    monkeypatch.setattr(made, "_make", lambda step: asked.append(step) or [step])
    for step in range(3):
        assert made.parts(step) == [step]
    made.close()
    assert asked == [0, 1, 2, 3][: len(asked)]  # the last one may have been cancelled by closing
    assert len(asked) >= 3

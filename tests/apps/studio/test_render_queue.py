"""The queue: newest wins, fair turns, background work is not starved."""

import threading
import time
from concurrent.futures import CancelledError

import pytest

from sat2density.apps.studio.limits import URGENT_RUN
from sat2density.apps.studio.render_queue import RenderQueue

PATIENCE_S = 600
"""Far longer than anything takes, however busy the machine is."""


@pytest.fixture
def held():
    """A queue whose thread is busy until `release` is set."""
    queue, release, busy = RenderQueue(), threading.Event(), threading.Event()

    def work():
        busy.set()
        release.wait(PATIENCE_S)

    queue.submit("nobody", "hold", work)
    assert busy.wait(PATIENCE_S)
    yield queue, release
    release.set()
    queue.close()


def test_twenty_clicks_cost_the_last_one_only(held):
    queue, release = held
    done = []
    futures = [queue.submit("anna", "look", lambda i=i: done.append(i)) for i in range(20)]
    assert queue.waiting("anna") == 1
    release.set()
    futures[-1].result(PATIENCE_S)
    assert done == [19]
    assert all(future.cancelled() for future in futures[:-1])


def test_visitors_take_turns(held):
    queue, release = held
    order = []
    futures = [
        queue.submit(visitor, f"slot {i}", lambda visitor=visitor: order.append(visitor))
        for visitor in "ab"
        for i in range(3)
    ]
    release.set()
    for future in futures:
        future.result(PATIENCE_S)
    assert order == list("ababab")


def test_who_asks_for_costly_work_waits_for_the_others(held):
    queue, release = held
    order = []

    def costly():
        order.append("a")
        end = time.thread_time() + 0.1
        while time.thread_time() < end:
            pass

    futures = [queue.submit("a", f"slot {i}", costly) for i in range(3)]
    futures += [queue.submit("b", f"slot {i}", lambda: order.append("b")) for i in range(6)]
    release.set()
    for future in futures:
        future.result(PATIENCE_S)
    assert "".join(order) == "abbbbbbaa"  # one piece each; then b until it has used as much


def test_who_was_away_has_saved_nothing_up(held):
    queue, release = held
    order = []
    queue._now = 100.0  # others have worked long
    futures = [
        queue.submit(visitor, f"slot {i}", lambda visitor=visitor: order.append(visitor))
        for visitor in "ab"
        for i in range(2)
    ]
    release.set()
    for future in futures:
        future.result(PATIENCE_S)
    assert "".join(order) == "abab"


def test_background_work_waits_for_urgent_but_is_not_starved(held):
    queue, release = held
    order = []
    queue.submit("video", "job", lambda: order.append("job"), urgent=False)
    last = [queue.submit("anna", f"look {i}", lambda: order.append("look")) for i in range(10)][-1]
    release.set()
    last.result(PATIENCE_S)
    first = order.index("job")
    # the holding work was urgent too: one of the run is already used up
    assert 1 <= first <= URGENT_RUN


def test_an_error_goes_to_whoever_asked_and_the_queue_lives_on():
    queue = RenderQueue()
    with pytest.raises(ZeroDivisionError):
        queue.submit("anna", "look", lambda: 1 / 0).result(PATIENCE_S)
    assert queue.submit("anna", "look", lambda: 5).result(PATIENCE_S) == 5
    queue.close()


def test_forgotten_visitors_and_a_closed_queue_cancel(held):
    queue, release = held
    gone = queue.submit("anna", "look", lambda: 1)
    queue.forget("anna")
    assert gone.cancelled()
    kept, gone = queue.submit("carl", "job 1", lambda: 1), queue.submit("carl", "look", lambda: 1)
    queue.forget("carl", keep="job ")
    assert gone.cancelled()
    assert not kept.cancelled()
    waiting = queue.submit("bert", "look", lambda: 1)
    closing = threading.Thread(target=queue.close)  # waits for the work that is held
    closing.start()
    with pytest.raises(CancelledError):
        waiting.result(PATIENCE_S)
    release.set()
    closing.join(PATIENCE_S)
    assert waiting.cancelled()
    assert queue.submit("bert", "look", lambda: 1).cancelled()


def test_closing_waits_for_the_work_under_way():
    queue, done, begun = RenderQueue(), [], threading.Event()

    def work():
        begun.set()
        time.sleep(0.1)
        done.append(1)

    queue.submit("anna", "look", work)
    assert begun.wait(PATIENCE_S)
    queue.close()
    assert done == [1]

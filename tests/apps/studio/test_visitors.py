"""What the server remembers is bounded, and a page that comes back finds its things."""

import pytest

from sat2density.apps.studio.limits import MAX_OWN_LIGHTS, MAX_RESULTS
from sat2density.apps.studio.visitors import Visitors
from sat2density.errors import InputError


@pytest.fixture
def visitors(tmp_path):
    return Visitors(tmp_path, most=3)


def test_a_page_that_comes_back_is_known(visitors):
    anna, fresh = visitors.greet(None, "tab 1")
    assert fresh
    visitors.leave(anna)
    assert visitors.greet(anna.key, "tab 2") == (anna, False)


def test_a_half_open_connection_is_taken_over_by_the_same_tab_only(visitors):
    anna, _ = visitors.greet(None, "tab 1")
    assert visitors.greet(anna.key, "tab 1") == (anna, False)
    other, fresh = visitors.greet(anna.key, "tab 2")  # a duplicated tab copies the key
    assert fresh
    assert other is not anna


def test_an_old_connection_that_ends_does_not_disconnect_the_new_one(visitors):
    anna, _ = visitors.greet(None, "tab 1")
    visitors.greet(anna.key, "tab 1")  # back before the end of the first connection was noticed
    visitors.leave(anna)  # now it is
    assert anna.connected
    visitors.leave(anna)
    assert not anna.connected


def test_the_number_is_bounded_and_the_longest_absent_makes_room(visitors):
    known = [visitors.greet(None, str(i))[0] for i in range(3)]
    with pytest.raises(InputError, match="full"):
        visitors.greet(None, "4")
    visitors.leave(known[1])
    visitors.leave(known[0])
    new, _ = visitors.greet(None, "5")
    assert visitors.find(known[1].key) is None
    assert not known[1].folder.exists()
    assert visitors.find(known[0].key) is known[0]
    assert new.folder.is_dir()
    assert len(visitors) == 3


def test_results_are_found_by_token_and_the_oldest_are_deleted(visitors):
    anna, _ = visitors.greet(None, "tab")
    made = []
    for i in range(MAX_RESULTS + 2):
        path = anna.new_folder() / f"walk{i}.mp4"
        path.write_bytes(b"x" * i)
        made.append(anna.add_result(path, "video"))
    assert len(anna.results) == MAX_RESULTS
    assert visitors.result(made[0].token) is None
    assert not made[0].path.exists()
    assert visitors.result(made[-1].token) is made[-1]
    assert made[-1].describe()["bytes"] == MAX_RESULTS + 1
    anna.drop_result(made[-1].token)
    assert not made[-1].path.parent.exists()


def test_own_lights_are_bounded_and_named_by_rule(visitors):
    anna, _ = visitors.greet(None, "tab")
    for i in range(MAX_OWN_LIGHTS):
        anna.add_light(f"own-{i}", object())
    anna.add_light("own-0", object())  # replacing is no new one
    with pytest.raises(InputError, match="At most"):
        anna.add_light("own-99", object())
    for name in ("../x", "own-", "own-100", "own-1/..", "clear-noon"):
        with pytest.raises(InputError):
            anna.add_light(name, object())


def test_standing_needs_a_tile(visitors):
    with pytest.raises(InputError, match="tile"):
        visitors.greet(None, "tab")[0].standing()

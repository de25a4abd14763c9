import itertools

import pytest

from sat2density.errors import InputError
from sat2density.worlds import reserved_split, split_seeds
from sat2density.worlds.seeds import SPLITS


def test_published_ranges_do_not_move():
    assert split_seeds("suburb", "test")[0] == 1_000_000_000
    assert split_seeds("village", "val")[0] == 1_100_000_000
    assert split_seeds("town", "train") == range(1_200_000_000, 2_000_000_000)


def test_splits_share_no_seed():
    ranges = sorted((first, first + count) for first, count in SPLITS.values())
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(ranges))
    assert reserved_split(1_099_999_999) == "test"
    assert reserved_split(1_100_000_000) == "val"
    assert reserved_split(999_999_999) is None
    assert reserved_split(2_000_000_000) is None


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'suburb'"):
        split_seeds("suburbs", "train")
    with pytest.raises(InputError, match="did you mean 'train'"):
        split_seeds("suburb", "trian")

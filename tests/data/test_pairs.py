"""A folder of one's own: its lists of names and its scene."""

import pytest

from sat2density.data import Pairs
from sat2density.errors import InputError


def test_lists_pass_over_blank_lines_comments_and_endings(make_pairs):
    root = make_pairs({"test": [1, 2]})
    (root / "splits" / "test.txt").write_text(
        "\ufeff# mine\n\n 0002.png \r\n0001\n", encoding="utf-8"
    )
    assert Pairs(root).identities == ["0002", "0001"]


@pytest.mark.parametrize("line", ["../0001", "sat/0001.png", "a\\b", ".."])
def test_names_with_folders_are_refused_with_their_line(make_pairs, line):
    root = make_pairs({"test": [1]})
    (root / "splits" / "test.txt").write_text(f"0001\n{line}\n")
    with pytest.raises(InputError, match=r"test\.txt: line 2 is .* without folders"):
        Pairs(root)


def test_a_list_that_is_no_text(make_pairs):
    root = make_pairs({"test": [1]})
    (root / "splits" / "test.txt").write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(InputError, match=r"test\.txt: is UTF-16 text"):
        Pairs(root)


def test_scene_json_missing_or_wrong(make_pairs):
    root = make_pairs({"test": [1]})
    (root / "scene.json").write_text('{"extend_m": 40}')
    with pytest.raises(
        InputError, match=r"scene\.json: unknown field 'extend_m'; did you mean 'extent_m'"
    ):
        Pairs(root)
    (root / "scene.json").unlink()
    with pytest.raises(InputError, match=r"scene\.json: there is no such file"):
        Pairs(root)

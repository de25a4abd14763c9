import numpy as np
import pytest

from sat2density.export.colours import scale
from sat2density.export.lettering import fitted, printable, round_ticks, scale_bar, text_width


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0, 21.2, 6, [0, 5, 10, 15, 20]),
        (0, 8, 6, [0, 2, 4, 6, 8]),
        (0, 1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (-3, 7, 3, [0, 5]),
        (0, 0.03, 4, [0, 0.01, 0.02, 0.03]),
        (0, 300, 3, [0, 200]),
    ],
)
def test_round_ticks(low, high, most, expected):
    assert round_ticks(low, high, most) == expected


@pytest.mark.parametrize("vertical", [True, False])
@pytest.mark.parametrize("reverse", [True, False])
def test_scale_bars_run_from_end_to_end(vertical, reverse):
    bar = np.asarray(scale_bar(200, 0.0, 8.0, vertical=vertical, reverse=reverse))
    stripe = bar[::-1, 0] if vertical else bar[0]
    ends = scale()[[255, 0]] if reverse else scale()[[0, 255]]
    assert (stripe[[0, 199]] == ends).all()


def test_text_is_shortened_in_its_middle():
    assert fitted("short", 14, 200) == "short"
    shown = fitted("a-very-long-name-of-a-tile-0042", 14, 100)
    assert text_width(shown, 14) <= 100
    assert shown.startswith("a-v")
    assert shown.endswith("42")
    assert fitted("", 14, 10) == ""


def test_letters_the_font_lacks_are_replaced():
    assert printable("Zürich, Łódź 北\n") == "Zurich, ?odz ??"

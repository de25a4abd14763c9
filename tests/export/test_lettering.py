import numpy as np
import pytest

from sat2density.export.colours import coloured, scale
from sat2density.export.lettering import fitted, printable, round_ticks, scale_bar, text_width


def luminance(colours):
    linear = np.where(colours <= 0.04045 * 255, colours / 255 / 12.92, ((colours / 255 + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def test_the_scale_gets_lighter_all_the_way_in_even_steps():
    # CIE lightness from luminance, an independent measure: monotone, and no step over twice the mean one.
    y = luminance(scale().astype(float))
    lightness = np.where(y > 216 / 24389, 116 * np.cbrt(y) - 16, y * 24389 / 27)
    steps = np.diff(lightness)
    smooth = np.convolve(steps, np.ones(8) / 8, mode="valid")  # 8-bit rounding shakes single steps
    assert smooth.min() > 0
    assert smooth.max() < 2 * steps.mean()
    assert lightness[0] < 15
    assert lightness[-1] > 90


def test_colours_stop_at_the_ends_of_the_scale():
    table = scale()
    assert (coloured(np.array([-5.0, 0.0, 1.0, 9.0]), 0.0, 1.0) == table[[0, 0, 255, 255]]).all()
    assert (coloured(np.array([0.0, 1.0]), 0.0, 1.0, reverse=True) == table[[255, 0]]).all()


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

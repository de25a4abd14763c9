import numpy as np

from sat2density.export.colours import NO_SURFACE, coloured, scale


def luminance(colours):
    linear = np.where(
        colours <= 0.04045 * 255, colours / 255 / 12.92, ((colours / 255 + 0.055) / 1.055) ** 2.4
    )
    return linear @ [0.2126, 0.7152, 0.0722]


def test_the_scale_gets_lighter_all_the_way_in_even_steps():
    # CIE lightness from luminance, an independent measure: monotone, and no step over twice the
    # mean one.
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


def test_what_has_no_surface_has_a_colour_outside_the_scale():
    assert (coloured(np.array([np.nan, np.inf, -np.inf]), 0.0, 1.0) == NO_SURFACE).all()
    distance = np.abs(scale().astype(int) - NO_SURFACE).sum(axis=1)
    assert distance.min() > 60

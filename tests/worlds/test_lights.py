import math

import numpy as np

from sat2density.worlds.lights import WEATHER, ground_light, tile_light
from sat2density.worlds.rng import Rng


def test_weather_is_drawn_as_often_as_said():
    drawn = [ground_light(Rng(k, "light"))[1] for k in range(1500)]
    for name, share in WEATHER.items():
        assert abs(drawn.count(name) / 1500 - share / sum(WEATHER.values())) < 0.05


def test_the_sun_is_up_has_unit_length_and_is_low_at_dusk():
    for k in range(200):
        light, weather = ground_light(Rng(k, "light"))
        assert math.isclose(math.hypot(*light.sun), 1.0, rel_tol=1e-9)
        assert light.sun[2] > 0
        if weather == "dusk":
            assert light.sun[2] < math.sin(math.radians(6.01))
        if weather == "overcast":
            assert max(light.sun_rgb) < 0.4


def test_the_tile_has_another_light_than_the_ground():
    for k in range(50):
        above, below = tile_light(Rng(k, "tile light")), ground_light(Rng(k, "light"))[0]
        assert above.sun != below.sun
        assert above.sun[2] > math.sin(math.radians(27))
        assert np.isfinite([*above.sun_rgb, *above.sky_rgb]).all()

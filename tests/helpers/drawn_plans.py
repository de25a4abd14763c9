"""A plan with one of everything, drawn by hand."""

import numpy as np

from sat2density.city.parts import Barrier, Building, Part, Pole, Shrub, Tree, Vehicle, Water
from sat2density.city.plan import Place, Plan, encoded_ground

HERE = Place("EPSG:25832", 500000.0, 5700000.0)
FORMS = ("flat", "gabled", "hipped", "shed")


def one_house(form="gabled", east=0.0):
    """A house of 12 x 8 m with a wing of 5 x 4 m."""
    high = 3.0 if form == "flat" else 5.2
    main = Part(east, 0.0, 12.0, 8.0, 90.0, 3.0, high, form)
    wing = Part(east - 3.5, 5.0, 6.0, 4.0, 0.0, 2.6, min(high, 3.9), form)
    foot = ((-6.0, -4.0), (6.0, -4.0), (6.0, 4.0), (-1.5, 4.0), (-1.5, 8.0), (-5.5, 8.0))
    foot = (*foot, (-5.5, 4.0), (-6.0, 4.0))
    ring = tuple((x + east, y) for x, y in foot)
    return Building(ring, 3.0, high, form, parts=(main, wing))


def everything(place=None):
    """One of each kind; two trees of one form."""
    picture = np.full((32, 32, 3), (96, 104, 70), np.uint8)
    picture[:, 14:18] = 90
    return Plan(
        extent_m=60.0,
        ground=encoded_ground(picture),
        buildings=tuple(one_house(f, e) for f, e in zip(FORMS, (-21, -7, 7, 21), strict=True)),
        trees=(
            Tree(-8.0, 14.0, 2.5, 7.0, 1.6),
            Tree(8.0, 14.0, 2.0, 6.0, 1.4),
            Tree(0.0, 16.0, 1.0, 8.0, 0.3, form="column"),
            Tree(12.0, 16.0, 1.8, 9.0, 0.8, form="conifer"),
        ),
        shrubs=(Shrub(3.0, 12.0, 0.7, 1.0),),
        barriers=(
            Barrier(((-20.0, -10.0), (0.0, -10.0), (0.0, -16.0)), 1.6),
            Barrier(((4.0, -10.0), (20.0, -10.0)), 1.3, 0.7, "hedge", "#3f5a2a"),
        ),
        vehicles=(Vehicle(-3.0, 20.0, 4.5, 1.8, 1.5, 80.0, "#a02020"),),
        poles=(Pole(2.0, 22.0, 7.0),),
        waters=(Water(((14.0, 18.0), (22.0, 18.0), (22.0, 24.0), (14.0, 24.0))),),
        place=place,
        name="everything",
        seed=4,
    )

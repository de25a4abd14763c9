from collections import Counter

import numpy as np
import pytest
from drawn_evidence import house

from sat2density.city.polygons import area
from sat2density.city.roofs import RIM_M
from sat2density.city.solids import solid, wall_top_m

FORMS = ("flat", "gabled", "hipped", "shed")
SIZES = ((12.0, 8.0), (6.0, 9.0), (7.0, 7.0))


def triangulated(faces):
    for face in faces:
        corners = np.array([(e, -s, up) for e, s, up in face.corners])
        for k in range(1, len(corners) - 1):
            yield corners[[0, k, k + 1]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", SIZES)
def test_every_edge_is_met_from_both_sides(form, size):
    faces = solid(house(form, size=size), 0.4)
    edges = Counter()
    for face in faces:
        ring = [tuple(np.round(corner, 6)) for corner in face.corners]
        edges.update(zip(ring, [*ring[1:], ring[0]], strict=True))
    if form == "gabled":
        # The two planes of the roof share the ridge, whose ends are corners of the gable walls.
        assert len(faces) == 7
    for (a, b), count in edges.items():
        assert count == 1, (a, b)
        assert (b, a) in edges, (a, b)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", SIZES)
def test_faces_look_outwards_and_hold_the_right_volume(form, size):
    part = house(form, size=size)
    faces = solid(part, 0.4)
    volume = sum(np.linalg.det(three) / 6 for three in triangulated(faces))
    low = wall_top_m(part, 0.4)
    box = size[0] * size[1] * low
    assert volume >= box - 1e-6
    if form == "flat":
        assert volume == pytest.approx(box)
    if form == "gabled":
        assert volume == pytest.approx(box + size[0] * size[1] * (part.ridge_m - low) / 2)
    ground = next(face for face in faces if face.kind == "ground")
    assert area([(e, -s) for e, s, _ in ground.corners]) < 0


def test_walls_reach_the_roof():
    part = house("gabled")
    slope = (5.4 - 3.0 - RIM_M) / 4.4
    assert wall_top_m(part, 0.4) == pytest.approx(3.0 + RIM_M + 0.4 * slope)

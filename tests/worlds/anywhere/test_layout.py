"""Places of the style `anywhere`: every kind can be laid out, and the layout holds together."""

import dataclasses

import numpy as np
import pytest

from sat2density.worlds import CLASSES, World
from sat2density.worlds.anywhere import layout, themes
from sat2density.worlds.anywhere.trees import KINDS as TREES
from sat2density.worlds.rng import Rng

MUST_SHOW = {
    "rail": "soil",
    "water": "water",
    "parking": "vehicle",
    "hall": "building",
    "flats": "building",
    "courtyard": "building",
    "row": "building",
    "detached": "building",
    "wood": "tree",
    "bush": "tree",
    "fields": "grass",
    "green": "grass",
}
"""What a world filled with one kind of lot must hold a share of."""


def filled(monkeypatch, kind: str, seed: int) -> World:
    """A world all of whose lots are of one kind."""
    draw = themes.draw_theme
    monkeypatch.setattr(
        layout, "draw_theme", lambda rng: dataclasses.replace(draw(rng), kinds={kind: 1.0})
    )
    return World.generate("anywhere", seed)


@pytest.mark.parametrize("kind", list(layout.KINDS))
def test_every_kind_fills_its_lots(monkeypatch, kind):
    worlds = [filled(monkeypatch, kind, seed) for seed in (3, 4)]
    maps = [world.truth_maps(96, 100.0, occupancy=None) for world in worlds]
    for world, m in zip(worlds, maps, strict=True):
        assert m.heights_m.max() <= world.spec.max_height_m + 1e-4
        assert (m.heights_m >= m.ground_m - 1e-4).all()
    if kind in MUST_SHOW:
        wanted = CLASSES.index(MUST_SHOW[kind])
        assert np.mean([(m.classes == wanted).mean() for m in maps]) > 0.03


def test_woods_are_closed_and_tall(monkeypatch):
    world = filled(monkeypatch, "wood", 5)
    maps = world.truth_maps(100, 100.0, occupancy=None)
    ground = np.isin(maps.ground_classes, [CLASSES.index("soil")])
    assert (maps.classes == CLASSES.index("tree"))[ground].mean() > 0.6
    assert np.percentile(maps.heights_m[maps.classes == CLASSES.index("tree")], 95) > 8.0


def test_rows_of_houses_touch(monkeypatch):
    edges = [len(filled(monkeypatch, "row", seed).things(80.0).edges) for seed in range(4)]
    assert sum(edges) > 12


def test_themes_name_only_what_there_is():
    for theme in themes.THEMES:
        assert set(theme.kinds) <= set(layout.KINDS)
        assert set(theme.trees) <= set(TREES)
        assert sum(theme.kinds.values()) == pytest.approx(1.0, abs=0.06)
    assert sum(themes.THEMES.values()) == pytest.approx(1.0)
    named = {kind for theme in themes.THEMES for kind in theme.kinds}
    assert named == set(layout.KINDS)


def test_a_theme_is_drawn_with_few_roofs_and_darker_leaves():
    theme = themes.draw_theme(Rng(1, "theme"))
    assert 1 <= len(set(theme.roofs)) <= 4
    assert max(c[1] for c in theme.leaves) < 0.17


def test_places_differ_widely():
    shares = []
    for seed in range(24):
        classes = World.generate("anywhere", seed).truth_maps(64, occupancy=None).classes
        shares.append(np.bincount(classes.ravel(), minlength=len(CLASSES)) / classes.size)
    spread = np.array(shares)
    for name in ("building", "tree", "grass", "vehicle"):
        column = spread[:, CLASSES.index(name)]
        assert column.min() < 0.05, name
        assert column.max() > (0.02 if name == "vehicle" else 0.25), name

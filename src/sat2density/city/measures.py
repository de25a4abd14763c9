"""How good a plan is, against the truth of a procedural world: buildings, trees, vehicles."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from sat2density.city.plan import Plan
from sat2density.city.polygons import area, covered

if TYPE_CHECKING:
    from sat2density.worlds import World
    from sat2density.worlds.things import Building as TrueBuilding

MATCHING_IOU: Final = 0.5
TREE_M: Final = 2.0
"""A tree is found where its place is right within this."""
VEHICLE_M: Final = 2.0
PIXELS: Final = 400
"""Side of the grid on which footprints are compared: 0.1 m of a 40 m tile."""
LEAST_M2: Final = 4.0
"""Buildings of which less lies in the tile do not count: neither found nor missed."""
FORMS: Final = {"gable": "gabled", "hip": "hipped", "flat": "flat", "mono": "shed", "none": "flat"}
"""Forms of the world's roofs, as a plan names them."""


@dataclasses.dataclass
class Score:
    """Counts and errors of one kind of things, over any number of tiles.

    Attributes:
        found: true things that were found.
        missed: true things that were not.
        invented: things that are not there.
        errors: absolute errors of those found, by name.
        forms: (true, told) forms of those found.

    """

    found: int = 0
    missed: int = 0
    invented: int = 0
    errors: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    forms: Counter[tuple[str, str]] = dataclasses.field(default_factory=Counter)

    @property
    def f1(self) -> float:
        """2 found / (2 found + missed + invented), NaN where there is nothing."""
        total = 2 * self.found + self.missed + self.invented
        return 2 * self.found / total if total else math.nan

    def note(self, name: str, error: float) -> None:
        """Add an error.

        Args:
            name: what it is of.
            error: its size.

        """
        self.errors.setdefault(name, []).append(float(error))

    def add(self, other: Score) -> None:
        """Add the counts of another tile.

        Args:
            other: of the same kind of things.

        """
        self.found += other.found
        self.missed += other.missed
        self.invented += other.invented
        self.forms += other.forms
        for name, values in other.errors.items():
            self.errors.setdefault(name, []).extend(values)

    def summary(self) -> dict[str, float | int | None]:
        """Return F1, counts and of each error the mean and the median, as JSON values."""
        out: dict[str, float | int | None] = {
            "f1": None if math.isnan(self.f1) else round(self.f1, 4),
            "found": self.found,
            "missed": self.missed,
            "invented": self.invented,
        }
        for name, values in sorted(self.errors.items()):
            out[f"{name}_mean"] = round(float(np.mean(values)), 4)
            out[f"{name}_median"] = round(float(np.median(values)), 4)
        if self.forms:
            right = sum(count for (true, told), count in self.forms.items() if true == told)
            out["roof_form_right"] = round(right / sum(self.forms.values()), 4)
        return out


def measured(plan: Plan, world: World) -> dict[str, Score]:
    """Return the scores of a plan: of buildings, trees and vehicles.

    Args:
        plan: of the world's tile, or of a square around its middle.
        world: that the tile shows.

    """
    return {
        "buildings": buildings_score(plan, world),
        "trees": trees_score(plan, world),
        "vehicles": vehicles_score(plan, world),
    }


def buildings_score(plan: Plan, world: World) -> Score:
    """Return how well footprints (at `MATCHING_IOU`), eaves and roofs are found.

    A true building is the walls of all parts with one number; what stands outside the tile is cut
    off. Its eaves and roof are those of its largest part.

    Args:
        plan: of the tile.
        world: that it shows.

    """
    truth: dict[int, list[TrueBuilding]] = {}
    for part in world.things(plan.extent_m).buildings:
        truth.setdefault(part.house, []).append(part)
    houses = list(truth.values())
    true_masks = [_union((p.footprint for p in parts), plan.extent_m) for parts in houses]
    told_masks = [covered((b.footprint, *b.holes), plan.extent_m, PIXELS) for b in plan.buildings]
    cell = (plan.extent_m / PIXELS) ** 2
    ious = np.array([[_iou(t, p) for p in told_masks] for t in true_masks]).reshape(
        len(true_masks), len(told_masks)
    )
    score = Score()
    matched_true, matched_told = set(), set()
    for k, m in zip(*linear_sum_assignment(-ious), strict=True):
        if ious[k, m] < MATCHING_IOU:
            continue
        matched_true.add(int(k))
        matched_told.add(int(m))
        if true_masks[k].sum() * cell < LEAST_M2:
            continue
        score.found += 1
        main = max(houses[k], key=lambda part: abs(area([tuple(c) for c in part.footprint])))
        building = plan.buildings[m]
        score.note("iou", ious[k, m])
        score.note("eaves_m", abs(building.eaves_m - main.eaves_m))
        highest = max(part.ridge_m for part in houses[k])
        score.note("ridge_m", abs(building.ridge_m - highest))
        score.forms[FORMS.get(main.roof, main.roof), building.roof] += 1
    small_true = {k for k, mask in enumerate(true_masks) if mask.sum() * cell < LEAST_M2}
    small_told = {m for m, mask in enumerate(told_masks) if mask.sum() * cell < LEAST_M2}
    score.missed = len(set(range(len(houses))) - matched_true - small_true)
    score.invented = len(set(range(len(told_masks))) - matched_told - small_told)
    return score


def trees_score(plan: Plan, world: World) -> Score:
    """Return how well trees are found within `TREE_M`, and their radii and heights.

    Args:
        plan: of the tile.
        world: that it shows.

    """
    truth = world.things(plan.extent_m).trees
    score, pairs = _matched(truth, plan.trees, TREE_M)
    for k, m in pairs:
        score.note("radius_m", abs(plan.trees[m].radius_m - truth[k].radius_m))
        score.note("height_m", abs(plan.trees[m].height_m - truth[k].height_m))
    return score


def vehicles_score(plan: Plan, world: World) -> Score:
    """Return how well vehicles are found within `VEHICLE_M`, and their headings (up to half a
    turn) and lengths.

    Args:
        plan: of the tile.
        world: that it shows.

    """
    truth = world.things(plan.extent_m).vehicles
    score, pairs = _matched(truth, plan.vehicles, VEHICLE_M)
    for k, m in pairs:
        turn = (plan.vehicles[m].heading_deg - truth[k].heading_deg) % 180.0
        score.note("heading_deg", min(turn, 180.0 - turn))
        score.note("length_m", abs(plan.vehicles[m].length_m - truth[k].length_m))
    return score


def _matched(
    truth: Sequence[Any], told: Sequence[Any], within: float
) -> tuple[Score, list[tuple[int, int]]]:
    """Return the score and the pairs (true, told) of things that lie near to one another, as near
    as can be.
    """
    here, there = (
        np.array([(thing.east_m, thing.south_m) for thing in things]).reshape(-1, 2)
        for things in (truth, told)
    )
    apart = here[:, None] - there[None]
    away = np.hypot(apart[..., 0], apart[..., 1])
    # Whatever lies too far is as bad as any other: the assignment must not trade a pair for it.
    rows, columns = linear_sum_assignment(np.where(away <= within, away, 1e6))
    pairs = [(int(k), int(m)) for k, m in zip(rows, columns, strict=True) if away[k, m] <= within]
    count = len(pairs)
    return Score(count, len(truth) - count, len(told) - count), pairs


def _union(rings: Iterable[np.ndarray], extent_m: float) -> np.ndarray:
    out = np.zeros((PIXELS, PIXELS), np.bool_)
    for ring in rings:
        out |= covered([[(float(x), float(y)) for x, y in ring]], extent_m, PIXELS)
    return out


def _iou(one: np.ndarray, other: np.ndarray) -> float:
    both = (one & other).sum()
    return float(both / ((one | other).sum() or 1)) if both else 0.0

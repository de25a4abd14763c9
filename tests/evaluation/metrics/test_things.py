"""Buildings as patches, trees as peaks: by hand."""

import torch

from sat2density.evaluation.metrics.things import building_sums, tree_peaks, tree_sums

SIDE, EXTENT_M = 80, 40.0


def boxes(*places):
    mask = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    for row, column, height, width in places:
        mask[row : row + height, column : column + width] = True
    return mask


def crowns(*places):
    """Round crowns of 2 m radius at (row, column, height in metres): heights, and where they
    are.
    """
    rows, columns = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    heights = torch.zeros(SIDE, SIDE)
    for row, column, top in places:
        away = ((rows - row) ** 2 + (columns - column) ** 2).sqrt() / 2
        heights = torch.maximum(heights, torch.where(away < 2, top - away, 0))
    return heights, heights > 0


def test_buildings_match_from_half_an_overlap_on():
    true = boxes((5, 5, 10, 10), (40, 40, 10, 10), (60, 5, 10, 10))
    ours = boxes((5, 8, 10, 10), (40, 46, 10, 10))  # IoU 70 / 130 and 40 / 160
    assert building_sums(ours, true, EXTENT_M) == (2, 5)
    assert building_sums(true, true, EXTENT_M) == (6, 6)
    assert building_sums(~boxes(), true, EXTENT_M) == (0, 4)
    assert building_sums(boxes(), boxes(), EXTENT_M) == (0, 0)


def test_small_patches_are_no_buildings():
    assert building_sums(boxes((3, 3, 3, 5)), boxes(), EXTENT_M) == (0, 0)  # 3.75 m2
    assert building_sums(boxes((3, 3, 4, 4)), boxes(), EXTENT_M) == (0, 1)


def test_two_patches_that_share_one_count_once():
    true = boxes((10, 10, 10, 20))
    ours = boxes((10, 10, 10, 10)) | boxes((10, 20, 10, 10)).roll(0)
    assert building_sums(ours, true, EXTENT_M) == (2, 2)  # they touch: one patch
    halves = boxes((10, 10, 10, 9), (10, 20, 10, 10))
    assert building_sums(halves, true, EXTENT_M) == (2, 3)


def test_peaks_lie_where_trees_stand():
    heights, trees = crowns((20, 20, 6.0), (50, 60, 9.0), (70, 10, 1.5))
    peaks = tree_peaks(heights, trees, EXTENT_M)
    assert peaks.tolist() == [[10.25, 10.25], [25.25, 30.25]]  # lower than 2 m is none
    assert len(tree_peaks(heights, torch.zeros_like(trees), EXTENT_M)) == 0


def test_trees_match_within_two_metres():
    true = crowns((20, 20, 6.0), (50, 60, 9.0))
    ours = crowns((20, 23, 5.0), (50, 66, 9.0), (70, 20, 4.0))  # 1.5 m, 3 m, nothing
    assert tree_sums(ours, true, EXTENT_M) == (2, 5)
    assert tree_sums(true, true, EXTENT_M) == (4, 4)
    bare = (torch.zeros(SIDE, SIDE), torch.zeros(SIDE, SIDE, dtype=torch.bool))
    assert tree_sums(bare, true, EXTENT_M) == (0, 2)

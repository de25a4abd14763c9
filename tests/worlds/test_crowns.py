import numpy as np

from sat2density.worlds.crowns import SPECIES, VARIANTS, WOOD, template_number, templates
from sat2density.worlds.kernels.codes import CROWN_CELLS


def test_every_template_has_leaves_and_gaps():
    blocks = templates()
    assert blocks.shape == (len(SPECIES) * VARIANTS, CROWN_CELLS, CROWN_CELLS, CROWN_CELLS)
    share = (blocks > 0).mean((1, 2, 3))
    assert share.min() > 0.01
    assert share.max() < 0.85
    assert len({block.tobytes() for block in blocks}) == len(blocks)


def test_a_gum_is_more_open_than_a_round_tree_and_a_hedge_is_a_full_box():
    blocks = templates()
    share = {name: (blocks[template_number(name, 0)] > 0).mean() for name in SPECIES}
    assert share["thin"] < share["gum"] < share["round"] < share["hedge"]
    middle = blocks[template_number("hedge", 0), : CROWN_CELLS // 2, 12:36, 12:36]
    assert (middle > 0).mean() > 0.7


def test_only_trees_with_branches_have_wood():
    blocks = templates()
    assert (blocks[template_number("gum", 1)] == WOOD).any()
    assert not (blocks[template_number("hedge", 1)] == WOOD).any()


def test_variant_numbers_wrap():
    assert template_number("round", VARIANTS) == template_number("round", 0)
    assert np.array_equal(templates()[0], templates()[template_number("gum", 0)])

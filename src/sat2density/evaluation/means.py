"""What the row `mean` knows: made by `mean_baseline`, used by `baselines`."""

from __future__ import annotations

import dataclasses

from torch import Tensor


@dataclasses.dataclass(frozen=True)
class Means:
    """Mean panorama (3, H, W), sky (1, H, W), heights (S, S) or None, depth of each row (H,) in
    metres or None.
    """

    panorama: Tensor
    sky: Tensor
    heights: Tensor | None
    row_depth: Tensor | None

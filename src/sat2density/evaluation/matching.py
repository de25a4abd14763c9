"""Whether weights and data belong together: scales must agree, sizes are made to."""

from __future__ import annotations

import dataclasses
from typing import Final

from sat2density.data.paired import PairedDataset
from sat2density.errors import InputError
from sat2density.pipeline import Sat2Density

TRANSFER: Final = "a transfer to another scale"
"""How the sentence about one begins."""

TRANSFER_HINT: Final = ", or measure the transfer (--allow-other-scale)"


def match(model: Sat2Density, dataset: PairedDataset, other_scale: bool = False) -> str | None:
    """Make the data's pictures as large as the weights', and say so where that changes anything.

    Procedural truth is rendered at that size, pictures of files are resized (`data.images`).

    Args:
        model: whose sizes are taken.
        dataset: its `spec` is replaced where its sizes differ.
        other_scale: let weights of another extent or camera height pass, which the sentence says.

    Returns:
        A sentence that says so, or None.

    Raises:
        InputError: the weights belong to another scale, camera height or field of view than the
            data.

    """
    ours, theirs = model.spec, dataset.spec
    transfer = []
    for name in ("extent_m", "camera_height_m", "vertical_fov_deg"):
        if getattr(ours, name) != getattr(theirs, name):
            if other_scale and name != "vertical_fov_deg":
                transfer.append(f"{name} {getattr(ours, name):g}, not {getattr(theirs, name):g}")
                continue
            raise InputError(
                f"{dataset.label}: its scene has {name} {getattr(theirs, name)}, the weights were "
                f"trained for "
                f"{getattr(ours, name)}; choose weights for this scene, or data of the weights' "
                f"scene{TRANSFER_HINT if name != 'vertical_fov_deg' else ''}"
            )
    words = [f"{TRANSFER}: the weights have {', '.join(transfer)}"]
    words = words if transfer else []
    # Where pictures have twice the rows of their rays, geometry is measured ray by ray.
    width, height = model.ray_size(ours.panorama_size)
    if ((width, height), ours.tile_size) == (theirs.panorama_size, theirs.tile_size):
        return words[0] if words else None
    dataset.spec = dataclasses.replace(
        theirs, panorama_size=(width, height), tile_size=ours.tile_size
    )
    words.append(
        f"measured at the weights' own size: panoramas {width}x{height}, tiles {ours.tile_size}"
    )
    return "; ".join(words)

"""The public networks in whose features pictures are compared, as far as they are there."""

from __future__ import annotations

from sat2density.errors import MissingExtraError, WeightsError
from sat2density.evaluation.metrics.features import FRECHET, LITE0, FeatureDistances
from sat2density.perceptual import Lpips, available


def lpips_networks(fetch: bool) -> tuple[dict[str, Lpips], list[str]]:
    """Return LPIPS by metric, and a notice for each that is left out.

    Args:
        fetch: fetch weights that are not in the cache.

    """
    found, notices = {}, []
    for net in ("alex", "squeeze"):
        try:
            if not fetch and not (available(net) and available(f"lpips_{net}")):
                raise WeightsError(
                    f"the public weights of LPIPS ({net}) are not in the cache; fetch them "
                    f"(--fetch)"
                )
            found[f"image.lpips_{net}"] = Lpips.public(net, fetch)
        except WeightsError as error:
            notices.append(f"image.lpips_{net} is left out: {error}")
    return found, notices


def lite0_network() -> tuple[FeatureDistances | None, list[str]]:
    """Return the distances in features of EfficientNet-Lite0; None, and a notice, without it."""
    try:
        return FeatureDistances(), []
    except (MissingExtraError, WeightsError) as error:
        return None, [f"{LITE0} and {FRECHET} are left out: {error}"]

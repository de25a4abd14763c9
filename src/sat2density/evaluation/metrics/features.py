"""Distances of pictures in the features of EfficientNet-Lite0; neither LPIPS nor FID."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sat2density.lite0 import Lite0Features, distance, pooled

LITE0, FRECHET = "image.lite0", "image.lite0_frechet"


class FeatureDistances:
    """Measures pictures by `Lite0Features`; MissingExtraError where its package is not there."""

    def __init__(self) -> None:
        self.network = Lite0Features()
        self._truth: tuple[Tensor, list[Tensor]] | None = None

    @torch.no_grad()
    def sums(
        self, prediction: Tensor, truth: Tensor
    ) -> dict[str, tuple[float, float] | tuple[list[float], list[float]]]:
        """Compare a picture with the true one.

        Args:
            prediction: (1, 3, H, W) in [0, 1].
            truth: the same, true.

        Returns:
            `image.lite0`: distance and 1. `image.lite0_frechet`: the vectors of both, from which
            `frechet` makes one number of a data set.

        """
        ours = self.network(prediction)
        if self._truth is None or not torch.equal(self._truth[0], truth):
            self._truth = (truth, self.network(truth))  # for the other rows of the scene
        theirs = self._truth[1]
        vectors = tuple(pooled(features)[0].double().tolist() for features in (ours, theirs))
        return {
            LITE0: (float(distance(ours, theirs)), 1.0),
            FRECHET: (vectors[0], vectors[1]),
        }


def frechet(ours: Sequence[Sequence[float]], theirs: Sequence[Sequence[float]]) -> float:
    """Return the Frechet distance of two sets of vectors, taken for Gaussians.

    |m - n|^2 + tr(S + T - 2 (S T)^(1/2)), means m, n, covariances S, T. Of N vectors with d numbers
    a covariance is known badly unless N is far above d: each is mixed with its own diagonal, which
    gets the weight d / (N + d). Fewer pictures give other numbers: compare those of as many.

    Args:
        ours: N vectors of d numbers.
        theirs: the same, true.

    Example:
        Sets of one vector each have no spread: the squared distance of the two.

    """
    (mean, spread), (true_mean, true_spread) = (_gaussian(vectors) for vectors in (ours, theirs))
    root = _root(spread)
    mixed = _root(root @ true_spread @ root)
    apart = (mean - true_mean).square().sum()
    return max(float(apart + (spread + true_spread - 2 * mixed).trace()), 0.0)


def _gaussian(vectors: Sequence[Sequence[float]]) -> tuple[Tensor, Tensor]:
    values = torch.tensor(vectors, dtype=torch.float64)
    count, size = values.shape
    mean = values.mean(0)
    away = values - mean
    covariance = away.T @ away / max(count - 1, 1)
    weight = size / (count + size)
    return mean, (1 - weight) * covariance + weight * torch.diag(covariance.diagonal())


def _root(matrix: Tensor) -> Tensor:
    """Return the root of a symmetric matrix without negative eigenvalues (but for rounding)."""
    values, vectors = torch.linalg.eigh((matrix + matrix.T) / 2)
    return (vectors * values.clamp_min(0).sqrt()) @ vectors.T

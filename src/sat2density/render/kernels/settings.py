"""`March`: the numbers one rendering operation needs; and the guard on its tensors."""

from __future__ import annotations

import dataclasses
import math

import torch
from torch import Tensor

from sat2density.conventions import FLOOR, GROUND_SLAB_DENSITY, GroundRule
from sat2density.errors import InputError, ShapeError
from sat2density.scene_spec import Rules, SceneSpec

DEFAULT_THRESHOLD = 1e-6
"""Transmittance below which the fast kernels stop a ray: a tenth of the closest tolerance of the
golden files.
"""
LEAST = 1e-3
THIN = 1e-3
"""`March.least` and `March.thin` of pictures. Densities that a softplus makes are never 0: without
`thin` rays stop in all the air. Opacity changes by at most 6e-4, colours by 1.6e-3
(tests/render/kernels/test_numba_march.py).
"""


@dataclasses.dataclass(frozen=True)
class March:
    """How rays are marched through a volume.

    Attributes:
        length: length L of a ray, units.
        samples: N; steps of d = L / N, samples at their far ends t_k = k d, k = 1..N.
        top: height of the volume's upper face, units; its lower face is the floor, y = -1.
        ground: "slab": a layer of density 1000 lies under the volume's own layers and they share
            the height range. Colours fade to zero at the volume's faces as densities do (method,
            section 3). "plane": a ray that points down ends at t_end = min(t on y = -1, L). The
            steps before it are whole; the step that it cuts keeps the part before t_end as its
            length, and its sample moves back to t_end, so that the result is continuous in t_end;
            steps beyond weigh nothing. The transmittance that is left goes to the
            ground: opacity becomes 1, the depth takes it at t_end, the colour is the tile's there.
                Colours are clamped
            to the tile's edge everywhere and do not fade: only densities end at the volume's faces.
        threshold: the fast kernels stop a ray when its transmittance falls below this. What they
            leave out changes opacity and colour by at most `threshold` and depth by at most
            `threshold * L`; 0 never stops. The reference never stops.
        least: the fast kernel on CPUs reads colours where at least this much weight has gathered
            along a ray, for all of it; what is less at its end goes to the ground, or is lost. So a
            ray's weights are given to colours of samples close by; opacity and depth stay. 0 reads
            them at every sample, as gradients and the reference do.
        thin: the fast kernel on CPUs takes blocks of cells for empty whose densities are all at
            most this, per unit: opacity and colours change by at most `thin * L`.

    """

    length: float
    samples: int
    top: float
    ground: GroundRule = "plane"
    threshold: float = DEFAULT_THRESHOLD
    least: float = 0.0
    thin: float = 0.0

    def __post_init__(self) -> None:
        if not (
            self.length > 0
            and math.isfinite(self.length)
            and self.samples >= 1
            and self.top > FLOOR
        ):
            raise InputError(f"march: length, samples and height must be positive, not {self}")
        if not 0 <= self.threshold < 1:
            raise InputError(f"march: threshold must lie in [0, 1), not {self.threshold!r}")
        if not 0 <= self.least < 1 or not 0 <= self.thin < math.inf:
            raise InputError(f"march: least must lie in [0, 1), thin at or over 0, not {self}")

    @property
    def step(self) -> float:
        """Step d between samples, units."""
        return self.length / self.samples

    @property
    def slab(self) -> float:
        """Density of the layer under the volume's own, 0 where there is none."""
        return GROUND_SLAB_DENSITY if self.ground == "slab" else 0.0

    @classmethod
    def along(cls, spec: SceneSpec, rules: Rules, length: float | None = None) -> March:
        """Take the numbers from a scene and its rules; `length` defaults to the scene's ray
        length.

        Args:
            spec: scale and samples.
            rules: of the ground.
            length: of the rays, units; None is the scene's.

        """
        return cls(
            spec.ray_length if length is None else length,
            spec.samples_per_ray,
            spec.top_y,
            rules.ground,
        )

    def quick(self) -> March:
        """Return the settings that pictures are made with where nobody asks for gradients: what
        changes (`LEAST`, `THIN`) is a fraction of a picture's 8-bit steps.
        """
        return dataclasses.replace(self, least=LEAST, thin=THIN)

    def packed(self) -> list[float]:
        """Return the numbers as a list, the form in which they pass through `torch.library`
        operations.
        """
        return [
            self.length,
            float(self.samples),
            self.top,
            float(self.ground == "slab"),
            self.threshold,
            self.least,
            self.thin,
        ]

    @classmethod
    def unpacked(cls, numbers: list[float]) -> March:
        """Undo `packed`.

        Args:
            numbers: what `packed` returned.

        """
        length, samples, top, slab, *limits = numbers
        return cls(length, int(samples), top, "slab" if slab else "plane", *limits)


def check_shapes(
    density: Tensor, tile: Tensor, origins: Tensor, directions: Tensor, jitter: Tensor | None
) -> None:
    """Raise ShapeError, naming the shapes side by side, unless the operation's tensors fit each
    other.

    Args:
        density: (B | 1, Z, R, C).
        tile: (B | 1, C, h, w), any C >= 1.
        origins: (B | 1, 3) or (B | 1, H, W, 3), units.
        directions: (B | 1, H, W, 3), unit length.
        jitter: (B | 1, H, W), or None.

    """
    wanted = (
        "density (B, Z, R, C), tile (B, C, h, w), origins (B, 3) or (B, H, W, 3), directions (B, "
        "H, W, 3)"
    )
    shapes = ", ".join(
        f"{name} {tuple(tensor.shape)}"
        for name, tensor in (
            ("density", density),
            ("tile", tile),
            ("origins", origins),
            ("directions", directions),
        )
    )
    right = density.ndim == 4 and tile.ndim == 4 and directions.ndim == 4 and origins.ndim in (2, 4)
    right = right and directions.shape[-1] == 3 and origins.shape[-1] == 3
    right = right and (origins.ndim == 2 or origins.shape[1:3] == directions.shape[1:3])
    if not right:
        raise ShapeError(f"render: expected {wanted}; got {shapes}")
    if min(*density.shape, *tile.shape, *directions.shape) < 1:
        raise ShapeError(f"render: no dimension may be empty; got {shapes}")
    batches = {t.shape[0] for t in (density, tile, origins, directions)} - {1}
    if len(batches) > 1:
        raise ShapeError(f"render: batches must be equal or 1; got {shapes}")
    batch = max(batches, default=1)
    if jitter is not None and tuple(jitter.shape) not in (
        (batch, *directions.shape[1:3]),
        (1, *directions.shape[1:3]),
    ):
        raise ShapeError(
            f"render: jitter must be (B, H, W), not {tuple(jitter.shape)}; with {shapes}"
        )
    for name, tensor in (
        ("density", density),
        ("tile", tile),
        ("origins", origins),
        ("directions", directions),
    ):
        if not tensor.is_floating_point():
            raise ShapeError(f"render: {name} must be of a floating type, not {tensor.dtype}")


def batch_of(density: Tensor, tile: Tensor, origins: Tensor, directions: Tensor) -> int:
    """Return the batch that the operation's tensors make together.

    Args:
        density: (B | 1, Z, R, C).
        tile: (B | 1, C, h, w).
        origins: (B | 1, 3) or (B | 1, H, W, 3), units.
        directions: (B | 1, H, W, 3), unit length.

    """
    return max(density.shape[0], tile.shape[0], origins.shape[0], directions.shape[0])


def check_finite(density: Tensor, tile: Tensor) -> None:
    """Raise InputError when a volume or a tile holds NaN or infinity, which would spread over whole
    pictures.

    Args:
        density: (B | 1, Z, R, C).
        tile: (B | 1, C, h, w).

    """
    for name, tensor in (("density", density), ("tile", tile)):
        if not bool(torch.isfinite(tensor).all()):
            raise not_finite(name)


def not_finite(name: str) -> InputError:
    """Build the error for a tensor that holds NaN or infinity.

    Args:
        name: "density" or "tile".

    """
    return InputError(
        f"render: the {name} holds NaN or infinity; look where it comes from (a diverged training?)"
    )

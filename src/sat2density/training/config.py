"""Everything a training run can be told: typed, frozen, free of torch (the command line is made
from it).

Presets are in `training.presets`; reading and saving in `training.config_file`. What is off by
default differs from the released recipe by a named switch; `docs/training.md` has the measured
reason for each.
"""

from __future__ import annotations

import dataclasses
from typing import Final, Literal

from sat2density.conventions import TrainingPrecision
from sat2density.errors import InputError
from sat2density.models.architecture import Architecture
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.structured import check_choices
from sat2density.training.limits import check_limits

GanMode = Literal["non_saturated", "hinge", "least_square", "wasserstein"]

OF_PICTURES: Final = (
    *("gan", "feature_matching", "perceptual", "l1", "l2", "texture", "colour"),
    *("opacity", "opacity_bce", "views_opacity"),
)
"""Losses that need panoramas or masks."""


@dataclasses.dataclass(frozen=True)
class DataConfig:
    """Which pairs are trained on.

    Attributes:
        source: `DATA` as in `evaluate`: "suburb", "village", "town", a `Pairs` folder, "cvact:DIR",
            "cvusa:DIR".
        split: split of it.
        limit: at most this many scenes; None takes all (a procedural style needs a number).
        protocol: "centre": trained from centre views alone, as real data allows. "free": also from
            views off the centre (pictures and masks, never heights), which only the procedural
            world has. "truth": density and heads from what stands there, no pictures.
        stage: truth protocol: "geometry" teaches density and heads; "painter" teaches RenderNet,
            and leaves these as they are.
        further: further data sets whose scenes are mixed in, `DATA` each (truth protocol).
        further_limit: at most so many scenes of each of them.
        tile_size, panorama_size: what procedural scenes are rendered at, where that is less than
            their own size.
        ground_views: free protocol: further panoramas a scene, from places on the ground; truth
            protocol: depths of so many.
        raised_views: the same from higher up, between the camera's height and the top.
        low_views: the same from low over the ground, near something tall; never painted.
        raised_share: free protocol: share of the painted views that are taken from higher up: what
            is seen from two heights shows the roofs by parallax.
        skip_bad: leave out pairs that cannot be read, with one line each and a count.

    """

    source: str = "suburb"
    split: str = "train"
    limit: int | None = None
    protocol: Literal["centre", "free", "truth"] = "centre"
    stage: Literal["geometry", "painter"] = "geometry"
    further: tuple[str, ...] = ()
    further_limit: int | None = None
    tile_size: int | None = None
    panorama_size: tuple[int, int] | None = None
    ground_views: int = 0
    raised_views: int = 0
    low_views: int = 0
    raised_share: float = 0.0
    skip_bad: bool = False

    @property
    def further_views(self) -> int:
        """Views off the centre that are packed with each scene: ground, raised and low ones, in
        this order.
        """
        return self.ground_views + self.raised_views + self.low_views


@dataclasses.dataclass(frozen=True)
class AugmentConfig:
    """How scenes are varied.

    Attributes:
        turns: turn tile and panorama together by quarter turns.
        mirror: mirror both.
        tile_colour: greatest random change of the tile's brightness, contrast and colours (0 =
            none).
        tile_retouch: how far the tile's gamma, saturation and sharpness change (0 = not, 1 = as
            pictures of the same place from different years do), see `augment.retouch`.
        jitter: move a ray's samples by up to half a step.
        zoom: share of the samples whose windows are seen with rays that are two or four times as
            fine, 0 to 1 (painter's stage; `painter_batches.ZOOMS`).
        coarse: share of them with rays half as fine, 0 to 1 - zoom (`Architecture.render_coarse`).

    """

    turns: bool = False
    mirror: bool = False
    tile_colour: float = 0.0
    tile_retouch: float = 0.0
    jitter: bool = False
    zoom: float = 0.0
    coarse: float = 0.0


@dataclasses.dataclass(frozen=True)
class LossConfig:
    """Weights of the generator's loss terms; zero leaves a term out. Defaults: the released recipe
    (method, section 6).

    Attributes:
        gan, feature_matching, perceptual, l2, l1, kl, opacity: the released terms.
        gan_mode: form of the adversarial loss.
        perceptual_missing: without VGG19's weights "stop", or "skip" the term (said in the first
            lines and the record).
        vgg: path of VGG19's weights; None looks in the cache and fetches them.
        r1: weight of the gradient penalty of the discriminator on real pictures.
        density_l1, density_log: penalties on density itself (fog).
        overhang: density should not grow with height (hollow houses).
        smooth: edge-led smoothness of the surface seen from above.
        colour: projected tile colours against the picture below the horizon, light apart
            (`losses.colour_agreement`).
        texture: difference of the pictures' local contrast in small squares (`losses.texture`):
            leaves stay leaves.
        texture_share: share of the true local contrast that it asks for.
        views_opacity: opacity loss on the views off the centre (free protocol).
        opacity_bce: binary cross-entropy of all sky masks (`losses.opacity_bce`), painted
            and further views.
        density_margin: how many times denser than needed it wants what surely ends a ray (1:
            just enough).
        density_margin_ramp: share of the run, from its beginning, over which the margin grows
            from 1 (0: there at once).
        occupancy: cells against the matter in them (truth protocol; `truth_losses`).
        occupancy_below: what cells under a surface count of it, 0 to 1.
        surface: heights seen from above against the true ones, per square metre.
        sides: what level rays through a few cells meet, against the truth: cross-entropy.
        views: what rays of a packed view meet, and how far away (`truth_losses.views`); needs
            `data.ground_views`, `raised_views` or `low_views`.
        skyline: cross-entropy of the sky's mask, which teaches the skyline alone (painter's stage).
        lite0: difference of the pictures' features (`lite0`).
        critic: adversarial loss against a critic that also sees what stands there (`critic`).
        critic_from: share of the run after which the critic begins.
        steady: change of what a surface looks like from a place nearby (`steadiness`; painter's
            stage).
        matte: cross-entropy of which painted pixels are sky (painter's stage); needs
            `architecture.render_matte`.
        classes, trees, vehicles, poles, edges, slope, ground: of the heads (`models.tile_heads`).
        reviving: the density's ReLU passes gradients that would fill an empty cell (see
            `objective.RevivingRelu`).

    """

    gan: float = 1.0
    feature_matching: float = 10.0
    perceptual: float = 10.0
    l2: float = 10.0
    l1: float = 1.0
    kl: float = 0.1
    opacity: float = 1.0
    gan_mode: GanMode = "non_saturated"
    perceptual_missing: Literal["stop", "skip"] = "stop"
    vgg: str | None = None
    r1: float = 0.0
    density_l1: float = 0.0
    density_log: float = 0.0
    overhang: float = 0.0
    smooth: float = 0.0
    colour: float = 0.0
    texture: float = 0.0
    texture_share: float = 1.0
    views_opacity: float = 0.0
    opacity_bce: float = 0.0
    density_margin: float = 1.0
    density_margin_ramp: float = 0.0
    occupancy: float = 0.0
    occupancy_below: float = 1.0
    surface: float = 0.0
    sides: float = 0.0
    views: float = 0.0
    classes: float = 0.0
    trees: float = 0.0
    vehicles: float = 0.0
    poles: float = 0.0
    edges: float = 0.0
    slope: float = 0.0
    ground: float = 0.0
    skyline: float = 0.0
    lite0: float = 0.0
    critic: float = 0.0
    critic_from: float = 0.15
    steady: float = 0.0
    matte: float = 0.0
    reviving: bool = False

    @property
    def adversarial(self) -> bool:
        """Whether a discriminator is trained."""
        return self.gan > 0 or self.feature_matching > 0

    def at(self, share: float) -> LossConfig:
        """Return what holds when `share` (0 to 1) of the run is done: the margin grows
        geometrically.

        Args:
            share: of the run, 0 to 1.

        """
        if self.density_margin_ramp == 0:
            return self
        grown = self.density_margin ** min(1.0, share / self.density_margin_ramp)
        return dataclasses.replace(self, density_margin=grown)


@dataclasses.dataclass(frozen=True)
class OptimConfig:
    """How weights move. Defaults: the released recipe.

    Attributes:
        batch: scenes a step (over all processes and accumulated parts).
        accumulate: parts a batch is split into.
        epochs: passes over the data; `steps` is used instead where it is given.
        minutes: train for so long instead; the schedule then follows the clock (not reproducible to
            the digit).
        lr, lr_discriminator: learning rates.
        method: "adam" as released, or "muon": Muon for the generator's 3x3 convolutions, Adam for
            the rest (`training.muon`).
        beta1, beta2, eps, eps_discriminator: of Adam.
        warmup: steps of linear rise.
        decay: "none", "cosine" to `final_lr` of the rate at the end, or "step" (x 0.1 at epoch 45,
            as released: never reached).
        final_lr: see `decay`.
        clip: greatest norm of the gradient (0 = not clipped).
        ema: decay of the moving average of the generator's weights (0 = none); it warms up as (1 +
            n) / (10 + n).
        eval_mode_fake: draw the discriminator's generated pictures in eval mode (released).
        same_crop: show the discriminator the same crop of both pictures (released: different ones).
        precision: "bfloat16" runs the networks under autocast.
        channels_last: memory layout of the networks.

    """

    batch: int = 16
    accumulate: int = 1
    epochs: int = 30
    steps: int | None = None
    minutes: float | None = None
    lr: float = 5e-5
    lr_discriminator: float = 5e-5
    method: Literal["adam", "muon"] = "adam"
    beta1: float = 0.0
    beta2: float = 0.999
    eps: float = 1e-7
    eps_discriminator: float = 1e-8
    warmup: int = 0
    decay: Literal["none", "cosine", "step"] = "step"
    final_lr: float = 0.05
    clip: float = 0.0
    ema: float = 0.0
    eval_mode_fake: bool = True
    same_crop: bool = True
    precision: TrainingPrecision = "float32"
    channels_last: bool = False


@dataclasses.dataclass(frozen=True)
class RunConfig:
    """How a run behaves; these may change when it is resumed.

    Attributes:
        checkpoint_minutes: minutes between checkpoints.
        checkpoint_steps: steps between checkpoints, besides (None: minutes alone).
        sheet_minutes: minutes between sheets of pictures.
        log_steps: steps between lines of the log.
        threads: threads of each process; 0 leaves torch's choice.
        deterministic: torch's deterministic algorithms.
        tensorboard: also write TensorBoard files (needs the extra).

    """

    checkpoint_minutes: float = 5.0
    checkpoint_steps: int | None = None
    sheet_minutes: float = 10.0
    log_steps: int = 10
    threads: int = 0
    deterministic: bool = False
    tensorboard: bool = False


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """A whole training run."""

    preset: str = "suburb"
    seed: int = 0
    scene: SceneSpec = dataclasses.field(default_factory=SceneSpec)
    rules: Rules = dataclasses.field(default_factory=Rules)
    architecture: Architecture = dataclasses.field(default_factory=Architecture)
    data: DataConfig = dataclasses.field(default_factory=DataConfig)
    augment: AugmentConfig = dataclasses.field(default_factory=AugmentConfig)
    loss: LossConfig = dataclasses.field(default_factory=LossConfig)
    optim: OptimConfig = dataclasses.field(default_factory=OptimConfig)
    run: RunConfig = dataclasses.field(default_factory=RunConfig)

    def __post_init__(self) -> None:
        optim = self.optim
        data = self.data
        for name in ("data", "loss", "optim"):
            check_choices(getattr(self, name), name)
        check_limits(self)
        if optim.batch % optim.accumulate:
            raise InputError(
                f"optim.batch {optim.batch} must be a multiple of optim.accumulate "
                f"{optim.accumulate}"
            )
        if data.further_views and (data.protocol == "centre" or data.stage == "painter"):
            raise InputError(
                "data.ground_views, data.raised_views and data.low_views need data.protocol free, "
                "or truth with data.stage geometry"
            )
        if data.raised_share > 0 and data.raised_views == 0:
            raise InputError("data.raised_share needs data.raised_views")
        if self.architecture.render_features and data.protocol != "truth":
            raise InputError("architecture.render_features needs data.protocol truth")
        if data.stage == "painter":
            self._check_painter()
        elif data.protocol == "truth":
            self._check_truth()

    def _check_painter(self) -> None:
        """Refuse what the painter's stage cannot use."""
        if self.data.protocol != "truth" or not self.architecture.render_features:
            raise InputError(
                "data.stage painter needs data.protocol truth and architecture.render_features"
            )
        if max(self.loss.l1, self.loss.lite0, self.loss.skyline) == 0:
            raise InputError("data.stage painter needs loss.l1, loss.lite0 or loss.skyline over 0")
        if self.loss.matte > 0 and not self.architecture.render_matte:
            raise InputError("loss.matte needs architecture.render_matte")
        unused = [name for name in ("critic", "steady", "matte") if getattr(self.loss, name) > 0]
        if unused and max(self.loss.l1, self.loss.lite0) == 0:
            names = " and ".join(f"loss.{name}" for name in unused)
            raise InputError(
                f"{names}: judges what is painted, which the skyline alone does not; set it to 0, "
                f"or loss.l1 or loss.lite0 over 0"
            )
        if self.loss.skyline > 0 and not self.architecture.skyline:
            raise InputError("loss.skyline needs architecture.skyline")
        if (self.augment.coarse > 0) != self.architecture.render_coarse:
            raise InputError("augment.coarse and architecture.render_coarse need each other")
        if self.augment.zoom + self.augment.coarse > 1:
            raise InputError("augment.zoom and augment.coarse are shares: at most 1 together")

    def _check_truth(self) -> None:
        """Refuse what the truth protocol cannot use: it knows no pictures, and cells need a density
        that can grow from nothing.
        """
        if self.architecture.density_activation != "softplus":
            raise InputError("data.protocol truth needs architecture.density_activation softplus")
        seen = [f"loss.{name}" for name in OF_PICTURES if getattr(self.loss, name) > 0]
        if seen:
            raise InputError(f"data.protocol truth sees no pictures: set {', '.join(seen)} to 0")
        if self.loss.views > 0 and self.data.further_views == 0:
            raise InputError("loss.views needs data.ground_views, raised_views or low_views over 0")
        if self.loss.occupancy == 0:
            raise InputError("data.protocol truth needs loss.occupancy over 0")

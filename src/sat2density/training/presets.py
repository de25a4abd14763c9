"""The named training runs. `cvact` and `cvusa` are the released recipe; the others are ours."""

from __future__ import annotations

import dataclasses
from typing import Final

from sat2density.conventions import CLASSES
from sat2density.models.architecture import Architecture
from sat2density.scene_spec import RELEASED, SceneSpec
from sat2density.training.config import (
    AugmentConfig,
    DataConfig,
    LossConfig,
    OptimConfig,
    RunConfig,
    TrainConfig,
)

_PIXELS_ONLY: Final = LossConfig(
    gan=0.0, feature_matching=0.0, perceptual=0.0, kl=0.0, opacity=2.0, reviving=True
)
"""The trial's losses: L1 + 10 L2 + 2 opacity; no discriminator, no VGG."""

_OURS: Final = OptimConfig(
    batch=8,
    lr=8e-4,
    lr_discriminator=2e-4,
    beta1=0.5,
    eps=1e-8,
    warmup=50,
    decay="cosine",
    clip=1.0,
    ema=0.997,
    precision="bfloat16",
)

_CVACT: Final = TrainConfig(
    preset="cvact",
    scene=SceneSpec.named("cvact"),
    rules=RELEASED,
    architecture=Architecture.named("released"),
    data=DataConfig(source="cvact:data/CVACT"),
)

_SMALL: Final = TrainConfig(
    preset="suburb-small",
    scene=dataclasses.replace(
        SceneSpec.named("suburb"), panorama_size=(256, 64), samples_per_ray=64
    ),
    architecture=dataclasses.replace(
        Architecture.named("small"),
        density_down=(24, 48, 96, 192),
        density_up=(96, 48, 32),
        density_layers=32,
        skyline=True,
        render_noise=True,
        render_noise_gain=True,
        histogram_quantiles=True,
        histogram_gain=4.0,
    ),
    data=DataConfig(
        source="suburb",
        limit=4096,
        protocol="free",
        ground_views=6,
        raised_views=2,
        low_views=6,
        raised_share=0.3,
    ),
    augment=AugmentConfig(turns=True, mirror=True, tile_colour=0.25, jitter=True),
    loss=dataclasses.replace(
        _PIXELS_ONLY,
        opacity=0.5,
        views_opacity=0.5,
        opacity_bce=1.0,
        density_margin=12.0,
        density_margin_ramp=1.0,
        density_log=0.03,
        texture=1.0,
        texture_share=0.75,
        overhang=0.02,
        smooth=0.02,
        colour=1.0,
    ),
    optim=dataclasses.replace(_OURS, steps=6600, lr=6e-4),
)

_GEOMETRY: Final = TrainConfig(
    preset="geometry",
    scene=SceneSpec.named("anywhere"),
    architecture=dataclasses.replace(
        _SMALL.architecture,
        density_layers=48,
        density_activation="softplus",
        density_bias=-3.0,
        density_gain=40.0,
        density_refine=(1, 1, 1),
        density_turns=4,
        density_margin=32,
        solid_buildings=True,
        heads=("classes", "trees", "vehicles", "poles", "edges", "slope", "ground"),
        class_names=CLASSES,
    ),
    data=DataConfig(source="anywhere", limit=8192, protocol="truth"),
    augment=AugmentConfig(turns=True, mirror=True, tile_colour=0.2, tile_retouch=1.0),
    loss=dataclasses.replace(
        _PIXELS_ONLY,
        l1=0.0,
        l2=0.0,
        opacity=0.0,
        reviving=False,
        occupancy=10.0,
        occupancy_below=0.3,
        surface=0.1,
        sides=1.0,
        classes=0.3,
        trees=0.05,
        vehicles=0.05,
        poles=0.02,
        edges=0.2,
        slope=0.5,
        ground=0.5,
    ),
    optim=dataclasses.replace(_OURS, steps=20000, method="muon", lr=1e-3, ema=0.998),
)
"""Density of a gain of 1 / (height of a layer): a cell's opacity is then sigmoid(logit)."""

_PAINTER: Final = dataclasses.replace(
    _GEOMETRY,
    preset="painter",
    scene=dataclasses.replace(_GEOMETRY.scene, panorama_size=(1024, 256)),
    architecture=dataclasses.replace(
        _GEOMETRY.architecture,
        render_features=True,
        skyline_border=True,
        render_things=True,
        render_fronts=True,
        render_matte=True,
        render_doubling=True,
        render_coarse=True,
        render_directions=False,
        render_padding="zeros",
        render_noise_cells=2.0,
        render_noise_gain=False,
        light_sky=True,
        render_up=(128, 64, 40, 24),
    ),
    data=dataclasses.replace(
        _GEOMETRY.data,
        limit=2048,
        stage="painter",
        panorama_size=(1024, 256),
    ),
    augment=AugmentConfig(turns=True, mirror=True, tile_colour=0.1, zoom=0.25, coarse=0.15),
    loss=dataclasses.replace(
        _PIXELS_ONLY,
        l1=4.0,
        l2=0.0,
        opacity=0.0,
        lite0=0.6,
        critic=0.6,
        steady=4.0,
        matte=0.5,
        skyline=1.0,
    ),
    optim=dataclasses.replace(
        _OURS, batch=4, steps=20000, lr=5e-4, lr_discriminator=4e-4, ema=0.998
    ),
)
"""RenderNet on what `geometry` has learned: --init-from GEOMETRY --init-parts."""

PRESETS: Final[dict[str, TrainConfig]] = {
    "cvact": _CVACT,
    "cvusa": dataclasses.replace(
        _CVACT,
        preset="cvusa",
        scene=SceneSpec.named("cvusa"),
        data=DataConfig(source="cvusa:data/CVUSA"),
    ),
    "suburb": TrainConfig(
        preset="suburb",
        scene=SceneSpec.named("suburb"),
        architecture=Architecture.named("released"),
        data=DataConfig(source="suburb", limit=20000),
        augment=AugmentConfig(turns=True, mirror=True, jitter=True),
        loss=LossConfig(
            opacity_bce=0.5, density_log=0.01, reviving=True, perceptual_missing="skip"
        ),
        optim=dataclasses.replace(_OURS, batch=16, lr=2e-4, epochs=30, ema=0.999),
    ),
    "suburb-small": _SMALL,
    "geometry": _GEOMETRY,
    "painter": _PAINTER,
    "tiny": dataclasses.replace(
        _SMALL,
        preset="tiny",
        scene=dataclasses.replace(
            SceneSpec.named("suburb"), tile_size=64, panorama_size=(64, 16), samples_per_ray=32
        ),
        architecture=Architecture.named("tiny"),
        data=DataConfig(source="suburb", limit=16, panorama_size=(128, 32), tile_size=128),
        loss=dataclasses.replace(_PIXELS_ONLY, density_log=0.02),
        optim=dataclasses.replace(
            _OURS, batch=4, steps=200, lr=2e-3, warmup=5, ema=0.9, precision="float32"
        ),
        run=RunConfig(log_steps=5, sheet_minutes=1.0, checkpoint_minutes=0.5),
    ),
}

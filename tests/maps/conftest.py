"""A small random model for areas."""

import pytest


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory):
    """A file of untrained weights whose tile is 64 pixels of 16 m."""
    from sat2density.pipeline import Sat2Density
    from sat2density.scene_spec import SceneSpec
    from sat2density.weights import save_weights

    spec = SceneSpec(extent_m=16.0, tile_size=64, panorama_size=(64, 32), samples_per_ray=12)
    model = Sat2Density.random("tiny", spec)
    stem = tmp_path_factory.mktemp("weights") / "tiny"
    save_weights(stem, model.generator, spec, model.rules, model.info)
    return str(stem.with_suffix(".safetensors"))

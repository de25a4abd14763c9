"""The fidelity benchmark's row of trained weights: the density is left alone, the picture changes a
little.
"""

import dataclasses

from benchmark_scripts import benchmark_script

from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec
from sat2density.weights import save_weights


def test_row(tmp_path):
    spec = dataclasses.replace(
        SceneSpec.named("suburb"), tile_size=64, panorama_size=(64, 16), samples_per_ray=16
    )
    model = Sat2Density.random("tiny", spec)
    save_weights(tmp_path / "tiny", model.generator, spec, model.rules, {"name": "tiny"})
    cells = [
        cell.strip()
        for cell in benchmark_script("fidelity")
        .shipped_row(tmp_path / "tiny")
        .strip("|")
        .split("|")
    ]
    name, density, largest, mean, psnr = cells
    assert (name, float(density)) == ("tiny, auto", 0)
    assert 0 < float(mean) < float(largest) < 0.1
    assert 30 < float(psnr.removesuffix(" dB")) < 100

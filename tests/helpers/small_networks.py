"""Networks of a preset of the truth protocol, small enough for a test."""

import dataclasses


def small_architecture(config):
    """Return the architecture of a run, narrow and shallow."""
    return dataclasses.replace(
        config.architecture,
        density_down=(8, 12, 16),
        density_up=(12, 8),
        density_refine=(1, 0),
        density_layers=12,
        density_gain=10.0,
        heads_width=8,
        render_down=(8, 8),
        render_up=(8, 8),
        render_styled=(0,),
    )

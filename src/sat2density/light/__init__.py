"""The light of a scene: photographs of skies, presets, histograms, and the sky estimator."""

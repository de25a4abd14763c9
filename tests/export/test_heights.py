import errno

import numpy as np
import pytest
import torch
from PIL import Image

from sat2density.errors import OutputError, ShapeError
from sat2density.export.heights import write_heights
from sat2density.scene_spec import SceneSpec

CVACT = SceneSpec.named("cvact")


def test_heights_come_back_bit_for_bit_north_up(tmp_path):
    heights = torch.rand(1, 16, 16) * 8
    write_heights(tmp_path / "heights.tif", heights, CVACT)
    with Image.open(tmp_path / "heights.tif") as image:
        assert image.mode == "F"
        assert np.asarray(image).tobytes() == heights.numpy().tobytes()
        assert "metres above the floor" in image.tag_v2[270]


def test_the_tags_place_the_pixels_in_local_metres(tmp_path):
    write_heights(tmp_path / "heights.tif", np.zeros((60, 60)), CVACT)
    with Image.open(tmp_path / "heights.tif") as image:
        assert image.tag_v2[33550] == (0.5, 0.5, 0.0)  # 30 m over 60 pixels
        assert image.tag_v2[33922] == (0.0, 0.0, 0.0, -15.0, 15.0, 0.0)  # the north-west corner


def test_wrong_shapes_and_places_are_told(tmp_path, monkeypatch):
    with pytest.raises(ShapeError, match=r"\(3, 4, 4\)"):
        write_heights(tmp_path / "heights.tif", np.zeros((3, 4, 4)), CVACT)

    def full(self, *arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(OutputError, match="disk is full"):
        write_heights(tmp_path / "heights.tif", np.zeros((4, 4)), CVACT)
    assert list(tmp_path.iterdir()) == []

"""Binary messages: a round trip, and codes worked by hand."""

import zlib

import numpy as np
import torch

from sat2density.apps.studio import packets
from sat2density.views import View


def test_round_trip():
    message = packets.pack(
        {"kind": "frame", "seq": 7}, {"a": ("x/y", b"12"), "b": ("z", b""), "c": ("z", b"345")}
    )
    header, parts = packets.unpack(message)
    assert header["kind"] == "frame"
    assert header["seq"] == 7
    assert parts == {"a": b"12", "b": b"", "c": b"345"}


def test_centimetres():
    codes = packets.centimetres(np.array([0.0, 1.234, 700.0, np.nan, -1.0]))
    # 1.234 m is 123 cm; more than 655.34 m is cut; nothing is 65535; below the floor is 0
    assert codes.tolist() == [0, 123, 65534, 65535, 0]


def test_a_view_is_sent_in_the_layers_asked_for():
    opacity = torch.tensor([[[1.0, 0.2]]])
    view = View(
        torch.rand(3, 1, 2), torch.rand(3, 1, 2), opacity, torch.tensor([[[0.5, 0.1]]]), unit_m=10.0
    )
    assert set(packets.view_parts(view, frozenset({"picture"}))) == {"picture"}
    parts = packets.view_parts(view, frozenset({"picture", "colour", "depth", "opacity"}))
    depth = np.frombuffer(zlib.decompress(parts["depth"][1]), "<u2")
    assert depth.tolist() == [500, packets.NO_SURFACE]  # 0.5 units of 10 m; opacity 0.2 is sky
    assert zlib.decompress(parts["opacity"][1]) == bytes([255, 51])


def test_thumbnails_are_shrunk_but_never_enlarged():
    import io

    from PIL import Image

    image = torch.rand(3, 32, 128)
    assert Image.open(io.BytesIO(packets.jpeg(image, width=64))).size == (64, 16)
    assert Image.open(io.BytesIO(packets.jpeg(image, width=512))).size == (128, 32)

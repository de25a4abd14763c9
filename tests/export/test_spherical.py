import json
import shutil
import struct
import subprocess

import av
import numpy as np
import pytest
import torch

from sat2density.errors import InputError
from sat2density.export.mp4_boxes import read_index, rewrite_index
from sat2density.export.spherical import (
    add_spherical_metadata,
    equirectangular_frame,
    read_spherical_metadata,
)
from sat2density.export.video import mp4_writer

CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"sv3d", b"proj")


def boxes(data, start=0, end=None, way=()):
    """Every box of a file as (way of kinds, content), by walking over it: written apart from the
    package's reader.
    """
    end = len(data) if end is None else end
    while start < end:
        size, kind = struct.unpack(">I4s", data[start : start + 8])
        yield (*way, kind), data[start + 8 : start + size]
        skip = {b"stsd": 8, b"avc1": 78}.get(kind, 0)
        if kind in CONTAINERS or skip:
            yield from boxes(data, start + 8 + skip, start + size, (*way, kind))
        start += size
    assert start == end


def make(path, spherical=True, count=20, options=None):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 255, (count, 32, 64, 3)).astype(np.uint8)
    if options is None:
        with mp4_writer(path, fps=10, spherical=spherical) as video:
            for picture in pictures:
                video.write(picture)
        return
    with av.open(str(path), "w", format="mp4", options=options) as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 32, "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def decoded(path):
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


# ---- frames


def test_a_full_panorama_fills_a_sphere_of_two_to_one():
    panorama = torch.nn.functional.interpolate(
        torch.rand(1, 3, 8, 32), (128, 512), mode="bilinear"
    )[0]
    frame = equirectangular_frame(panorama, 180)
    assert frame.shape == (512, 1024, 3)
    means = frame.astype(float).reshape(128, 4, 512, 2, 3).mean(axis=(1, 3))
    assert np.abs(means / 255 - panorama.permute(1, 2, 0).numpy()).max() < 0.01


def test_rows_outside_the_field_of_view_are_black():
    frame = equirectangular_frame(torch.ones(3, 128, 512), 90, width=1024)
    lit = np.flatnonzero(frame.min(axis=(1, 2)) == 255)
    assert (lit.min(), lit.max(), lit.size) == (128, 383, 256)
    assert frame[:128].max() == frame[384:].max() == 0


def test_the_middle_column_stays_in_the_middle():
    panorama = torch.zeros(3, 32, 128)
    panorama[:, :, 64] = 1
    columns = np.flatnonzero(equirectangular_frame(panorama, 180)[256, :, 0] > 100)
    assert columns.mean() == pytest.approx(64.5 / 128 * 1024 - 0.5, abs=0.6)


@pytest.mark.parametrize(
    ("fov", "width"), [(0, 64), (181, 64), (float("nan"), 64), (90, 66), (90, 0)]
)
def test_impossible_spheres(fov, width):
    with pytest.raises(InputError):
        equirectangular_frame(torch.ones(3, 8, 32), fov, width)


# ---- metadata


def test_both_forms_are_read_back(tmp_path):
    make(tmp_path / "walk.mp4")
    found = read_spherical_metadata(tmp_path / "walk.mp4")
    assert found["version_1"]["Spherical"] == "true"
    assert found["version_1"]["ProjectionType"] == "equirectangular"
    assert found["version_2"] == {
        "stereo": 0,
        "pose": (0.0, 0.0, 0.0),
        "projection": "equi",
        "bounds": (0.0, 0.0, 0.0, 0.0),
    }


def test_the_boxes_lie_where_the_rfc_wants_them(tmp_path):
    make(tmp_path / "walk.mp4")
    found = dict(boxes((tmp_path / "walk.mp4").read_bytes()))
    track = (b"moov", b"trak")
    identity, text = found[(*track, b"uuid")][:16], found[(*track, b"uuid")][16:].decode()
    assert identity.hex() == "ffcc8263f8554a938814587a02521fdd"
    assert "<GSpherical:ProjectionType>equirectangular</GSpherical:ProjectionType>" in text
    entry = (*track, b"mdia", b"minf", b"stbl", b"stsd", b"avc1")
    assert found[(*entry, b"st3d")] == bytes(5)
    assert found[(*entry, b"sv3d", b"svhd")] == bytes(4) + b"sat2density\0"
    assert found[(*entry, b"sv3d", b"proj", b"prhd")] == bytes(16)
    assert found[(*entry, b"sv3d", b"proj", b"equi")] == bytes(20)
    assert len(found[(*entry, b"avcC")]) > 10


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not here")
def test_ffprobe_calls_it_spherical(tmp_path):
    make(tmp_path / "walk.mp4")
    command = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(tmp_path / "walk.mp4")]
    stream = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["streams"][
        0
    ]
    sides = {side["side_data_type"]: side for side in stream["side_data_list"]}
    assert sides["Spherical Mapping"]["projection"] == "equirectangular"
    assert sides["Stereo 3D"]["type"] == "2D"


@pytest.mark.parametrize("options", [{"movflags": "+faststart"}, {}])
def test_every_frame_is_found_again_wherever_the_index_lies(tmp_path, options):
    file = tmp_path / "walk.mp4"
    make(file, options=options)
    before, data = decoded(file), file.read_bytes()
    assert (data.index(b"moov") < data.index(b"mdat")) == bool(options)
    add_spherical_metadata(file)
    after = decoded(file)
    assert len(after) == len(before) == 20
    assert all((a == b).all() for a, b in zip(after, before, strict=True))
    assert list(tmp_path.iterdir()) == [file]


def test_an_ordinary_video_says_nothing(tmp_path):
    make(tmp_path / "walk.mp4", spherical=False)
    assert read_spherical_metadata(tmp_path / "walk.mp4") == {}


# ---- the box editor


def test_reading_and_writing_an_index_changes_nothing(tmp_path):
    make(tmp_path / "walk.mp4")
    rewrite_index(tmp_path / "walk.mp4", read_index(tmp_path / "walk.mp4"), tmp_path / "same.mp4")
    assert (tmp_path / "same.mp4").read_bytes() == (tmp_path / "walk.mp4").read_bytes()


@pytest.mark.parametrize(
    "data", [b"", b"text that is no video", struct.pack(">I4s", 4, b"moov"), bytes(64)]
)
def test_other_files_are_refused(tmp_path, data):
    (tmp_path / "file.mp4").write_bytes(data)
    with pytest.raises(InputError, match=r"file\.mp4"):
        add_spherical_metadata(tmp_path / "file.mp4")
    assert (tmp_path / "file.mp4").read_bytes() == data


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.95])
def test_truncated_videos_are_refused(tmp_path, keep):
    make(tmp_path / "walk.mp4")
    data = (tmp_path / "walk.mp4").read_bytes()
    (tmp_path / "walk.mp4").write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(InputError, match="not a complete MP4"):
        read_spherical_metadata(tmp_path / "walk.mp4")

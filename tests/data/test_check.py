"""The doctor for data sets: a well folder is well, and every way to spoil one is found."""

import json

import numpy as np
import pytest
from PIL import Image

from sat2density.data import Pairs
from sat2density.data.check import KINDS, check_folder
from sat2density.data.photo_sphere import PhotoSphere, read_photo_sphere
from sat2density.data.registry import detect_layout
from sat2density.errors import InputError

SPLITS = {"train": range(6), "val": range(10, 13), "test": range(20, 24)}


def snapshot(root):
    return {
        path.relative_to(root): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def by_kind(report):
    kinds = {}
    for finding in report.findings:
        kinds.setdefault(finding.kind, []).append((finding.subject, finding.detail))
    return kinds


def resave(path, change):
    with Image.open(path) as picture:
        pixels = np.asarray(picture)
    Image.fromarray(change(pixels)).save(path)


def test_a_well_folder_is_well_and_stays_as_it_is(make_pairs):
    root = make_pairs(SPLITS)
    before = snapshot(root)
    report = check_folder(root)
    assert report.findings == ()
    assert report.errors == 0
    assert report.layout == "pairs"
    assert report.counts == {"train": 6, "val": 3, "test": 4}
    assert report.sizes == {
        "tile": {(32, 32): 13},
        "panorama": {(128, 64): 13},
        "sky mask": {(128, 64): 13},
    }
    assert snapshot(root) == before


def spoil(root):
    """Spoil a folder in more than ten ways; return kind -> subjects that must be found."""
    (root / "sky" / "0000.png").unlink()
    panorama = root / "pano" / "0001.png"
    panorama.write_bytes(panorama.read_bytes()[: panorama.stat().st_size // 2])
    (root / "sat" / "0002.png").write_text("not a picture")
    resave(root / "sat" / "0003.png", lambda pixels: pixels[:20])
    for folder in ("pano", "sky"):
        resave(root / folder / "0004.png", lambda pixels: pixels[:, :96])
    (root / "pano" / "0005.png").write_bytes((root / "pano" / "0021.png").read_bytes())
    (root / "sky" / "0005.png").write_bytes((root / "sky" / "0021.png").read_bytes())
    (root / "sat" / "0012.png").write_bytes((root / "sat" / "0011.png").read_bytes())
    resave(root / "sky" / "0012.png", lambda pixels: 255 - pixels)
    resave(root / "sky" / "0020.png", lambda pixels: pixels[:, :64])
    resave(
        root / "pano" / "0022.png",
        lambda pixels: np.concatenate([pixels[:54], np.zeros_like(pixels[54:])]),
    )
    resave(root / "sat" / "0023.png", np.zeros_like)
    with (root / "splits" / "test.txt").open("a") as file:
        file.write("0010\n0099\n0022\n")
    Image.new("RGB", (32, 32)).save(root / "sat" / "stranger.png")
    (root / "truth").mkdir()
    (root / "truth" / "0013.npz").write_bytes(b"")
    np.savez(root / "truth" / "0021.npz", heights_m=np.zeros((3, 4), np.float32))
    return {
        "split": {"test"},
        "missing": {"0000", "0099"},
        "unreadable": {"0001", "0002"},
        "not square": {"0003"},
        "proportions": {"0004"},
        "leakage": {"0010", "0021"},
        "duplicate": {"0012"},
        "mask": {"0012", "0020"},
        "cut": {"0022"},
        "blank": {"0023"},
        "truth": {"0021"},
        "unlisted": {"sat"},
        "sizes": {"tile", "panorama", "sky mask"},
    }


def test_a_folder_spoiled_in_more_than_ten_ways(make_pairs):
    root = make_pairs(SPLITS)
    expected = spoil(root)
    before = snapshot(root)
    report = check_folder(root, jobs=2)
    found = {kind: {subject for subject, _ in entries} for kind, entries in by_kind(report).items()}
    assert found == expected
    assert len(expected) > 10
    assert report.errors == len(report.findings) - 4
    assert snapshot(root) == before
    details = {
        kind: " | ".join(detail for _, detail in entries)
        for kind, entries in by_kind(report).items()
    }
    assert "0022 is listed 2 times" in details["split"]
    assert "has no sky mask" in details["missing"]
    assert "is in val and test" in details["leakage"]
    assert "has the same panorama as 0005 (test and train)" in details["leakage"]
    assert "seems inverted" in details["mask"]
    assert "the mask is 64x64, the panorama 128x64 pixels" in details["mask"]
    assert "0 black rows above and 10 below of 64" in details["cut"]


def test_the_scene_must_fit_the_panoramas(make_pairs):
    root = make_pairs({"test": [1]})
    scene = json.loads((root / "scene.json").read_text())
    (root / "scene.json").write_text(json.dumps({**scene, "vertical_fov_deg": 60.0}))
    (finding,) = check_folder(root).findings
    assert (finding.kind, finding.subject) == ("proportions", "0001")
    assert "128x64 is 2 to 1; the scene needs 4 or 6" in finding.detail
    (root / "scene.json").write_text("{")
    (finding,) = check_folder(root).findings
    assert finding.kind == "scene"


def test_lists_that_are_missing_empty_or_damaged(make_pairs):
    root = make_pairs({"train": [1], "test": [2]})
    (root / "splits" / "train.txt").write_text("\n")
    (root / "splits" / "test.txt").write_text("../2\n")
    details = dict(by_kind(check_folder(root))["split"])
    assert details["train"] == "the list is empty"
    assert "line 1 is '../2'" in details["test"]
    for file in (root / "splits").iterdir():
        file.unlink()
    assert by_kind(check_folder(root))["split"][0][0] == "none"


def test_the_other_layouts(make_cvact, make_cvusa):
    cvact = make_cvact(count=3, train=(1, 2), val=(3, 1))
    report = check_folder(cvact)
    assert report.layout == "cvact"
    assert by_kind(report) == {"leakage": [("pano_a_0x", "is in train and val")]}
    (cvact / "ACT_data.mat").write_bytes(b"")
    assert {"split", "unlisted"} == set(by_kind(check_folder(cvact)))
    cvusa = make_cvusa()
    assert by_kind(check_folder(cvusa)) == {}  # 176 x 32 has CVUSA's own proportions, 5.5 to 1
    with (cvusa / "splits" / "val-19zl.csv").open("a") as file:
        file.write("alone\n")
    assert "line 2 has no column" in dict(by_kind(check_folder(cvusa))["split"])["val"]


def test_progress_is_told_and_what_is_no_data_set_is_refused(make_pairs, tmp_path):
    calls = []
    check_folder(
        make_pairs({"test": [1, 2]}), progress=lambda done, total: calls.append((done, total))
    )
    assert calls == [(1, 2), (2, 2)]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"none of the known layouts \(.*; pairs: sat/ID\.png"):
        detect_layout(tmp_path / "empty")
    with pytest.raises(InputError, match="there is no such folder"):
        check_folder(tmp_path / "gone")


def test_masks_of_another_place_are_doubtful(make_pairs):
    root = make_pairs({"test": range(4)})
    (root / "sky" / "0001.png").write_bytes((root / "sky" / "0002.png").read_bytes())
    resave(
        root / "sky" / "0003.png",
        lambda pixels: pixels * (np.arange(64) < 21)[:, None].astype(np.uint8),
    )
    report = check_folder(root)
    details = dict(by_kind(report)["doubtful mask"])
    assert details["0002"] == "has the same sky mask as 0001, but another panorama"
    assert "the mask and the estimated sky agree 0.7" in details["0003"]
    assert report.errors == 0
    for number in range(4):
        resave(root / "sky" / f"{number:04d}.png", np.zeros_like)
    assert "doubtful mask" not in by_kind(check_folder(root))


def test_every_kind_has_a_severity_and_a_remedy():
    assert {severity for severity, _ in KINDS.values()} == {"error", "warning"}
    assert all(len(remedy) > 10 for _, remedy in KINDS.values())


def darken(root, name, box):
    """Blacken columns and rows [left:right, top:bottom] of a panorama."""
    left, right, top, bottom = box

    def change(pixels):
        pixels = pixels.copy()
        pixels[top:bottom, left:right] = 0
        return pixels

    resave(root / "pano" / f"{name}.png", change)


def test_black_columns_are_found_and_named(make_pairs):
    root = make_pairs({"test": range(4)})
    darken(root, "0001", (100, 128, 0, 64))
    darken(root, "0002", (0, 10, 0, 64))
    darken(root, "0002", (120, 128, 0, 64))
    darken(root, "0003", (127, 128, 0, 64))  # one column of 128 is a seam
    assert by_kind(check_folder(root))["cut sides"] == [
        ("0001", "columns 100 to 127 of 128 are black"),
        ("0002", "columns 0 to 9 and columns 120 to 127 of 128 are black"),
    ]


def tag(path, **values):
    """Write Photo Sphere tags into a PNG, as elements; keys are the names without GPano."""
    from PIL import PngImagePlugin

    words = "".join(f"<GPano:{k}>{v}</GPano:{k}>" for k, v in values.items())
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{words}</x:xmpmeta>")
    with Image.open(path) as picture:
        picture.load()
        picture.save(path, pnginfo=info)


def crop(left, top, width, height, full_width=256, full_height=128):
    return {
        "CroppedAreaLeftPixels": left,
        "CroppedAreaTopPixels": top,
        "CroppedAreaImageWidthPixels": width,
        "CroppedAreaImageHeightPixels": height,
        "FullPanoWidthPixels": full_width,
        "FullPanoHeightPixels": full_height,
    }


def test_what_the_tags_of_a_panorama_say_is_compared(make_pairs):
    root = make_pairs({"test": range(8)})
    whole = crop(0, 0, 128, 64, 128, 64)
    for number, values in enumerate(
        (
            {"PoseHeadingDegrees": "0.0", "ProjectionType": "equirectangular", **whole},
            {"PoseHeadingDegrees": "90.0"},
            {"PoseHeadingDegrees": "-45"},
            {"PosePitchDegrees": "3.0", "PoseHeadingDegrees": "359"},
            crop(64, 0, 128, 128),
            crop(0, 32, 256, 64),
            {"ProjectionType": "cylindrical"},
            {"PoseHeadingDegrees": "north", "FullPanoWidthPixels": "0", "PoseRollDegrees": "nan"},
        )
    ):
        tag(root / "pano" / f"{number:04d}.png", **values)
    found = by_kind(check_folder(root))
    assert [(name, detail.split("; ")[-1]) for name, detail in found.pop("heading")] == [
        ("0001", "roll it (and its mask) 32 columns to the right"),
        ("0002", "roll it (and its mask) 112 columns to the right"),
    ]
    assert found == {
        "tilted": [("0003", "its tags say that the camera was tilted by 3 degrees")],
        "cut sides": [("0004", "its tags say that it shows 180 of 360 degrees across")],
        "cut": [
            (
                "0005",
                "its tags say that it reaches from 45 to -45 degrees of latitude, the scene from "
                "90 to -90",
            )
        ],
        "projection": [
            ("0006", "its tags say that its projection is 'cylindrical', not equirectangular")
        ],
    }


def test_rolling_as_the_finding_says_brings_north_to_the_middle():
    """A picture whose columns are named by the heading they look at, taken towards the east."""
    width = 8
    east = (np.arange(width) * 45 - 180 + 90) % 360  # the middle column, 4, looks at 90 degrees
    assert east[4] == 90
    assert np.roll(east, round(90 / 360 * width))[4] == 0


def test_tags_as_attributes_and_far_into_the_file(tmp_path):
    picture = tmp_path / "p.jpg"
    picture.write_bytes(bytes(3 << 20) + b'<a GPano:PoseHeadingDegrees = "12.5" b="c"/>')
    assert read_photo_sphere(picture) == PhotoSphere(heading_deg=12.5)
    picture.write_bytes(b"none")
    assert read_photo_sphere(picture) is None


@pytest.mark.parametrize(
    ("colours", "words"),
    [
        (((0, 0, 0), (128, 0, 0)), "all of the mask counts as no sky"),
        (((0, 0, 0), (70, 130, 180)), "all of the mask counts as no sky"),
        (((0, 0, 0), (190, 190, 190)), "neither black nor white"),
        (((0, 0, 0), (255, 255, 255)), None),
        (((0, 0, 0), (1, 1, 1)), None),
    ],
)
def test_masks_by_palette(make_pairs, colours, words):
    root = make_pairs({"test": [1]})
    path = root / "sky" / "0001.png"
    with Image.open(path) as mask:
        indices = (np.asarray(mask) > 127).astype(np.uint8)
    palette = Image.fromarray(indices, "P")
    palette.putpalette([value for colour in colours for value in colour])
    palette.save(path)
    found = by_kind(check_folder(root)).get("mask", [])
    assert len(found) == (words is not None) or words in found[0][1]


@pytest.mark.parametrize("most", [1, 255, 65535])
def test_masks_of_16_bits_are_read(make_pairs, most):
    root = make_pairs({"test": [1]})
    path = root / "sky" / "0001.png"
    with Image.open(path) as mask:
        sky = np.asarray(mask) > 127
    Image.fromarray((sky * most).astype(np.uint16)).save(path)
    assert not by_kind(check_folder(root)).keys() & {"mask", "doubtful mask"}
    assert 0.2 < float(Pairs(root)[0].sky.mean()) < 0.8


def test_what_is_assumed_of_a_picture_and_its_own_scale_are_told(make_pairs):
    root = make_pairs({"test": [1, 2]})
    path = root / "sat" / "0001.png"
    with Image.open(path) as tile:
        grey = np.asarray(tile.convert("L")).astype(np.uint16)
    Image.fromarray(grey * 40).save(path)  # reflectance: 16 bits of which few are used
    (root / "sat" / "0002.pgw").write_text("3.125\n0\n0\n-3.125\n500000\n5000000\n")
    found = by_kind(check_folder(root, jobs=2))
    assert [name for name, _ in found["assumed"]] == ["0001"]
    assert found["assumed"][0][1].startswith("the tile ")
    assert found["scale"] == [("0002", found["scale"][0][1])]
    assert "the tile is 100 m wide by " in found["scale"][0][1]
    assert "the scene 40 m" in found["scale"][0][1]


def case(shared, name):
    folder = shared / "cases" / name
    if not folder.is_dir():
        pytest.skip("../shared/cases is not here")
    return folder


def test_the_case_of_black_columns(shared):
    details = dict(by_kind(check_folder(case(shared, "D05")))["cut sides"])
    assert set(details) == {"right", "rightbottom", "sides"}
    assert " and columns " in details["sides"]


def test_the_case_of_photo_spheres(shared):
    found = by_kind(check_folder(case(shared, "D06")))
    assert [subject for subject, _ in found["heading"]] == ["east90"]
    assert [subject for subject, _ in found["cut sides"]] == ["cropped"]
    assert [subject for subject, _ in found["cut"]] == ["cropped"]
    assert "north" not in {subject for entries in found.values() for subject, _ in entries}

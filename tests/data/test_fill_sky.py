"""Missing sky masks are filled in, and nothing else is touched."""

import pytest
import torch

from sat2density.data import CVACT, CVUSA, Pairs
from sat2density.data.fill_sky import fill_sky_masks
from sat2density.errors import InputError
from sat2density.images import read_image, read_mask
from sat2density.light.sky_estimator import estimate_sky


def test_only_what_is_missing_is_written(make_pairs):
    root = make_pairs({"test": range(4)})
    kept = (root / "sky" / "0002.png").read_bytes()
    for number in (0, 1, 3):
        (root / "sky" / f"{number:04d}.png").unlink()
    calls = []
    filled = fill_sky_masks(
        Pairs.unverified(root), progress=lambda done, total: calls.append((done, total))
    )
    assert (filled.written, filled.present, filled.bad) == (3, 1, ())
    assert calls == [(1, 3), (2, 3), (3, 3)]
    assert (root / "sky" / "0002.png").read_bytes() == kept
    assert torch.equal(
        read_mask(root / "sky" / "0001.png"), estimate_sky(read_image(root / "pano" / "0001.png"))
    )
    assert len(Pairs(root)) == 4
    assert fill_sky_masks(Pairs.unverified(root)).written == 0


def test_a_stop_keeps_whole_masks_and_the_next_run_continues(make_pairs):
    root = make_pairs({"test": range(5)})
    for mask in (root / "sky").iterdir():
        mask.unlink()

    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill_sky_masks(Pairs.unverified(root), progress=stop)
    written = sorted((root / "sky").iterdir())
    assert len(written) >= 2
    for mask in written:
        assert read_mask(mask).shape == (1, 64, 128)
    filled = fill_sky_masks(Pairs.unverified(root), jobs=2)
    assert filled.written + filled.present == 5
    assert len(Pairs(root)) == 5


def test_bad_panoramas_stop_or_are_left_out(make_pairs):
    root = make_pairs({"test": range(3)})
    for mask in (root / "sky").iterdir():
        mask.unlink()
    (root / "pano" / "0001.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"0001\.png: is a text file, not a picture.*--skip-bad"):
        fill_sky_masks(Pairs.unverified(root))
    filled = fill_sky_masks(Pairs.unverified(root), skip_bad=True)
    assert filled.written + filled.present == 2
    assert len(filled.bad) == 1
    assert not (root / "sky" / "0001.png").exists()


def test_other_layouts_and_a_folder_without_panoramas(make_cvact, make_cvusa, tmp_path):
    cvact, cvusa = make_cvact(), make_cvusa()
    for root, kind, folder in ((cvact, CVACT, "pano_sky_mask"), (cvusa, CVUSA, "sky_mask")):
        before = len(list((root / folder).iterdir()))
        for mask in (root / folder).iterdir():
            mask.unlink()
        assert fill_sky_masks(kind.unverified(root)).written == before
        assert len(kind(root, "train")) > 0
    with pytest.raises(
        InputError, match=r"pano: holds no panoramas; a folder of pairs needs sat/ID\.png"
    ):
        fill_sky_masks(Pairs.unverified(tmp_path))

"""What is made of tensors is made once, as long as they live and stay as they are."""

import gc

import torch

from sat2density import kept


def made(tensors, name="sum"):
    """Return what is kept of tensors; a new object wherever it is made anew."""
    return kept.made_of(tensors, name, lambda: [sum(float(t.sum()) for t in tensors)])


def test_it_is_made_once_and_anew_where_something_else_is_asked():
    one, other = torch.ones(2), torch.ones(3)
    first = made([one, other])
    assert first == [5.0]
    assert made([one, other]) is first
    assert made([one, other], "another name") is not first
    assert made([one, other.clone()]) is not first


def test_changed_tensors_are_read_again():
    one, other = torch.ones(2), torch.ones(3)
    made([one, other])
    other += 1
    assert made([one, other]) == [8.0]
    one[0] = 5
    assert made([one, other]) == [12.0]


def test_it_goes_with_the_first_tensor():
    before = len(kept._KEPT)
    one = torch.ones(2)
    made([one, torch.ones(3)])
    assert len(kept._KEPT) == before + 1
    del one
    gc.collect()
    assert len(kept._KEPT) == before


def test_inference_tensors_are_read_every_time():
    with torch.inference_mode():
        one = torch.ones(2)
        first = made([one, torch.ones(3)])
        one += 1
        assert made([one, torch.ones(3)]) == [7.0]
    assert first == [5.0]

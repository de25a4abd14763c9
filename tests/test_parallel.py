"""Calls in several processes: in order, with errors passed on, nothing left running."""

import multiprocessing
import os

import pytest

from sat2density.errors import InputError
from sat2density.parallel import cores, in_order


class Square:
    def __call__(self, index):
        return index * index, os.getpid()


class Dies:
    def __call__(self, index):
        os._exit(1)


class Refuses:
    def __call__(self, index):
        raise InputError(f"call {index}")


def test_here_and_in_processes():
    here = list(in_order(Square(), 8, 1))
    there = list(in_order(Square(), 8, 2))
    assert (
        [value for value, _ in here] == [value for value, _ in there] == [i * i for i in range(8)]
    )
    assert {process for _, process in here} == {os.getpid()}
    assert os.getpid() not in {process for _, process in there}


def test_few_calls_start_no_process():
    assert {process for _, process in in_order(Square(), 7, 2)} == {os.getpid()}


def test_errors_of_a_process():
    with pytest.raises(InputError, match="call 0"):
        list(in_order(Refuses(), 8, 2))
    with pytest.raises(InputError, match="--jobs 1"):
        list(in_order(Dies(), 8, 2))
    assert not multiprocessing.active_children()


def test_stopping_early_ends_the_processes():
    calls = in_order(Square(), 100, 2)
    assert next(calls)[0] == 0
    calls.close()
    assert not multiprocessing.active_children()


def test_cores():
    assert 1 <= cores() <= os.cpu_count()

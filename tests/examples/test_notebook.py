"""examples/quickstart.ipynb runs from its first cell to its last, and shows pictures."""

import json
from pathlib import Path

import pytest
from notebooks import code_cells, run

NOTEBOOK = Path(__file__).resolve().parents[2] / "examples" / "quickstart.ipynb"


def pictures(notebook):
    found = [output.get("data", {}) for cell in code_cells(notebook) for output in cell["outputs"]]
    return sum("image/png" in data for data in found)


def test_the_notebook_runs(tmp_path, monkeypatch):
    from sat2density.weights import weights_ship

    if not weights_ship():
        pytest.skip("no weights ship")
    monkeypatch.chdir(tmp_path)
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    kept = pictures(notebook)
    names = run(notebook)
    assert pictures(notebook) == kept == 4
    assert (tmp_path / "out" / "quickstart-notebook" / "walk.mp4").stat().st_size
    assert len(names["walk"]) == 4


def test_a_cell_that_fails_fails_the_run():
    cell = {"cell_type": "code", "source": ["1 / 0"]}
    with pytest.raises(ZeroDivisionError):
        run({"cells": [cell]})


def test_the_notebook_is_no_larger_than_it_need_be():
    assert NOTEBOOK.stat().st_size < 1_000_000

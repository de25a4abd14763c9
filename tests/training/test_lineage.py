"""What weights tell of where they come from: runs, licence, data without its place."""

import dataclasses
from pathlib import Path

import pytest

from sat2density.training import lineage
from sat2density.training.presets import PRESETS

NC = {"name": "cvact", "trained_on": "released checkpoint", "licence": "CC BY-NC 4.0"}


def test_weights_without_a_history_count_as_one_run():
    shipped = {"name": "suburb-small", "steps": 1825, "samples": 6900, "minutes": 31, "runs": "two"}
    assert lineage.inherited(shipped) == [
        {"preset": "suburb-small", "steps": 1825, "samples": 6900, "minutes": 31}
    ]
    released = {"preset": "cvact", "trained_on": "released checkpoint", "licence": "CC BY-NC 4.0"}
    assert lineage.inherited({**NC, "source": "/home/me/x.zip"}) == [released]
    assert lineage.inherited({"name": "nothing known"}) == []
    assert lineage.inherited({"history": [{"steps": 1}]}) == [{"steps": 1}]


@pytest.mark.parametrize(
    ("source", "parent", "expected"),
    [
        ("suburb", None, "Apache-2.0"),
        ("village:train", {"licence": "Apache-2.0"}, "Apache-2.0"),
        ("suburb", NC, "CC BY-NC 4.0"),
        ("suburb", {"name": "somebody's"}, lineage.YOURS),
        ("cvact:/data/CVACT", None, lineage.YOURS),
        ("my/pairs", {"licence": "Apache-2.0"}, lineage.YOURS),
        ("my/pairs", NC, "CC BY-NC 4.0"),
    ],
)
def test_licence(source, parent, expected):
    assert lineage.licence(source, parent) == expected


def test_data_is_named_without_its_place():
    names = {
        "suburb": "suburb",
        "cvact:/home/me/CVACT/": "cvact:CVACT",
        "/home/me/pairs": "pairs",
        "pairs": "pairs",
    }
    assert {source: lineage.source_name(source) for source in names} == names
    assert lineage.source_name(".") == Path.cwd().name
    tiny = PRESETS["tiny"]
    config = dataclasses.replace(
        tiny,
        data=dataclasses.replace(tiny.data, source="/home/me/pairs"),
        loss=dataclasses.replace(tiny.loss, vgg="/home/me/vgg.pth"),
    )
    assert lineage.changed(config) == {"data.source": "pairs", "loss.vgg": "vgg.pth"}

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def check_links():
    path = Path(__file__).with_name("check_links.py")
    spec = importlib.util.spec_from_file_location("check_links", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_links_and_anchors_that_lead_nowhere_are_found(check_links, tmp_path, capsys):
    (tmp_path / "a.html").write_text(
        '<h1 id="top">x</h1><a href="#top">1</a><a href="b.html#here">2</a>'
        '<a href="#gone">3</a><a href="b.html#gone">4</a><a href="c.html">5</a>'
        '<a href="https://example.org/x">6</a><img src="no.png">'
    )
    (tmp_path / "b.html").write_text('<p id="here"></p>')
    assert check_links.main([str(tmp_path)]) == 1
    lines = capsys.readouterr().out.split("\n")
    expected = ["#gone", "b.html#gone", "c.html", "no.png"]
    assert lines[:-1] == [f"a.html: {link}" for link in expected]


def test_well_linked_pages_pass_and_no_pages_do_not(check_links, tmp_path, capsys):
    assert check_links.main([str(tmp_path)]) == 1
    (tmp_path / "a.html").write_text("<a href='a.html'>1</a>")
    assert check_links.main([str(tmp_path)]) == 0
    assert "1 pages" in capsys.readouterr().out

"""Reading text and JSON: what is no regular file, what is too large, what is no text, what JSON's
readers disagree about; and that every reader of the package goes this way.
"""

import ast
import json
import os
import socket
import sys
import time
from pathlib import Path

import pytest

from sat2density import reading
from sat2density.errors import InputError
from sat2density.reading import open_regular, parse_json, read_bytes, read_json, read_text

SOURCE = Path(reading.__file__).parent


def test_text_is_given_as_it_is(tmp_path):
    (tmp_path / "a.txt").write_bytes("\u00fc\r\nb\n".encode())
    (tmp_path / "bom.txt").write_bytes(b"\xef\xbb\xbfx,y\n")
    assert read_text(tmp_path / "a.txt") == "\u00fc\r\nb\n"
    assert read_text(str(tmp_path / "bom.txt")) == "x,y\n"
    assert read_bytes(tmp_path / "bom.txt") == b"\xef\xbb\xbfx,y\n"


def pipe(path):
    os.mkfifo(path)


def a_socket(path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


def circle(path):
    path.symlink_to(path.name)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links as files")
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (pipe, "is a pipe; give a regular file"),
        (a_socket, "is a socket; give a regular file"),
        (circle, "its links go in a circle"),
        (Path.mkdir, "is a folder"),
        (lambda path: path.symlink_to("/dev/zero"), "is a device"),
        (lambda path: path.symlink_to("/dev/null"), "is a device"),
        (lambda path: path.symlink_to("nowhere"), "there is no such file"),
        (lambda path: None, "there is no such file"),
    ],
)
def test_only_regular_files_and_nothing_waits(tmp_path, monkeypatch, make, words):
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "x")
    for read in (read_text, read_json, read_bytes, open_regular):
        start = time.monotonic()
        with pytest.raises(InputError, match=f"^x: {words}"):
            read("x")
        assert time.monotonic() - start < 5


def test_a_pipe_that_takes_the_place_of_a_file_after_the_look(tmp_path, monkeypatch):
    """What was opened is looked at again: between a look and an opening a name may change."""
    os.mkfifo(tmp_path / "x")
    (tmp_path / "file").write_text("")
    regular = os.stat(tmp_path / "file")
    monkeypatch.setattr(os, "stat", lambda path: regular)
    with pytest.raises(InputError, match="is a pipe"):
        open_regular(tmp_path / "x")


def test_names_that_no_file_can_have():
    for name in ("a\0b", "x" * 5000):
        with pytest.raises(InputError, match="cannot be read"):
            read_text(name)


def test_the_size_is_bounded_also_where_the_system_says_none(tmp_path):
    (tmp_path / "big.txt").write_bytes(b"x" * 2001)
    assert len(read_text(tmp_path / "big.txt", limit=2001)) == 2001
    with pytest.raises(InputError, match=r"big\.txt: is larger than 2000 bytes"):
        read_text(tmp_path / "big.txt", limit=2000)
    os.truncate(tmp_path / "big.txt", 2**40)  # a file of holes, on no disk
    with pytest.raises(InputError, match="is larger than 16 MB"):
        read_json(tmp_path / "big.txt")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x,y\n1,\xff\n", "line 2: is not UTF-8 text"),
        ("x,y\n".encode("utf-16"), "is UTF-16 text"),
        (b"PK\0\0", "is not a text file"),
    ],
)
def test_what_is_no_text(tmp_path, data, words):
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(InputError, match=rf"a\.csv: {words}"):
        read_text(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not valid JSON"),
        ('{"a": 1,\n "b": }', "line 2"),
        ('{"a": 1, "b": 2, "a": 3}', "the key 'a' appears twice"),
        ('{"x": {"a": 1, "a": 1}}', "the key 'a' appears twice"),
        ('{"a": NaN}', "holds NaN"),
        ("[-Infinity]", "holds -Infinity"),
        ("[1e999]", "too long or too large"),
        (f"[{'9' * 41}]", "too long or too large"),
        (f"[{'9' * 9000}]", "too long or too large"),
        (f"[0.{'1' * 9000}]", "too long or too large"),
        ("[" * 65 + "]" * 65, "nested deeper than 64"),
        ("[" * 100_000, "nested deeper than 64"),
        ('{"a":' * 100_000, "nested deeper than 64"),
        ('["\\ud800"]', "no Unicode"),
        ('{"\\uDFFF": 1}', "no Unicode"),
    ],
)
def test_json_is_read_strictly(tmp_path, text, words):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InputError, match=words) as caught:
        read_json(tmp_path / "a.json")
    assert str(caught.value).startswith(str(tmp_path / "a.json"))
    assert len(str(caught.value)) < 300 + len(str(tmp_path))


def test_what_json_may_hold(tmp_path):
    value = {"a": [1, -2.5e3, None, True], "b": {"c": "\U0001f600 \\ud800"}, "": 10**39}
    assert parse_json(json.dumps(value), "x") == value
    assert parse_json("[" * 64 + "]" * 64, "x")
    assert parse_json("[NaN, Infinity]", "x", constants=True)[1] == float("inf")


ALLOWED = {
    "reading.py": "the one place",
    "guarded.py": "the figures of a child process of ours",
    "processor.py": "the system's own description of the processor",
    "bench/memory.py": "the words of a child process of ours",
    "bench/timing.py": "the system's own figures of this process",
    "export/page.py": "the built page, in the package",
    "evaluation/ground_truth_cache.py": "the package's own code, and plain values",
    "apps/studio/packets.py": "a message that this package made (tests read it back)",
}
"""Files that may read otherwise, and what."""


def readings(source):
    """(line, name) of every call of a method that reads text or JSON."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            of_json = isinstance(owner, ast.Name) and owner.id == "json"
            if node.func.attr == "read_text" or (of_json and node.func.attr in {"load", "loads"}):
                yield node.lineno, node.func.attr


def test_every_reader_goes_through_here():
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if name not in ALLOWED:
            found = list(readings(path.read_text(encoding="utf-8")))
            assert not found, f"{name}: lines {found}: use sat2density.reading"


def test_a_reader_of_its_own_would_be_seen():
    assert list(readings("import json\nx = json.loads(path.read_text())"))
    assert not list(readings("x = read_json(path)\nnp.load(path)"))

"""`~` in words that a shell leaves alone."""

import pytest

from sat2density.apps.cli import main
from sat2density.apps.home_paths import with_homes


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("~/a", "/home/me/a"),
        ("--out=~/x y", "--out=/home/me/x y"),
        ("--data.source=cvact:~/d", "--data.source=cvact:/home/me/d"),
        ("cvact:~/d", "cvact:/home/me/d"),
        ("~/p.jpg::~/m.png", "/home/me/p.jpg::/home/me/m.png"),
        ("a.jpg::~/m.png", "a.jpg::/home/me/m.png"),
        ("suburb:test", "suburb:test"),
        ("--light", "--light"),
        ("a/~/b", "a/~/b"),
        ("line\nbreak", "line\nbreak"),
        ("", ""),
    ],
)
def test_words(monkeypatch, word, wanted):
    monkeypatch.setenv("HOME", "/home/me")
    assert with_homes(word) == wanted


def test_no_folder_is_called_tilde(monkeypatch, tmp_path, capsys):
    home, here = tmp_path / "home", tmp_path / "here"
    for folder in (home, here):
        folder.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(home))
    assert main(["doctor", "--json=~/report.json"]) in (0, 1)
    assert (home / "report.json").is_file()
    assert main(["data", "check", "~/none"]) == 2
    assert str(home / "none") in capsys.readouterr().err
    assert list(here.iterdir()) == []

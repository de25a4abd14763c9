"""Citations lead somewhere: sections of docs/method.md, pages, headings, named files."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "sat2density"
METHOD = ROOT / "docs" / "method.md"

SECTIONS = re.compile(r"\b[Mm]ethod(?:'s|,) sections? (\d+(?:(?:, | and | to )\d+)*)")
"""The one form of a citation: "method, section 3", "method, sections 2 and 3"."""

LINK = re.compile(r"\]\(([^)\s]+)\)")
PAGE = re.compile(r"(?<![\w/])docs/([\w/-]+\.md)(#[\w-]+)?")
FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")
"""A path in backticks: at least one slash, no placeholder, no space."""

NAME = re.compile(r"^(.*/\w+)\.([A-Za-z_]\w*)$")
"""`folder/module.name`: a name that a module defines."""


def _files(*patterns):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\n") if name and (ROOT / name).is_file()]


def _pages():
    return [path for path in _files("*.md") if "node_modules" not in path.parts]


def _sources():
    return _files("src/*.py", "tests/*.py", "benchmarks/*.py", "examples/*.py", "web/src/*.ts")


def _flat(path):
    """Return the text in one line, so that a citation that wraps is found as well."""
    return re.sub(r"\s+(?:#:? )?", " ", path.read_text(encoding="utf-8"))


def _slug(heading):
    """Return the anchor that GitHub gives a heading."""
    words = re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def _anchors(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    return {_slug(line.lstrip("#")) for line in text.split("\n") if re.match(r"#{1,6} ", line)}


def _cited_sections(text):
    return [number for found in SECTIONS.findall(text) for number in re.findall(r"\d+", found)]


def test_a_citation_is_recognised_in_every_form():
    text = "(method, section 3) the method's section 4; method, sections 2 and 3; Method, section 6"
    assert _cited_sections(text) == ["3", "4", "2", "3", "6"]


def test_sections_of_the_method_resolve():
    sections = set(re.findall(r"^## (\d+)\. ", METHOD.read_text(encoding="utf-8"), flags=re.M))
    cited = {
        (path.relative_to(ROOT).as_posix(), number)
        for path in [*_sources(), *_pages()]
        for number in _cited_sections(_flat(path))
    }
    assert len(cited) > 30, "the pattern no longer finds the citations"
    assert not [case for case in cited if case[1] not in sections]


def test_nothing_cites_a_text_that_is_not_in_the_repository():
    old = re.compile(r"\b[Ss]pec(?:'s|,)? sections? \d")
    assert not [path for path in [*_sources(), *_pages()] if old.search(_flat(path))]


@pytest.mark.parametrize("page", _pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_of_a_page_resolve(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    broken = []
    for target in LINK.findall(text):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        place = (page.parent / name).resolve() if name else page
        if not place.exists() or (anchor and anchor not in _anchors(place)):
            broken.append(target)
    assert not broken


def test_pages_that_are_named_exist():
    broken = []
    for path in [*_sources(), *_pages(), ROOT / "Makefile", ROOT / "pyproject.toml"]:
        for name, anchor in PAGE.findall(path.read_text(encoding="utf-8")):
            page = ROOT / "docs" / name
            if not page.is_file() or (anchor and anchor[1:] not in _anchors(page)):
                broken.append((path.relative_to(ROOT).as_posix(), f"docs/{name}{anchor}"))
    assert not broken


def _exists(name):
    """Return whether a path, or a name in a module, is in the checkout or in the package."""
    for root in (ROOT, PACKAGE, ROOT / "src"):
        if (root / name).exists():
            return True
        dotted = NAME.match(name)
        module = root / f"{dotted[1]}.py" if dotted else None
        if module and module.is_file() and re.search(rf"\b{dotted[2]}\b", module.read_text()):
            return True
    return False


def _is_ours(name):
    """Return whether a path begins in a folder of the checkout or of the package."""
    first = name.split("/")[0]
    is_placeholder = re.search(r"[A-Z]{2,}", name.rsplit(".", 1)[0])
    return (
        first not in (".", "out")
        and not is_placeholder
        and any((root / first).is_dir() for root in (ROOT, PACKAGE))
    )


@pytest.mark.parametrize("page", _pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_that_a_page_names_exist(page):
    """A path in backticks that begins in a folder of ours leads to a file of ours."""
    if page.name == "CHANGELOG.md" or "decisions" in page.parts:
        pytest.skip("history names what was")
    named = {name for name in FILE.findall(page.read_text(encoding="utf-8")) if _is_ours(name)}
    assert not [name for name in sorted(named) if not _exists(name)]


def test_pages_of_docs_link_within_docs():
    """What `make docs` builds holds docs/ alone; other files are named in backticks."""
    pages = [page for page in _pages() if page.is_relative_to(ROOT / "docs")]
    outside = [
        (page.name, target)
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target
        and not (page.parent / target.split("#")[0]).resolve().is_relative_to(ROOT / "docs")
    ]
    assert not outside


def test_the_map_leads_to_every_page():
    """Each page of docs/ is linked from docs/index.md, or from the index of its folder."""
    for folder in (ROOT / "docs", ROOT / "docs" / "decisions", ROOT / "docs" / "api"):
        text = (folder / "index.md").read_text(encoding="utf-8")
        linked = {target.split("#")[0] for target in LINK.findall(text)}
        pages = {page.name for page in folder.glob("*.md")} - {"index.md"}
        assert pages <= linked, folder


def test_the_api_reference_covers_every_package():
    """A folder that is added appears in docs/api; commands and timing have pages of their own."""
    left_out = {"apps", "bench", "assets"}
    named = {
        name.split(".")[0]
        for page in (ROOT / "docs" / "api").glob("*.md")
        for name in re.findall(r"^::: sat2density\.([\w.]+)", page.read_text(), flags=re.M)
    }
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders - left_out <= named

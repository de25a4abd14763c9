"""Advice leads somewhere: every command and option that docs and messages name exists."""

import ast
import functools
import re
from pathlib import Path

import pytest

from sat2density.apps import cli

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "sat2density"
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("[a-z]*/README.md")]
    if path.name != "CHANGELOG.md"
)
SOURCES = sorted(PACKAGE.rglob("*.py"))

PROGRAM = re.compile(
    r"(?<!import )(?:^|(?<=[\s`(']))(?:[\w./]*/)?sat2density"
    r"\s+(?!import\b)([a-z][\w-]*)((?:\s+[^\n`;|#]+)?)"
)
"""`sat2density COMMAND and what follows`, in running text, in code and in quotes."""

OPTION = re.compile(r"(?<![\w/=-])--([a-z][\w-]*(?:\.[\w-]+)*)")
OTHERS = re.compile(r"\b(pip|pytest|torchrun|python|npm|make|git|apt-get|zensical)\b")
"""Programs that are not ours: a line that runs one has its options."""

FOREIGN = {
    "force-reinstall",  # pip
    "nproc-per-node",  # torchrun
    "short",  # git
    "porcelain",  # git
    "version",
    "help",
}

PROMISES = {
    "data/folder.py": (["train", "tiny"], ["evaluate"]),
    "data/fill_sky.py": (["data", "sky"],),
    "files/": (["render"], ["video"], ["export"], ["matrix"]),
    "training/trainer.py": (["train", "tiny"],),
    "training/step.py": (["train", "tiny"],),
    "apps/evaluate.py": (["evaluate"],),
    "apps/film.py": (["video"],),
    "worlds/writing.py": (["world", "make"],),
}
"""Modules or folders whose messages are for certain commands: these have the options they name."""


@functools.cache
def _help(*command):
    import contextlib
    import io
    import os
    from unittest import mock

    text = io.StringIO()
    with mock.patch.dict(os.environ, {"COLUMNS": "80"}), contextlib.redirect_stdout(text):
        assert cli.main([*command, "--help"]) == 0
    return text.getvalue()


@functools.cache
def _children(command):
    """Return the sub-commands of a command, as its usage line lists them."""
    usage = re.search(r"usage:[^\n]*\{([^}]+)\}", _help(command))
    return tuple(usage[1].split(",")) if usage else ()


@functools.cache
def _options(*command):
    """Return the options that a command's help lists, without what its prose mentions."""
    listed = re.findall(r"^\W*(?:-\w, )?((?:--[\w.-]+(?:, )?)+)", _help(*command), flags=re.M)
    return {name for group in listed for name in re.findall(r"--([\w.-]+)", group)}


def _all_commands():
    for command in cli.COMMANDS:
        children = _children(command)
        yield from ([command, child] for child in children) if children else ([command],)


@functools.cache
def _every_option():
    return set().union(*(_options(*command) for command in _all_commands()))


def _exists(option):
    """Return whether any command has an option, or options below that name."""
    return any(name == option or name.startswith(f"{option}.") for name in _every_option())


def _wrong_command(command, rest):
    """Say what is wrong with `sat2density command rest`, "" where nothing is."""
    if command not in cli.COMMANDS:
        return f"no command {command}"
    words = rest.replace("[", " ").replace("]", " ").split()
    children, chosen = _children(command), [command]
    if children and words and re.fullmatch(r"[a-z][\w-]*", words[0]):
        if words[0] not in children:
            return f"no {command} {words[0]}"
        chosen.append(words[0])
    elif children:
        chosen.append(children[-1])  # `train PRESET`, `data ...`: any of them
    known = _options(*chosen)
    unknown = [name for name in OPTION.findall(rest) if name not in known]
    return f"{' '.join(chosen)} has no --{unknown[0]}" if unknown else ""


def _code_lines(page):
    """Return the lines of code blocks and what stands in backticks."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^(?: {4,}|\t)(.*)$", text, flags=re.M)
    fenced = [
        line for block in re.findall(r"```.*?```", text, flags=re.S) for line in block.split("\n")
    ]
    inline = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)
    return blocks + fenced + inline


def _literals(path):
    """Return the module's texts that are no docstrings, the parts of an f-string joined."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inner = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else "X" for p in node.values]
            yield "".join(map(str, parts))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in statements | inner
        ):
            yield node.value


def test_help_is_read_as_it_is_printed():
    assert {"at-m", "light", "overwrite", "crop"} <= _options("render")
    assert "skip-bad" not in _options("render")
    assert {"loss.opacity", "optim.lr", "skip-bad"} <= _options("train", "tiny")
    assert _children("weights") == ("list", "fetch", "show", "convert")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("sat2density render sat.png --light dusk", ""),
        ("sat2density rendre sat.png", "no command rendre"),
        ("sat2density weights fech cvact", "no weights fech"),
        ("sat2density render sat.png --skip-bad", "render has no --skip-bad"),
        ("sat2density train suburb-small --optim.lr 1e-4 --skip-bad", ""),
    ],
)
def test_what_leads_nowhere_is_found(text, wrong):
    command, rest = PROGRAM.findall(text)[0]
    assert _wrong_command(command, rest) == wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_and_options_of_a_page(page):
    wrong = []
    for line in _code_lines(page):
        found = PROGRAM.findall(line)
        wrong += [reason for command, rest in found if (reason := _wrong_command(command, rest))]
        if not found and not OTHERS.search(line) and line.lstrip().startswith("--"):
            known = _every_option() | FOREIGN
            wrong += [f"--{name}" for name in OPTION.findall(line) if name not in known]
    # options in backticks may belong to the benchmark scripts
    scripts = "\n".join(path.read_text() for path in (ROOT / "benchmarks").glob("*.py"))
    assert not [each for each in wrong if f'"{each}"' not in scripts]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_commands_and_options_of_messages(path):
    wrong = []
    name = path.relative_to(PACKAGE).as_posix()
    for text in _literals(path):
        is_format = re.fullmatch(r"sat2density \w+( \d)?", text)  # in a file's first bytes
        found = [] if "\n" in text or is_format else PROGRAM.findall(text)
        wrong += [reason for command, rest in found if (reason := _wrong_command(command, rest))]
        options = set() if found else set(OPTION.findall(text)) - FOREIGN
        if OTHERS.search(text):
            continue
        wrong += [f"--{each}" for each in options if not _exists(each)]
        promised = [each for key, each in PROMISES.items() if name.startswith(key)]
        for command in (command for each in promised for command in each):
            wrong += [f"{command} --{each}" for each in options - _options(*command)]
    assert not wrong


def test_modules_with_promises_exist():
    assert all((PACKAGE / name).exists() for name in PROMISES)


def test_make_targets_that_are_named_exist():
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(), flags=re.M))
    named = {
        name
        for page in PAGES
        for line in _code_lines(page)
        for name in re.findall(r"(?:^|\s)make ([a-z][\w-]*)", line)
    }
    assert named
    assert named <= targets


def test_scripts_that_pages_run_exist_and_know_their_options():
    """`python benchmarks/X.py --option`: the file is there and has the option."""
    wrong = []
    for page in PAGES:
        for line in _code_lines(page):
            for script, rest in re.findall(r"((?:benchmarks|web|tests)/[\w/]+\.py)([^#|`]*)", line):
                if not (ROOT / script).is_file():
                    wrong.append((page.name, script))
                    continue
                text = (ROOT / script).read_text()
                wrong += [
                    (page.name, script, name)
                    for name in OPTION.findall(rest)
                    if f'"--{name}"' not in text
                ]
    assert not wrong


def test_the_patterns_still_find_advice():
    lines = [line for page in PAGES for line in _code_lines(page)]
    texts = [text for path in SOURCES for text in _literals(path)]
    assert sum(len(PROGRAM.findall(line)) for line in lines) > 40
    assert sum(len(PROGRAM.findall(text)) for text in texts) > 10
    assert sum(len(OPTION.findall(text)) for text in texts) > 60

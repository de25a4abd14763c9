"""The `sat2density` command: finds the sub-command, imports only that one, and turns errors into
one sentence.

A command is a module with `COMMAND`: a dataclass, or a union of dataclasses annotated for tyro,
each with a `run()`. Modules of commands import nothing heavy at their top (no torch, no numba):
`--help` must not wait for them.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from sat2density.apps.streams import (
    flush_stdout,
    give_up_stdout,
    held_stderr,
    mend_streams,
    printable,
)
from sat2density.errors import Sat2DensityError, near_matches
from sat2density.files import reason
from sat2density.notices import heard

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "render": ("render", "one view of a tile: panorama, depth, opacity, heights"),
    "video": ("video", "a walk through a tile as MP4, with a 360-degree version"),
    "interpolate": ("interpolate", "one view while the light changes"),
    "matrix": ("matrix", "many tiles under many lights, on one sheet"),
    "plan": ("plan", "the buildings, trees and vehicles of a tile: a plan, a model, maps"),
    "export": ("export", "the volume, heights and meshes as files for other programs"),
    "heights": ("heights", "the surface heights of a whole map, as a GeoTIFF"),
    "studio": ("studio_command", "stand, look and walk in a tile, in the browser"),
    "demo": ("demo", "the whole way on what ships with the package"),
    "weights": ("weights", "files of weights: list, fetch, show, convert"),
    "world": (
        "world",
        "Suburb, the procedural world: make data sets with exact geometry, look at them",
    ),
    "data": ("data", "look after a data set: check it, fill in missing sky masks"),
    "train": ("train", "train a model from a preset"),
    "evaluate": ("evaluate", "measure weights on a data set, beside trivial predictors"),
    "evaluate-heights": ("evaluate_heights", "measure a map of heights against the truth"),
    "bench": ("bench", "how fast this machine is: rendering, frames, training, start-up"),
    "doctor": ("doctor", "what works on this machine, what is missing and how to mend it"),
}
"""Name of the command -> (its module under `sat2density.apps`, one line of help)."""

EXIT_BAD_INPUT: Final = 2
EXIT_FAULT: Final = 70
EXIT_INTERRUPTED: Final = 130

MOST_NOTICES: Final = 20
"""Notices that one command prints; of a data set with the same in every file the first ones do."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (0 well, 2 bad input, 70 a fault of ours, 130
    interrupted; some commands have others, see their help).
    """
    mend_streams()
    args = list(sys.argv[1:] if argv is None else argv)
    name = args[0] if args and args[0] in COMMANDS else ""
    code = 0
    try:
        code = _guarded(name, lambda: _answer(args))
        flush_stdout()
    except BrokenPipeError:
        # The reader of our output went away (`| head`): not an error.
        give_up_stdout()
        return 0
    except OSError as error:
        give_up_stdout()
        return code or _fail(name, f"standard output: {reason(error)}", EXIT_BAD_INPUT)
    return code


def _answer(args: list[str]) -> int:
    if not args or args[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0
    if args[0] in ("-V", "--version"):
        from sat2density import __version__

        print(f"sat2density {__version__}")
        return 0
    if args[0] not in COMMANDS:
        near = near_matches(args[0], COMMANDS)
        print(f"sat2density: unknown command '{printable(args[0][:80])}'{near}", file=sys.stderr)
        print("Run 'sat2density --help' for the list.", file=sys.stderr)
        return EXIT_BAD_INPUT
    from sat2density.apps.session import tidy_termination

    with tidy_termination(), heard(_Notices(MOST_NOTICES)):
        return _run(args[0], args[1:])


class _Notices:
    """Prints notices, each once and not too many."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.told: set[str] = set()

    def __call__(self, text: str) -> None:
        if text in self.told or len(self.told) > self.most:
            return
        self.told.add(text)
        full = len(self.told) > self.most
        said = "further notices are left out" if full else printable(text)
        print(f"notice: {said}", file=sys.stderr)


def _guarded(name: str, work: Callable[[], int]) -> int:
    """Run one command; every failure that is the user's to mend becomes one sentence on stderr and
    an exit code, and so does every other one.
    """
    try:
        return work()
    except (
        SystemExit
    ) as leaving:  # tyro's: 0 after --help, 2 after a parsing error it has already explained
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except KeyboardInterrupt as error:
        return _fail(name, str(error) or "interrupted", EXIT_INTERRUPTED)
    except BrokenPipeError:
        raise
    except Sat2DensityError as error:
        return _fail(name, str(error), EXIT_BAD_INPUT)
    except MemoryError:
        return _fail(name, _OUT_OF_MEMORY, EXIT_BAD_INPUT)
    except OSError as error:
        # Writing files is guarded by `files`: an error without a name comes from a stream.
        place = error.filename or "standard output"
        return _fail(name, f"{place}: {reason(error)}", EXIT_BAD_INPUT)
    except Exception as error:
        if (end := _end_behind(error)) is not None:
            return _guarded(name, lambda: _raised(end))
        if "out of memory" in str(error) or "can't allocate memory" in str(error):
            return _fail(name, _OUT_OF_MEMORY, EXIT_BAD_INPUT)
        return _fail(name, _fault(error), EXIT_FAULT)


_OUT_OF_MEMORY = (
    f"{os.strerror(errno.ENOMEM)}: close other programs, use a smaller scene (or --optim.batch), "
    f"or say --device cpu"
)


def _end_behind(error: Exception) -> BaseException | None:
    """Return the request to end (Ctrl-C, SIGTERM) on whose way out another error was raised: a
    compiler that is cut off in the middle says what it misses, not why.
    """
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, KeyboardInterrupt | SystemExit):
        seen = seen.__cause__ or seen.__context__
    return seen


def _raised(error: BaseException) -> NoReturn:
    raise error


def _fault(error: Exception) -> str:
    """Write the full report of what nobody foresaw to a file, and say where in one sentence."""
    import tempfile
    import traceback

    from sat2density import __version__

    kind = type(error).__name__
    report = "".join(traceback.format_exception(error))
    try:
        number, path = tempfile.mkstemp(prefix="sat2density-fault-", suffix=".txt")
        with open(number, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"sat2density {__version__}, Python {sys.version}\n{report}")
    except OSError as trouble:
        path = f"nowhere ({reason(trouble)})"
    return f"a fault of this program ({kind}), not of yours; the full report is in {path}"


def _run(name: str, args: list[str]) -> int:
    import tyro

    from sat2density.apps.home_paths import with_homes

    # Before torch is imported: its threads otherwise spin while they wait for one another, and
    # where anything else wants the cores (a video's encoder, another program) nobody gets on
    # (docs/decisions/networks.md).
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    module = importlib.import_module(f"sat2density.apps.{COMMANDS[name][0]}")
    # None is said by leaving an option out, and a switch by naming it: keeps help and messages
    # readable.
    args = [with_homes(word) for word in args]
    kind = module.COMMAND
    if hasattr(module, "with_saved"):
        args, kind = module.with_saved(args)
    config = (tyro.conf.DisallowNone, tyro.conf.FlagCreatePairsOff)
    with held_stderr():  # its messages repeat what was given, whatever that holds
        command = tyro.cli(kind, prog=f"sat2density {name}", args=args, config=config)
    return int(command.run() or 0)


def _fail(name: str, message: str, code: int) -> int:
    # A table under a sentence is ours: its lines are indented. Other line breaks are somebody's.
    lines = [printable(line) for line in message.split("\n  ")]
    with contextlib.suppress(OSError):  # a full stderr: the exit code still says it
        print(f"{f'sat2density {name}'.strip()}: " + "\n  ".join(lines), file=sys.stderr)
    return code


def _overview() -> str:
    width = max((len(name) for name in COMMANDS), default=0)
    lines = [f"  {name:<{width}}  {text}" for name, (_, text) in COMMANDS.items()]
    return "\n".join(
        [
            "sat2density: from a single satellite image to a place you can stand in",
            "",
            "usage: sat2density COMMAND [options]      (sat2density COMMAND --help explains one)",
            "",
            *lines,
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())

"""The `sat2density` command: finds the sub-command, imports only that one, and turns errors into
one sentence.

A command is a module with `COMMAND`: a dataclass, or a union of dataclasses annotated for tyro,
each with a `run()`. Modules of commands import nothing heavy at their top (no torch, no numba):
`--help` must not wait for them.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Final

from sat2density.errors import Sat2DensityError, near_matches
from sat2density.files import reason

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "render": ("render", "one view of a tile: panorama, depth, opacity, heights"),
    "video": ("video", "a walk through a tile as MP4, with a 360-degree version"),
    "interpolate": ("interpolate", "one view while the light changes"),
    "matrix": ("matrix", "many tiles under many lights, on one sheet"),
    "export": ("export", "the volume, heights and meshes as files for other programs"),
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
    "bench": ("bench", "how fast this machine is: rendering, frames, training, start-up"),
    "doctor": ("doctor", "what works on this machine, what is missing and how to mend it"),
}
"""Name of the command -> (its module under `sat2density.apps`, one line of help)."""

EXIT_BAD_INPUT: Final = 2
EXIT_INTERRUPTED: Final = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (0 well, 2 bad input, 130 interrupted)."""
    args = list(sys.argv[1:] if argv is None else argv)
    if not args or args[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0
    if args[0] in ("-V", "--version"):
        from sat2density import __version__

        print(f"sat2density {__version__}")
        return 0
    if args[0] not in COMMANDS:
        print(
            f"sat2density: unknown command '{args[0]}'{near_matches(args[0], COMMANDS)}",
            file=sys.stderr,
        )
        print("Run 'sat2density --help' for the list.", file=sys.stderr)
        return EXIT_BAD_INPUT
    return _guarded(args[0], args[1:])


def _guarded(name: str, args: list[str]) -> int:
    """Run one command; every failure that is the user's to mend becomes one sentence on stderr and
    an exit code.
    """
    from sat2density.apps.session import tidy_termination

    try:
        with tidy_termination():
            return _run(name, args)
    except (
        SystemExit
    ) as leaving:  # tyro's: 0 after --help, 2 after a parsing error it has already explained
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except KeyboardInterrupt as error:
        return _fail(name, str(error) or "interrupted", EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away (`| head`): not an error. Python would complain again
        # when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Sat2DensityError as error:
        return _fail(name, str(error), EXIT_BAD_INPUT)
    except MemoryError:
        return _fail(name, _OUT_OF_MEMORY, EXIT_BAD_INPUT)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _fail(name, f"{place}{reason(error)}", EXIT_BAD_INPUT)
    except RuntimeError as error:
        if "out of memory" in str(error) or "can't allocate memory" in str(error):
            return _fail(name, _OUT_OF_MEMORY, EXIT_BAD_INPUT)
        raise


_OUT_OF_MEMORY = (
    f"{os.strerror(errno.ENOMEM)}: close other programs, use a smaller scene (or --optim.batch), "
    f"or say --device cpu"
)


def _run(name: str, args: list[str]) -> int:
    import tyro

    # Before torch is imported: its threads otherwise spin while they wait for one another, and
    # where anything else wants the cores (a video's encoder, another program) nobody gets on
    # (docs/decisions/networks.md).
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    module = importlib.import_module(f"sat2density.apps.{COMMANDS[name][0]}")
    # None is said by leaving an option out, and a switch by naming it: keeps help and messages
    # readable.
    config = (tyro.conf.DisallowNone, tyro.conf.FlagCreatePairsOff)
    command = tyro.cli(module.COMMAND, prog=f"sat2density {name}", args=args, config=config)
    return int(command.run() or 0)


def _fail(name: str, message: str, code: int) -> int:
    print(f"sat2density {name}: {message}", file=sys.stderr)
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

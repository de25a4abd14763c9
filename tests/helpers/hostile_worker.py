"""A process that runs commands one after the other for `tests/hostile` and says how each ended.

Reads lines of JSON {"folder", "args"} from stdin; answers with lines of JSON {"code", "out", "err",
"seconds", "megabytes"}, or {"broken": text} where an exception got through.
"""

import io
import json
import os
import sys
import time
import traceback
from pathlib import Path


def stub_what_takes_long():
    """A studio that serves nobody, and suites that measure nothing: all before that is real."""
    from sat2density.apps.studio import server
    from sat2density.bench import suites

    server.serve = lambda studio, *args: studio.close()
    suites.SUITES = {name: lambda setting: iter(()) for name in suites.SUITES}


def high_water_mb():
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return 0


def run(folder, args):
    from sat2density.apps.cli import main

    os.chdir(folder)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the mark starts anew
    out, err = io.BytesIO(), io.BytesIO()
    streams = [io.TextIOWrapper(stream, encoding="utf-8") for stream in (out, err)]
    sys.stdout, sys.stderr = streams
    start = time.monotonic()
    try:
        answer = {"code": main(args)}
    except BaseException:
        answer = {"code": None, "broken": traceback.format_exc()}
    seconds = time.monotonic() - start
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    for stream in streams:
        stream.flush()
    said = {"out": out.getvalue().decode("utf-8"), "err": err.getvalue().decode("utf-8")}
    return {**answer, **said, "seconds": seconds, "megabytes": high_water_mb()}


def serve():
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    stub_what_takes_long()
    for line in sys.stdin:
        task = json.loads(line)
        answers.write(json.dumps(run(task["folder"], task["args"])) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()

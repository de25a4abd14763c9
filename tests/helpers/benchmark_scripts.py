"""The scripts in benchmarks/ as modules: they are no package, so that each can be run by its
path.
"""

import importlib.util
from pathlib import Path


def benchmark_script(name):
    """Import benchmarks/NAME.py."""
    path = Path(__file__).parents[2] / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

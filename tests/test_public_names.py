"""The inventory of public names, and what importing the package costs."""

import subprocess
import sys

import sat2density

INVENTORY = {
    "Camera",
    "Lighting",
    "LitView",
    "Path",
    "Report",
    "Rules",
    "RunResult",
    "Sat2Density",
    "Sat2DensityError",
    "Scene",
    "SceneSpec",
    "TrainConfig",
    "Trajectory",
    "View",
    "Walk",
    "__version__",
    "estimate_sky",
    "evaluate",
    "load",
    "read_image",
    "read_mask",
    "save_image",
    "train",
}


def test_the_package_has_just_these_names():
    assert set(sat2density.__all__) == INVENTORY
    for name in INVENTORY:
        assert getattr(sat2density, name) is not None
        assert name == "__version__" or getattr(sat2density, name).__doc__


def test_a_name_that_is_not_there():
    assert not hasattr(sat2density, "nothing")


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, sat2density; print(sorted({'torch', 'numba', 'scipy', 'av', 'PIL'} & "
        "set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_former_name_of_trajectory_still_answers():
    assert sat2density.Path is sat2density.Trajectory

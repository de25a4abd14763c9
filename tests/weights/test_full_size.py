"""A random checkpoint of the released size, zipped as the release is, loads and paints; time and
memory are printed.
"""

import json
import subprocess
import sys
import zipfile

import pytest
import torch
from golden_files import KEPT
from released_files import zipped

SCRIPT = """
import json, resource, sys, time, torch
start = time.perf_counter()
import sat2density as s2d
imported = time.perf_counter()
model = s2d.load(sys.argv[1], scene="cvact", device="cpu", precision=sys.argv[2])
loaded = time.perf_counter()
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
torch.manual_seed(0)
scene = model.reconstruct(torch.rand(3, 256, 256))
light = s2d.Lighting.preset("clear-noon")
scene.render(s2d.Camera(), light)
first = time.perf_counter()
view = scene.render(s2d.Camera(east=0.1), light)
second = time.perf_counter()
print(json.dumps({
    "load_s": loaded - imported, "first_view_s": first - loaded,
    "next_view_s": second - first, "load_gb": memory,
    "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    "shape": list(view.image.shape), "finite": bool(view.image.isfinite().all()),
}))
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    shapes = json.loads((KEPT / "released_state_dict_shapes.json").read_text())["sat2density_cvact"]
    torch.manual_seed(0)
    parts = {
        part: {key: torch.randn(size) * 0.05 for key, size in shapes[part].items()}
        for part in ("netG", "netD")
    }
    for state in parts.values():  # singular vectors of length 1, as a checkpoint has
        for key in state:
            if key.endswith(("weight_u", "weight_v")):
                state[key] = torch.nn.functional.normalize(state[key], dim=0)
    folder = tmp_path_factory.mktemp("full")
    torch.save({"epoch": 30, **parts}, folder / "model.pth")
    path = zipped(folder / "model.pth", folder / "release.zip", compression=zipfile.ZIP_STORED)
    (folder / "model.pth").unlink()
    yield path
    path.unlink()


@pytest.mark.long
@pytest.mark.parametrize("precision", ["float32", "auto"])
def test_a_released_size_zip_loads_and_paints(release, precision):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(release), precision], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    print(precision, found)
    assert found["shape"] == [3, 128, 512]
    assert found["finite"]
    assert found["peak_gb"] < 4

"""The door of `models/cpu`: who may go through it, and the switch that puts all behind it off."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from golden_files import largest_difference

import sat2density
from sat2density.errors import InputError
from sat2density.models import cpu
from sat2density.models.architecture import Architecture
from sat2density.models.cpu import choice, winograd
from sat2density.models.generator import Generator
from sat2density.models.inference import fold_for_inference

ROOT = Path(sat2density.__file__).parent
DOOR = "sat2density.models.cpu"
USERS = {"models/blocks.py", "models/convolution.py", "models/inference.py"}


@pytest.fixture
def restored():
    used = [part for part in cpu.PARTS if cpu.uses(part)]
    yield
    cpu.use(used)


def uses_of_the_door(source):
    """Names of `models.cpu` that a file imports or takes as attributes; "." where it goes past."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import) and any(name.name.startswith(DOOR) for name in node.names):
            found.add(".")
        if isinstance(node, ast.ImportFrom) and node.module.startswith(f"{DOOR}."):
            found.add(".")
        if isinstance(node, ast.ImportFrom) and node.module == DOOR:
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom) and node.module == "sat2density.models":
            found |= {"" for name in node.names if name.name == "cpu"}
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "cpu":
            found.add(node.attr)
    return found


def test_three_files_go_through_the_door_and_nobody_past_it():
    outside = [path for path in ROOT.rglob("*.py") if path.parent != ROOT / "models" / "cpu"]
    found = {
        str(path.relative_to(ROOT)): uses_of_the_door(path.read_text(encoding="utf-8"))
        for path in outside
    }
    users = {name: used - {""} for name, used in found.items() if "" in used or "." in used}
    assert set(users) == USERS
    assert all(used <= set(cpu.__all__) for used in users.values()), users


def test_who_goes_past_is_seen():
    assert uses_of_the_door("from sat2density.models.cpu.winograd import pays") == {"."}
    assert uses_of_the_door("import sat2density.models.cpu.norm") == {"."}
    assert uses_of_the_door("from sat2density.models import cpu\ncpu.winograd") == {"", "winograd"}


@pytest.fixture(scope="module")
def results():
    """Pictures and gradients of a network, as trained and as folded, with these parts used."""
    arch = Architecture(
        density_down=(8, 16),
        density_up=(8,),
        density_blocks=1,
        density_layers=4,
        render_down=(8, 16),
        render_up=(64,),
        render_blocks=1,
        render_styled=(0,),
        sky_hidden=8,
        z_size=4,
        style_hidden=8,
        style_layers=1,
        style_size=8,
        disc_widths=(4, 4, 4, 4),
    )
    torch.manual_seed(0)
    generator = Generator(arch).double().eval()
    state = {key: value.clone() for key, value in generator.state_dict().items()}
    rendered = torch.rand(2, 5, 16, 32, dtype=torch.float64)
    style = torch.randn(2, 8, dtype=torch.float64)
    found = {}

    def of(parts):
        if parts not in found:
            cpu.use(parts)
            network = Generator(arch).double().eval()
            network.load_state_dict(state)
            picture = network.render_net(rendered, style)
            gradients = torch.autograd.grad(picture.square().sum(), network.render_net.parameters())
            folded = fold_for_inference(network, rearranged=True)
            kinds = {type(module).__name__ for module in folded.modules()}
            folded_picture = folded.render_net(rendered, style)
            found[parts] = [picture.detach(), folded_picture.detach(), *gradients], kinds
        return found[parts]

    return of


@pytest.mark.parametrize("parts", [(), *((part,) for part in cpu.PARTS)], ids=str)
def test_results_are_equal_without_all_of_it_and_with_each_part_alone(
    parts, results, monkeypatch, restored
):
    monkeypatch.setattr(winograd, "CHANNELS", 8)
    expected, all_kinds = results(cpu.PARTS)
    found, kinds = results(parts)
    for one, other in zip(found, expected, strict=True):
        assert largest_difference(one, other) < 1e-9 * (1 + float(other.abs().max()))
    fast = {
        "winograd": "InferenceWinogradConv",
        "few_outputs": "InferenceFewOutputsConv",
        "upsampling": "InferenceUpsampledProducts",
    }
    assert set(fast.values()) <= all_kinds
    assert kinds & set(fast.values()) == {fast[part] for part in parts if part in fast}


def test_off_means_that_torch_does_it(monkeypatch, restored):
    """No function of our own takes part in a training step: autograd's graph tells."""

    def functions(parts):
        cpu.use(parts)
        layer = sat2density.models.blocks.up_block(4, 0, 64, "reflect", spectral=True)
        seen, todo = set(), [layer(torch.rand(1, 4, 8, 8)).grad_fn]
        while todo:
            node = todo.pop()
            if node is not None and node not in seen:
                seen.add(node)
                todo += [following for following, _ in node.next_functions]
        return {node.name() for node in seen}

    own = {"_ConvolutionBackward", "_NormedActivationBackward"}
    assert own <= functions(cpu.PARTS)
    assert not own & functions(())


def test_the_switch_in_the_environment():
    def uses(words):
        code = "from sat2density.models import cpu; print(*[p for p in cpu.PARTS if cpu.uses(p)])"
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={choice.VARIABLE: words, "PYTHONPATH": str(ROOT.parent)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split()

    assert uses("off") == []
    assert uses("norm, winograd") == ["winograd", "norm"]


def test_words_of_the_switch(restored):
    assert choice.parts_of("") == choice.parts_of("all") == cpu.PARTS
    assert choice.parts_of("off") == ()
    with pytest.raises(InputError, match="SAT2DENSITY_CPU_ALGORITHMS must be all, off, or some of"):
        choice.parts_of("winogard")
    with pytest.raises(InputError, match="did you mean 'winograd'"):
        cpu.use(["winogard"])

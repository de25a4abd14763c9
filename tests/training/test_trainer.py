"""Whole runs: files, resuming, stopping, starting from weights, refusals."""

import dataclasses
import json

import pytest
import torch
from drawn_scenes import run

from sat2density.errors import InputError, OutputError
from sat2density.training import checkpoint, distributed, preview_sheets, runlog
from sat2density.training.build import build_state
from sat2density.training.objective import Predictor
from sat2density.training.step import Stepper, TrainingDiverged
from sat2density.training.trainer import RunOptions, train
from sat2density.weights import open_weights, save_weights

pytestmark = pytest.mark.usefixtures("made_up")


def weights_of(out):
    contents, _ = checkpoint.load(out / runlog.CHECKPOINTS, torch.device("cpu"))
    return contents


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a.values(), b.values(), strict=True))


def test_a_run_leaves_everything(tiny, tmp_path):
    out = tmp_path / "run"
    result = run(tiny, out)
    assert result.finished
    assert result.step == 4
    lines = runlog.read(out, "step")
    assert [line["step"] for line in lines] == [1, 2, 3, 4]
    assert {"loss", "l1", "l2", "opacity", "density_log", "lr", "grad", "samples_per_s"} <= set(
        lines[0]
    )
    assert runlog.read(out, "sheet")[0]["psnr"] > 0
    assert list((out / runlog.SHEETS).glob("*.png"))
    assert json.loads((out / runlog.ENVIRONMENT).read_text())["torch"] == torch.__version__
    loaded = open_weights(result.weights)
    assert loaded.architecture == tiny.architecture
    assert loaded.info["steps"] == 4
    assert "suburb" in loaded.info["trained_on"]


def test_a_growing_margin_begins_with_none(tiny, tmp_path):
    def cross_entropies(name, **margin):
        config = dataclasses.replace(
            tiny, loss=dataclasses.replace(tiny.loss, opacity_bce=1.0, **margin)
        )
        run(config, tmp_path / name)
        return [line["opacity_bce"] for line in runlog.read(tmp_path / name, "step")]

    none, growing = (
        cross_entropies("none"),
        cross_entropies("growing", density_margin=8.0, density_margin_ramp=1.0),
    )
    at_once = cross_entropies("at-once", density_margin=8.0)
    assert growing[0] == none[0] < at_once[0]
    assert growing[-1] > none[-1]


def test_loss_falls(tiny, tmp_path):
    config = dataclasses.replace(tiny, optim=dataclasses.replace(tiny.optim, steps=40))
    run(config, tmp_path / "run")
    losses = [line["loss"] for line in runlog.read(tmp_path / "run", "step")]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


def test_resumed_equals_uninterrupted(tiny, tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    run(tiny, whole)
    count = iter([False, False, True])
    stopped = run(tiny, parts, interrupted=lambda: next(count))
    assert (stopped.step, stopped.finished) == (2, False)
    resumed = run(tiny, parts, resume=True)
    assert (resumed.step, resumed.finished) == (4, True)
    a, b = weights_of(whole), weights_of(parts)
    assert same(a["generator"], b["generator"])
    assert same(a["average"], b["average"])

    def told(out):
        return [
            {k: v for k, v in line.items() if k not in ("seconds", "samples_per_s", "waiting")}
            for line in runlog.read(out, "step")
        ]

    assert told(whole) == told(parts)


class Killed(BaseException):
    """Stands for a kill: nothing in the package catches it."""


def test_killed_before_the_first_step_goes_on(tiny, tmp_path, monkeypatch):
    """Set-up can be slow: a run that was killed in it either is not there or goes on, from the
    weights it was given.
    """
    first = run(dataclasses.replace(tiny, seed=3), tmp_path / "first")
    out, whole = tmp_path / "run", tmp_path / "whole"
    run(tiny, whole, init_from=str(first.weights))

    def killed(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(preview_sheets, "SheetMaker", killed)
        with pytest.raises(Killed):
            run(tiny, out, init_from=str(first.weights))
    assert run(tiny, out, resume=True).step == 4
    assert same(weights_of(out)["generator"], weights_of(whole)["generator"])


def test_killed_while_its_folder_is_written_starts_anew(tiny, tmp_path, monkeypatch):
    def killed(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "save", killed)
        with pytest.raises(Killed):
            run(tiny, tmp_path / "run")
    assert run(tiny, tmp_path / "run").step == 4


def test_damaged_checkpoint_is_passed_over(tiny, tmp_path, capsys):
    out = tmp_path / "run"
    config = dataclasses.replace(tiny, run=dataclasses.replace(tiny.run, checkpoint_steps=1))
    run(config, out)
    last, before = checkpoint.found(out / runlog.CHECKPOINTS)
    last.write_bytes(last.read_bytes()[: last.stat().st_size // 2])
    left = [
        out / runlog.CHECKPOINTS / ".step-000000004.pt.0123456789ab.partial",
        out / runlog.SHEETS / ".step-4.png.0123456789ab.partial",
    ]
    for path in left:
        path.mkdir(parents=True)
        (path / "half").write_bytes(b"half")
    rare = dataclasses.replace(config.run, checkpoint_steps=3)
    longer = dataclasses.replace(config, optim=dataclasses.replace(config.optim, steps=7), run=rare)
    result = train(longer, RunOptions(out=out, device="cpu", resume=True))
    assert result.step == 7
    shown = capsys.readouterr().err
    assert "renamed to step-000000004.pt.damaged" in shown
    assert "resumed at step 3" in shown
    assert before.name.endswith("3.pt")
    assert not any(path.exists() for path in left)
    kept = sorted(path.name for path in (out / runlog.CHECKPOINTS).iterdir())
    numbers = [f"step-00000000{step}.{suffix}" for step in (6, 7) for suffix in ("pt", "sha256")]
    assert kept == ["step-000000004.pt.damaged", *numbers]


def test_a_kept_checkpoint_is_a_whole_one(tiny, tmp_path):
    """Until the damaged step is reached again, the one before the last must not be the damaged
    one.
    """
    out = tmp_path / "run"
    config = dataclasses.replace(tiny, run=dataclasses.replace(tiny.run, checkpoint_steps=2))
    run(config, out)
    checkpoint.found(out / runlog.CHECKPOINTS)[0].write_bytes(b"nothing")
    count = iter([False, True])
    often = dataclasses.replace(config, run=dataclasses.replace(tiny.run, checkpoint_steps=1))
    run(often, out, resume=True, interrupted=lambda: next(count))
    kept = checkpoint.found(out / runlog.CHECKPOINTS)
    assert [path.name for path in kept] == ["step-000000003.pt", "step-000000002.pt"]


def test_refusals(tiny, tmp_path):
    out = tmp_path / "run"
    run(tiny, out)
    with pytest.raises(OutputError, match="--resume"):
        run(tiny, out)
    other = dataclasses.replace(tiny, seed=1, optim=dataclasses.replace(tiny.optim, lr=1e-5))
    with pytest.raises(
        InputError, match=r"other settings[\s\S]*optim.lr\s+saved 0.002, now 1e-05"
    ) as error:
        run(other, out, resume=True)
    assert "seed" in str(error.value)
    for path in checkpoint.found(out / runlog.CHECKPOINTS):
        path.write_bytes(b"nothing")
    with pytest.raises(InputError, match="no complete checkpoint"):
        run(tiny, out, resume=True)


def test_dry_run_writes_nothing(tiny, tmp_path, capsys):
    result = train(tiny, RunOptions(out=tmp_path / "run", dry_run=True, device="cpu"))
    assert result.weights is None
    assert not (tmp_path / "run").exists()
    assert "parameters" in capsys.readouterr().err


def test_max_minutes_stops_and_saves(tiny, tmp_path):
    result = run(tiny, tmp_path / "run", max_minutes=0)
    assert (result.step, result.finished) == (0, False)
    assert checkpoint.found(tmp_path / "run" / runlog.CHECKPOINTS)


def test_max_steps_stops_and_saves_whatever_the_time(tiny, tmp_path):
    assert [run(tiny, tmp_path / "run", max_steps=3).step] == [3]
    result = run(tiny, tmp_path / "run", max_steps=3, resume=True)
    assert (result.step, result.finished) == (4, True)


def test_init_from(tiny, tmp_path, capsys):
    first = run(tiny, tmp_path / "first")
    config = dataclasses.replace(tiny, optim=dataclasses.replace(tiny.optim, steps=1, lr=1e-12))
    train(config, RunOptions(out=tmp_path / "second", device="cpu", init_from=str(first.weights)))
    assert "starting from" in capsys.readouterr().err
    ours = open_weights(tmp_path / "second" / runlog.WEIGHTS / "tiny").generator_state
    theirs = open_weights(first.weights).generator_state
    for name, value in theirs.items():
        assert torch.allclose(ours[name], value, atol=1e-3), name
    wide = dataclasses.replace(
        tiny, architecture=dataclasses.replace(tiny.architecture, density_layers=8)
    )
    with pytest.raises(InputError, match="another architecture"):
        run(wide, tmp_path / "third", init_from=str(first.weights))


def test_weights_tell_every_run(tiny, tmp_path):
    first = run(tiny, tmp_path / "first")
    told = open_weights(first.weights).info
    assert told["trained_on"].startswith("suburb:train, 8 scenes, centre views, generator version")
    assert [told["steps"], told["samples"]] == [4, 16]
    assert [r["steps"] for r in told["history"]] == [4]
    config = dataclasses.replace(
        tiny, optim=dataclasses.replace(tiny.optim, steps=3, lr=1e-12, batch=2)
    )
    count = iter([False, True])
    run(config, tmp_path / "second", init_from=str(first.weights), interrupted=lambda: next(count))
    second = run(config, tmp_path / "second", resume=True)
    info = open_weights(second.weights).info
    assert [info["steps"], info["samples"]] == [7, 22]
    assert info["history"][0] == told["history"][0]
    assert info["history"][1]["options"]["optim.lr"] == 1e-12
    assert info["history"][1]["panorama"] == "64x16"
    assert not [key for key in info["history"][1]["options"] if key.startswith("run.")]


def test_licence_and_origin_go_on_through_a_resumed_run(tiny, tmp_path):
    first = open_weights(run(tiny, tmp_path / "first").weights)
    assert first.info["licence"] == "Apache-2.0"
    told = {
        "name": "cvact",
        "trained_on": "released checkpoint",
        "licence": "CC BY-NC 4.0",
        "source": "/home/me/c.zip",
    }
    released = tmp_path / "released"
    save_weights(released, first.generator(), first.spec, first.rules, told)
    count = iter([False, True])
    run(tiny, tmp_path / "second", init_from=str(released), interrupted=lambda: next(count))
    info = open_weights(run(tiny, tmp_path / "second", resume=True).weights).info
    assert info["licence"] == "CC BY-NC 4.0"
    assert info["trained_on"].endswith("; started from cvact (released checkpoint)")
    assert info["history"][0] == {
        "preset": "cvact",
        "trained_on": "released checkpoint",
        "licence": "CC BY-NC 4.0",
    }
    assert "/home/me" not in json.dumps(info["history"])


def test_checkpoints_from_before_there_were_parents_still_load(tiny, tmp_path):
    run(tiny, tmp_path / "run")
    contents = {
        key: value
        for key, value in weights_of(tmp_path / "run").items()
        if key not in ("parent", "history")
    }
    state = build_state(tiny, torch.device("cpu"))
    checkpoint.restore(state, contents)
    assert (state.step, state.parent, state.history) == (4, None, [])


def test_adversarial_run_resumes_too(tiny, tmp_path):
    loss = dataclasses.replace(tiny.loss, gan=1.0, feature_matching=10.0, kl=0.1, r1=1.0)
    optim = dataclasses.replace(tiny.optim, steps=2, accumulate=2)
    config = dataclasses.replace(tiny, loss=loss, optim=optim)
    run(config, tmp_path / "whole")
    count = iter([False, True])
    run(config, tmp_path / "parts", interrupted=lambda: next(count))
    run(config, tmp_path / "parts", resume=True)
    a, b = weights_of(tmp_path / "whole"), weights_of(tmp_path / "parts")
    assert same(a["generator"], b["generator"])
    assert same(a["discriminator"], b["discriminator"])
    line = runlog.read(tmp_path / "whole", "step")[-1]
    assert {"gan", "feature_matching", "kl", "d_real", "d_fake", "r1"} <= set(line)


def test_nan_names_step_term_and_scene(tiny, tmp_path, monkeypatch):
    out = tmp_path / "run"
    original = Stepper._parts

    def poisoned(self):
        for batch in original(self):
            if self.state.step == 2:
                batch.panoramas[1] = torch.nan
                self.poisoned = batch.names[1]
            yield batch

    monkeypatch.setattr(Stepper, "_parts", poisoned)
    with pytest.raises(TrainingDiverged, match=r"step 2: the loss term l1, l2 .*scene-\d") as error:
        run(tiny, out)
    assert str(error.value).count("scene-") == 1
    assert weights_of(out)["step"] <= 2


@pytest.mark.parametrize("clip", [0.0, 1.0])
def test_infinite_gradient_stops_before_the_weights_move(tiny, tmp_path, monkeypatch, clip):
    out = tmp_path / "run"
    kept = dataclasses.replace(tiny.run, checkpoint_steps=1)
    config = dataclasses.replace(tiny, optim=dataclasses.replace(tiny.optim, clip=clip), run=kept)
    original = distributed.average_gradients
    seen = []

    def poisoned(module, world):
        original(module, world)
        seen.append({name: value.clone() for name, value in module.state_dict().items()})
        if len(seen) == 3:
            next(module.parameters()).grad.view(-1)[0] = torch.inf
            seen.append(module)

    monkeypatch.setattr(distributed, "average_gradients", poisoned)
    with pytest.raises(TrainingDiverged, match="step 2: the gradient is not a finite number"):
        run(config, out)
    *_, before, module = seen
    assert same(module.state_dict(), before)
    contents = weights_of(out)
    assert contents["step"] == 2
    assert all(torch.isfinite(value).all() for value in contents["generator"].values())


def test_missing_vgg_stops_or_is_said(tiny, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    loss = dataclasses.replace(tiny.loss, perceptual=1.0, vgg=str(tmp_path / "none.pth"))
    with pytest.raises(
        InputError, match=r"put it there .or train without the term: --loss.perceptual 0"
    ) as error:
        run(dataclasses.replace(tiny, loss=loss), tmp_path / "a")
    assert "--fetch" not in str(error.value)
    skipping = dataclasses.replace(tiny, loss=dataclasses.replace(loss, perceptual_missing="skip"))
    train(skipping, RunOptions(out=tmp_path / "b", device="cpu"))
    assert "perceptual term is left out" in capsys.readouterr().err
    assert "left out" in (tmp_path / "b" / runlog.ENVIRONMENT).read_text()
    run(skipping, tmp_path / "b", resume=True)
    told = [(line["step"], line["text"]) for line in runlog.read(tmp_path / "b", "notice")]
    assert [step for step, text in told if "perceptual term is left out" in text] == [0, 4]
    assert told[-1] == (4, "resumed at step 4")


def test_state_is_seeded(tiny):
    a, b = (build_state(tiny, torch.device("cpu")) for _ in range(2))
    assert same(a.model.state_dict(), b.model.state_dict())
    c = build_state(dataclasses.replace(tiny, seed=1), torch.device("cpu"))
    assert not same(a.model.state_dict(), c.model.state_dict())


def test_out_of_memory_goes_on_with_smaller_parts(tiny, tmp_path, monkeypatch, capsys):
    whole = run(tiny, tmp_path / "whole")
    predict = Predictor.forward

    def forward(self, batch):
        if len(batch.tiles) > 1:
            raise torch.OutOfMemoryError
        return predict(self, batch)

    monkeypatch.setattr(Predictor, "forward", forward)
    parted = run(tiny, tmp_path / "parted")
    assert parted.step == whole.step
    assert (
        capsys.readouterr().err.count("notice: out of memory") == tiny.optim.batch.bit_length() - 1
    )
    losses = [
        [line["loss"] for line in runlog.read(tmp_path / name, "step")]
        for name in ("whole", "parted")
    ]
    assert losses[1] == pytest.approx(losses[0], rel=1e-3)


def test_out_of_memory_with_one_scene_is_said(tiny, tmp_path, monkeypatch):
    def forward(self, batch):
        raise torch.OutOfMemoryError

    monkeypatch.setattr(Predictor, "forward", forward)
    with pytest.raises(InputError, match=r"smaller --optim\.batch"):
        run(tiny, tmp_path / "run")

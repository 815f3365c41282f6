"""Fine-tuning: from scratch, from a run, from a file; a probe learns one layer; few shots are drawn by seed."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.errors import ConfigError
from engine.experiment import Augment, Choice, Data, Experiment, Optimiser, Training
from engine.nets import describe
from engine.nets.aligned import AlignedStudent, AlignmentSettings
from engine.nets.point_transformer import EncoderSettings
from engine.recipes import starting
from engine.split import split
from engine.state import checkpoints
from engine.store import RunStore
from tests.engine.checkpoint_files import SMALL, point_mae
from tests.engine.test_loop import losses, same, train, weights

pytestmark = pytest.mark.usefixtures("tiny_shapes")
FORM = {
    "width": 12,
    "depth": 2,
    "heads": 3,
    "patches": 8,
    "patch_size": 6,
    "tokenizer": (5, 6, 7, 12),
}
TWO = ("car", "lamp")


def experiment(**recipe):
    return Experiment(
        recipe=Choice(name="classify", **recipe),
        data=Data(name="shapes", validation=0.3, known=TWO, per_kind=6, points=64),
        net=Choice(name="point_transformer", head=(8,), **FORM),
        augment=Augment(dropout=0),
        optimiser=Optimiser(weight_decay=0.05, decay_all=False),
        training=Training(epochs=2, batch_size=4, device="cpu", threads=1, checkpoint_seconds=0),
    )


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def final(run):
    return load_file(next(checkpoints(run)) / "model.safetensors")


def test_that_it_learns_from_scratch_and_a_resumed_run_is_the_same(store):
    run, other = store.create(experiment()), store.create(experiment())
    events = train(run)
    assert events[-1].outcome == "done"
    before = train(other, stop_at=2)
    assert before[-1].outcome == "finished early"
    after = train(other)
    assert same(weights(run), weights(other))
    assert losses(events) == {**losses(before), **losses(after)}
    assert run.predictions().features.shape[1] == 8
    assert not (run.path / "match.json").exists()


def test_that_it_starts_from_a_run_and_tells_what_was_loaded(store):
    first = store.create(experiment())
    train(first)
    run = store.create(experiment(start=first.id, mode="probe"))
    events = train(run)
    assert events[-1].outcome == "done"
    (note,) = [event.text for event in events if event.kind == "note"]
    assert first.id in note and "0 missing, 0 of another shape" in note
    assert "match.json" in [event.path for event in events if event.kind == "figure"]
    assert json.loads((run.path / "match.json").read_text())["share"] == 1.0


def test_that_a_probe_changes_one_linear_layer_and_nothing_else(store):
    first = store.create(experiment())
    train(first)
    run = store.create(experiment(start=first.id, mode="probe"))
    train(run)
    before, after = final(first), final(run)
    for name, value in after.items():
        if name.startswith("logits."):
            assert value.shape[-1] in (24, 2)  # right after the encoder: twice its width
        else:
            assert torch.equal(value, before[name]), name
    assert not any(name.startswith("head.") for name in after)
    assert run.predictions().features.shape[1] == 24


def test_that_a_resumed_probe_needs_its_start_no_more(store, tmp_path):
    save_file(point_mae(**SMALL), tmp_path / "mae.safetensors")
    straight, other = (
        store.create(experiment(start=str(tmp_path / "mae.safetensors"), mode="probe"))
        for _ in range(2)
    )
    train(straight)
    train(other, stop_at=2)
    (tmp_path / "mae.safetensors").unlink()
    assert train(other)[-1].outcome == "done"
    assert same(weights(straight), weights(other))


def test_that_it_starts_from_a_published_file(store, tmp_path):
    tensors = point_mae(**SMALL)
    torch.save({"base_model": tensors}, tmp_path / "mae.pth")
    run = store.create(experiment(start=str(tmp_path / "mae.pth"), mode="probe"))
    assert train(run)[-1].outcome == "done"
    theirs = tensors["MAE_encoder.encoder.second_conv.1.running_mean"]
    assert torch.equal(final(run)["encoder.tokenizer.second.1.running_mean"], theirs)


def test_that_it_starts_from_an_aligned_student(store, tmp_path):
    settings = AlignmentSettings(queries=4, concept_heads=3)
    student = AlignedStudent(EncoderSettings(**FORM), settings, prefix=(2, 5))
    save_file(student.state_dict(), tmp_path / "model.safetensors")
    run = store.create(experiment(start=str(tmp_path / "model.safetensors"), mode="probe"))
    assert train(run)[-1].outcome == "done"
    assert torch.equal(final(run)["encoder.norm.weight"], student.encoder.norm.weight)
    unused = json.loads((run.path / "match.json").read_text())["unexpected"]
    assert "concepts.queries" in unused


def pretrained_on_pictures(store, root, **data):
    made = experiment().model_copy(
        update={
            "recipe": Choice(name="align"),
            "data": Data(name="modelnet_views", path=str(root), **data),
        }
    )
    return store.create(made)


@pytest.mark.parametrize(
    ("pictures", "clouds", "told"),
    [
        ({}, {}, ""),
        ({"points": 64}, {}, ""),
        ({"seed": 1}, {}, "a seed of 1, not 0"),
        ({}, {"test_share": 0.5}, "a test_share of 0.2, not 0.5"),
    ],
)
def test_that_clouds_it_saw_in_pictures_are_not_those_it_is_tested_on(
    store, tmp_path, pictures, clouds, told
):
    run = pretrained_on_pictures(store, tmp_path, **pictures)
    now = experiment(start=run.id).model_copy(
        update={"data": Data(name="folder", path=str(tmp_path), **clouds)}
    )
    if told:
        with pytest.raises(ConfigError, match=told):
            starting._doubt(run, now)
    else:
        assert starting._doubt(run, now) == ""


def test_that_clouds_of_another_folder_are_others(store, tmp_path):
    run = pretrained_on_pictures(store, tmp_path, seed=1)
    elsewhere = Data(name="folder", path=str(tmp_path / "other"))
    assert starting._doubt(run, experiment().model_copy(update={"data": elsewhere})) == ""


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("no-such-run", "There is no run at no-such-run"),
        ("gone.pth", "There is no checkpoint file at gone.pth"),
    ],
)
def test_that_a_start_that_is_not_there_is_a_sentence(store, start, words):
    events = train(store.create(experiment(start=start)))
    assert events[-1].kind == "failed" and words in events[-1].sentence
    assert events[-1].detail == ""


def test_that_a_file_of_another_width_fails_before_anything_started(store, tmp_path):
    torch.save(point_mae(24, 2, (5, 6, 7, 24)), tmp_path / "mae.pth")
    events = train(store.create(experiment(start=str(tmp_path / "mae.pth"))))
    assert "set net.width to 24" in events[-1].sentence
    assert not any(event.kind == "started" for event in events)


def test_that_a_net_without_an_encoder_is_refused(store):
    wrong = experiment().model_copy(update={"net": Choice(name="pointnet_student")})
    events = train(store.create(wrong))
    assert "has no encoder that could be fine-tuned" in events[-1].sentence


def test_that_clouds_with_too_few_points_are_a_sentence(store):
    few = experiment().model_copy(
        update={"net": Choice(name="point_transformer", **FORM | {"patches": 99})}
    )
    events = train(store.create(few))
    assert "Clouds of 64 points cannot be looked at in 99 patches" in events[-1].sentence


def test_that_what_is_described_is_what_is_trained():
    whole, probe = describe(experiment()), describe(experiment(mode="probe"))
    assert probe["parameters"] < whole["parameters"]
    assert probe["net"] == "point_transformer"


def few(shots, seed=7, ways=3):
    return Experiment(
        seed=seed,
        data=Data(
            name="shapes", validation=0.3, per_kind=6, points=64, protocol="random",
            known_count=ways, known_seed=seed, shots=shots,
        ),
    )  # fmt: skip


def clouds(shapes_cache):
    from engine.datasets import read_cache

    return read_cache(next(shapes_cache.glob("*.h5")))


def test_that_few_shots_of_drawn_kinds_are_learnt_from_and_the_test_stays_whole(shapes_cache):
    data = clouds(shapes_cache)
    whole, some = split(data, few(0)), split(data, few(2))
    assert some.known == whole.known and len(some.known) == 3
    assert np.bincount(some.targets[some.train]).tolist() == [2, 2, 2]
    assert set(some.train) < set(whole.train)
    assert (some.validation == whole.validation).all() and (some.test == whole.test).all()


def test_that_another_seed_draws_other_shots(shapes_cache):
    data = clouds(shapes_cache)
    again = split(data, few(2))
    assert (split(data, few(2)).train == again.train).all()
    assert set(split(data, few(2, seed=8)).train) != set(again.train)


def test_that_more_shots_than_there_are_is_a_sentence(store):
    events = train(store.create(few(50).with_values(**{"recipe.name": "student"})))
    assert "and 50 were asked for" in events[-1].sentence

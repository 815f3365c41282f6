"""Concept alignment as a run: every ablation, what it leaves, resuming, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from engine.check import check
from engine.concept_maps import NAME, read_concept_maps
from engine.control import Control
from engine.datasets.pairs import prepare_pairs, read_pairs
from engine.errors import ConfigError
from engine.experiment import Augment, Choice, Data, Experiment, Loss, Optimiser, Training
from engine.nets import describe
from engine.pair_batches import PairBatches
from engine.recipes import align
from engine.recipes.recipe import Bench
from engine.state import checkpoints
from engine.store import RunStore
from engine.tasks import align as task
from engine.tasks.answering import look
from engine.tasks.maps import rollout
from tests.engine.stack_files import ran
from tests.engine.test_loop import losses, same, train, weights
from tests.engine.toy_image_teacher import ToyTeacher

FORM = {"width": 12, "depth": 2, "heads": 3, "patches": 8, "patch_size": 6}
PAIRS = {"kinds": ("chair", "table"), "per_kind": 6, "views": 2, "points": 64, "side": 16}


@pytest.fixture(autouse=True)
def toy(monkeypatch, own_home):
    monkeypatch.setattr(align, "image_teacher_of", lambda choice, before="": ToyTeacher().silent())
    monkeypatch.setattr(task, "prepare_image_teacher", lambda choice, control: iter(()))


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def experiment(losses=None, epochs=2, **recipe):
    recipe = {"queries": 4} | recipe
    return Experiment(
        recipe=Choice(name="align", **recipe),
        data=Data(name="shapes_views", validation=0.3, **PAIRS),
        net=Choice(name="point_transformer", tokenizer=(5, 6, 7, 12), **FORM),
        losses={name: Loss(weight=weight) for name, weight in (losses or {}).items()},
        augment=Augment(dropout=0, scale=1.5, shift=0.2, shuffle=True),
        optimiser=Optimiser(weight_decay=0.05, decay_all=False),
        training=Training(
            epochs=epochs, batch_size=4, device="cpu", threads=1, checkpoint_seconds=0
        ),
    )


def results(run):
    return train(run)[-1].results


def pairs_of(experiment):
    *_, prepared = prepare_pairs(experiment.data, Control())
    return read_pairs(prepared.path)


@pytest.mark.parametrize(
    ("mix", "own", "told"),
    [
        (None, {}, {"r2", "likeness", "recall_1", "words"}),
        ({"cosine": 1, "match": 0.5}, {"head": "flatten"}, {"r2", "recall_5", "words"}),
        (None, {"concepts": False}, {"r2", "words"}),
        (None, {"target": "embedding"}, {"r2", "recall_1"}),
        (None, {"target": "local"}, {"r2", "likeness"}),
        ({"mse": 1, "reconstruction": 1}, {}, {"r2", "words", "reconstruction"}),
        ({"mse": 1, "reconstruction": 1}, {"target": "local"}, {"r2", "reconstruction"}),
        ({"reconstruction": 1}, {}, {"reconstruction"}),
    ],
)
def test_that_every_ablation_runs_and_tells_what_it_can(store, mix, own, told):
    run = store.create(experiment(mix, 1, **own))
    found = results(run)
    assert told <= set(found)
    assert ("r2" in found) == (mix is None or set(mix) != {"reconstruction"})
    assert ("words" in found) == ("words" in told)
    maps = read_concept_maps(run.path)
    with_concepts = "r2" in told and own.get("concepts", True) and own.get("target") != "local"
    assert (maps.attention is not None) == with_concepts
    assert all(maps.teacher_words) == ("r2" in told)
    assert all(maps.student_words) == ("words" in told)


def test_that_what_it_looked_at_is_whole(store):
    run = store.create(experiment())
    results(run)
    maps, pairs = read_concept_maps(run.path), pairs_of(run.experiment)
    tested = np.flatnonzero(~pairs.train)
    assert maps.names == tuple(pairs.names[row] for row in tested)
    assert np.array_equal(maps.images, pairs.images[tested])
    assert maps.attention.shape == (len(tested), 2, 3, 4, 8)
    np.testing.assert_allclose(maps.attention.astype(np.float32).sum(-1), 1, atol=2e-3)
    np.testing.assert_allclose(maps.rollout.astype(np.float32).sum(-1), 1, atol=2e-3)
    held = maps.points[0][maps.members[0]]  # the centre is the first of its own patch
    np.testing.assert_array_equal(held[:, 0], maps.centres[0])
    assert (maps.cells >= 0).any() and maps.cells.max() < 4
    assert len(maps.words_without) == len(tested) and len(maps.words_without[0]) == 4


def test_that_it_begins_with_what_is_usual_and_learns_what_is_particular(store):
    mild = Augment(dropout=0, scale=1, shift=0)
    made = experiment(epochs=40).model_copy(update={"augment": mild})
    events = train(store.create(made.with_values(**{"optimiser.learning_rate": 0.01})))
    r2 = [e.values["validation/r2"] for e in events if "validation/r2" in getattr(e, "values", {})]
    assert r2[0] > -0.5  # the mean alone would have 0
    every = list(losses(events).values())
    first, last = np.mean(every[:3]), np.mean(every[-9:])
    assert last < 0.8 * first


def test_that_a_resumed_run_is_the_same(store):
    mix = {"mse": 1, "reconstruction": 1}
    straight, other = (store.create(experiment(mix)) for _ in range(2))
    train(straight)
    assert train(other, stop_at=2)[-1].outcome == "finished early"
    assert train(other)[-1].outcome == "done"
    assert same(weights(straight), weights(other))
    assert results_of(straight) == results_of(other)


def results_of(run):
    return run.log.results()


def test_that_a_run_that_has_lost_what_it_looked_at_is_tested_again(store):
    run = store.create(experiment(epochs=1))
    before = results(run)
    (run.path / NAME).unlink()
    assert results(run) == before
    assert len(read_concept_maps(run.path))


def test_that_its_teacher_stays_the_same_when_it_goes_on(store, monkeypatch):
    asked = []

    def find(choice, before=""):
        asked.append(before)
        return ToyTeacher().silent()

    monkeypatch.setattr(align, "image_teacher_of", find)
    run = store.create(experiment())
    train(run, stop_at=2)
    train(run)
    assert asked == ["", "toy"]


def test_that_a_frozen_encoder_stays_as_it_was_and_the_decoder_learns(store):
    first = store.create(experiment(epochs=1))
    train(first)
    run = store.create(experiment({"reconstruction": 1}, 1, start=first.id, frozen=True))
    assert train(run)[-1].outcome == "done"
    was, now = (load_file(next(checkpoints(r)) / "model.safetensors") for r in (first, run))
    shared = [name for name in now if name.startswith("encoder.")]
    assert shared and all(torch.equal(now[name], was[name]) for name in shared)
    assert (run.path / "match.json").exists()


def test_that_a_random_decoder_never_learns_and_measures_every_student(store):
    taught = store.create(experiment(epochs=1, random_decoder=True))
    assert {"r2", "reconstruction"} <= set(results(taught))
    guessing = store.create(experiment({"reconstruction": 1}, 1, random_decoder=True))
    assert "reconstruction" in results(guessing)
    one, other = (load_file(next(checkpoints(r)) / "model.safetensors") for r in (taught, guessing))
    decoder = [name for name in one if name.startswith("decoder.")]
    assert decoder and all(torch.equal(one[name], other[name]) for name in decoder)
    assert not torch.equal(one["encoder.norm.weight"], other["encoder.norm.weight"])


def test_that_a_frozen_encoder_is_measured_by_a_random_decoder_without_a_change(store):
    first = store.create(experiment(epochs=1))
    train(first)
    told = {
        results(
            store.create(experiment(None, epochs, start=first.id, frozen=True, random_decoder=True))
        )["reconstruction"]
        for epochs in (1, 2)
    }
    assert len(told) == 1  # whatever else was learnt


def test_that_a_classifier_starts_from_it(store):
    first = store.create(experiment(epochs=1))
    train(first)
    data = Data(name="shapes", known=("chair", "table"), per_kind=6, points=64, validation=0.3)
    recipe = Choice(name="classify", start=first.id, mode="probe")
    second = first.experiment.model_copy(update={"data": data, "recipe": recipe, "losses": {}})
    run = store.create(second)
    assert train(run)[-1].outcome == "done"
    was, now = (load_file(next(checkpoints(r)) / "model.safetensors") for r in (first, run))
    assert torch.equal(now["encoder.norm.weight"], was["encoder.norm.weight"])


def sentence(store, made):
    last = train(store.create(made))[-1]
    assert last.kind == "failed" and not last.detail
    return last.sentence


def test_that_what_it_cannot_do_is_a_sentence(store):
    many = experiment().with_values(**{"net.patches": 80})
    assert "Clouds of 64 points cannot be looked at in 80 patches" in sentence(store, many)
    lost = experiment().with_values(**{"data.known": ["sofa"]})
    assert "no pairs of the kind “sofa”" in sentence(store, lost)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"losses.ce.weight": 1.0}, "needs labels"),
        ({"net": {"name": "pointnet_student"}}, "has no patches"),
        ({"recipe.concept_heads": 5}, "cannot be looked at with 5 heads"),
        ({"losses.reconstruction.weight": 1.0, "recipe.mask": 0.01}, "nothing to guess"),
        (
            {
                "losses.reconstruction.weight": 1.0,
                "recipe.frozen": True,
                "recipe.random_decoder": True,
            },
            "nothing left to learn",
        ),
        ({"recipe.random_decoder": True, "recipe.mask": 0.01}, "nothing to guess"),
        ({"losses.match.weight": 1.0, "recipe.target": "local"}, "are not to be told apart"),
        ({"data.shots": 3}, "data.shots is for recipes that learn from labels"),
        ({"recipe.image_teacher": {"name": "clip_caption"}}, "are not named"),
    ],
)
def test_that_what_cannot_be_is_refused_before_anything_is_made(changes, words):
    with pytest.raises(ConfigError, match=words):
        check(experiment().with_values(**changes))


def test_that_a_start_that_is_not_there_is_told_before_the_teacher_is_asked(store, monkeypatch):
    monkeypatch.setattr(task, "remembered", lambda *_: pytest.fail("asked"))
    assert "no run at nowhere" in sentence(store, experiment(start="nowhere"))


def test_that_guessing_hidden_patches_alone_needs_no_teacher(store, monkeypatch):
    def none(choice, before=""):
        pytest.fail("asked for a teacher")

    monkeypatch.setattr(align, "image_teacher_of", none)
    monkeypatch.setattr(task, "prepare_image_teacher", none)
    assert "reconstruction" in results(store.create(experiment({"reconstruction": 1}, 1)))


def test_that_the_best_on_validation_may_be_judged_by_the_hidden_patches(store):
    made = experiment({"reconstruction": 1}, 3).with_values(**{"training.keep": "best"})
    events = train(store.create(made))
    told = [
        e.values["validation/reconstruction"]
        for e in events
        if "validation/reconstruction" in getattr(e, "values", {})
    ]
    best = [e.step for e in events if e.kind == "checkpoint" and e.best]
    lowest = [step for step, loss in enumerate(told) if loss == min(told[: step + 1])]
    assert len(best) == len(lowest) and events[-1].results["model"] == "best"


def test_that_a_batch_of_pairs_does_not_depend_on_those_before():
    made = experiment()
    pairs = pairs_of(made)
    rows, where = np.arange(len(pairs)), (made, torch.device("cpu"))
    one, other = (PairBatches(pairs, rows, torch.zeros(len(pairs), 1), where) for _ in range(2))
    for step in range(5):
        one.at(step)
    first, second = one.at(7), other.at(7)
    assert torch.equal(first.points, second.points) and torch.equal(first.places, second.places)
    assert torch.equal(*(torch.rand(3, generator=batch.mask) for batch in (first, second)))


def test_that_in_pictures_without_a_hit_nothing_is_measured(store):
    made = experiment(target="local")
    pairs = pairs_of(made)
    blind = replace(pairs, intrinsics=np.full_like(pairs.intrinsics, np.nan))
    part = PairBatches(
        blind, np.arange(4), torch.zeros(len(pairs), 4, 4), (made, torch.device("cpu"))
    )
    bench = Bench(made, (), store, torch.device("cpu"), torch.zeros(4))
    recipe = align.Align(align.Align.Settings(queries=4, target="local"), bench)
    looking = look(recipe, part, torch.zeros(4), lambda: iter(()), "")
    seen, _ = ran(looking)
    assert seen.figures() == {}
    terms = recipe.terms(part.at(0))
    assert terms["mse"].item() == 0
    terms["mse"].backward()


def test_that_losses_of_pictures_are_refused_elsewhere(store, tiny_shapes):
    made = Experiment(
        recipe=Choice(name="student"),
        data=Data(name="shapes", per_kind=6, points=64),
        losses={"mse": Loss()},
    )
    assert (
        "“Say the same” (mse) needs pictures, but the recipe “Student on its own” (student)"
        in sentence(store, made)
    )


def test_that_pictures_without_a_camera_cannot_teach_patch_by_patch(store, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(6):
        np.save(folder / f"a{number}.npy", rng.normal(size=(64, 3)))
        Image.fromarray(rng.integers(0, 255, (16, 16, 3), np.uint8)).save(folder / f"a{number}.png")
    data = Data(name="folder_pairs", path=str(folder), points=64, side=16, validation=0.3)
    made = experiment().model_copy(update={"data": data})
    run = store.create(made)
    assert "pairs" in results(run)
    assert (read_concept_maps(run.path).cells == -1).all()
    assert "where the camera is known" in sentence(
        store, made.with_values(**{"recipe.target": "local"})
    )


def test_that_its_size_is_told_before_there_is_a_teacher():
    told = describe(experiment())
    assert told["parameters"] > 0 and told["points"] == 64


def test_that_clouds_lie_in_their_pictures_where_the_thing_is_seen():
    made = experiment().with_values(
        **{"data.side": 64, "data.points": 1024, "data.seen_only": True}
    )
    pairs = pairs_of(made)
    part = PairBatches(
        pairs,
        np.arange(len(pairs)),
        torch.zeros(len(pairs), 1),
        (made, torch.device("cpu")),
    )
    away = []
    for batch in (part.plain(torch.arange(len(pairs))), part.at(0)):
        cell = batch.cells(torch.arange(1024).expand(len(batch.rows), -1), 64).numpy()
        for number, row in enumerate(batch.rows.tolist()):
            seen = np.argwhere(pairs.depth[row] > 0)
            where = np.stack(np.divmod(cell[number][cell[number] >= 0], 64), axis=1)
            # Ends of the silhouette: the dots there are as wide as the renderer drew them.
            away.append((where.min(0) + where.max(0) - seen.min(0) - seen.max(0)) / 2)
    assert np.abs(np.mean(away, axis=0)).max() < 0.5


def test_that_roll_out_follows_attention_back_through_the_layers():
    concept = torch.tensor([[1.0, 0.0]])[None, None, None]  # looks at the first patch only
    swap = torch.tensor([[0.0, 1.0], [1.0, 0.0]])[None, None]
    one = rollout(concept, (swap,))
    assert one[0, 0].tolist() == pytest.approx([0.5, 0.5])  # half itself, half what it looked at
    still = torch.eye(2)[None, None]
    two = rollout(concept.expand(1, 2, 1, 1, 2), (still, swap))
    assert two[0, 0].tolist() == pytest.approx([(1 + 0.5) / 2, 0.5 / 2])


def test_that_roll_out_stops_before_a_block_where_concepts_look_before_it():
    concept = torch.tensor([[1.0, 0.0]])[None, None, None]
    swap = torch.tensor([[0.0, 1.0], [1.0, 0.0]])[None, None]
    assert rollout(concept, (swap,), before=True)[0, 0].tolist() == [1, 0]
    two = rollout(concept.expand(1, 2, 1, 1, 2), (swap, swap), before=True)
    assert two[0, 0].tolist() == pytest.approx([(1 + 0.5) / 2, 0.5 / 2])


def test_that_how_hard_each_term_pulls_is_told_and_grows_with_its_weight(store):
    pulls = []
    for weight in (1.0, 3.0):
        run = store.create(experiment({"mse": 1.0, "reconstruction": weight}, 1))
        pulls.append(next(e.values for e in train(run) if "loss" in getattr(e, "values", {})))
    mse, both = (
        [first[f"gradient/{name}"] for first in pulls] for name in ("mse", "reconstruction")
    )
    assert mse[0] == pytest.approx(mse[1]) and both[1] == pytest.approx(3 * both[0])
    assert abs(mse[0] - both[0]) <= pulls[0]["gradient_norm"] <= mse[0] + both[0]

"""Recipes with pseudo-open-set samples: they finish, resume bit for bit, and ask the teacher only what they should."""

import math

import pytest
import torch

from engine.experiment import Choice, Data, Experiment, Loss, Training, load
from engine.losses import Course, Lesson
from engine.losses.ce import CE
from engine.losses.uniform import Uniform, uniform
from engine.nets import Output
from engine.places import resource
from engine.recipes.recipe import Recipe
from engine.store import RunStore
from tests.engine.test_loop import QUICK, TINY, experiment, losses, same, train, weights

pytestmark = pytest.mark.usefixtures("tiny_shapes")
KNOWN = 10
TINY_PATCHES = {
    "name": "pointnet2_student",
    "centres": [8, 4],
    "neighbours": [4, 2],
    "patch_widths": [4],
    "region_widths": [8],
    "widths": [8],
    "head": [8],
}
TERMS = {"kd": Loss(weight=1.0), "crd": Loss(weight=0.8, negatives=8), "ce": Loss(weight=1.0)}


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


@pytest.fixture
def taught(store):
    """A store with a finished teacher in it."""
    train(store.create(experiment(recipe=Choice(name="teacher"), training=short())))
    return store


@pytest.fixture
def seen(monkeypatch):
    """Every batch that recipes were given, and every number of clouds a teacher was asked about."""
    batches, asked = [], []
    terms, ask = Recipe.terms, Recipe.asked
    monkeypatch.setattr(Recipe, "terms", lambda self, b: (batches.append(b), terms(self, b))[1])
    monkeypatch.setattr(
        Recipe, "asked", lambda self, batch, n: (asked.append(n), ask(self, batch, n))[1]
    )
    return batches, asked


def short(epochs=1):
    return Training(epochs=epochs, checkpoint_seconds=0, **QUICK)


def joint(**settings):
    return experiment(
        recipe=Choice(name="joint", **{"ratio": 0.5, **settings}),
        teacher="latest",
        losses=TERMS,
        training=short(2),
    )


def test_that_a_joint_run_finishes_with_an_extra_logit(taught):
    run = taught.create(joint())
    events = train(run)
    assert events[-1].outcome == "done"
    assert next(event for event in events if event.kind == "started").terms == ["kd", "crd", "ce"]
    predictions = run.predictions()
    assert predictions.logits.shape[1] == KNOWN + 1
    assert predictions.unknown_column == KNOWN
    assert predictions.teacher_logits.shape[1] == KNOWN


@pytest.mark.parametrize("pool", ["fresh", "fixed"])
def test_that_a_joint_run_resumes_bit_for_bit(taught, pool):
    whole, halved = (taught.create(joint(pool=pool)) for _ in range(2))
    expected = train(whole)
    before = train(halved, stop_at=3)
    assert before[-1].outcome == "finished early"
    after = train(halved)
    assert after[-1].outcome == "done"
    assert same(weights(whole), weights(halved))
    assert losses(expected) == {**losses(before), **losses(after)}
    assert whole.predictions().logits.tobytes() == halved.predictions().logits.tobytes()


def test_that_pseudo_samples_come_last_with_the_label_past_the_known(taught, seen):
    train(taught.create(joint()))
    batches, _ = seen
    for batch in batches:
        assert batch.pseudo == 4  # half of 8
        assert batch.known == 8
        assert batch.points.shape == (12, 64, 3)
        assert (batch.labels[:8] < KNOWN).all()
        assert (batch.labels[8:] == KNOWN).all()
        assert (batch.rows[8:] == -1).all()


def test_that_the_teacher_is_not_asked_about_mixtures_unless_told_to(taught, seen):
    _, asked = seen
    train(taught.create(joint()))
    assert set(asked) == {8}
    asked.clear()
    train(taught.create(joint(distil_pseudo=True, pool="fixed")))
    assert set(asked) == {12}


def test_that_known_clouds_are_the_same_with_and_without_mixtures(store, seen):
    plain, mixed = (
        experiment(recipe=recipe, training=short())
        for recipe in (Choice(name="student"), Choice(name="open_set", ratio=1.0))
    )
    batches, _ = seen
    train(store.create(plain))
    alone = list(batches)
    batches.clear()
    train(store.create(mixed))
    for one, other in zip(alone, batches, strict=True):
        assert torch.equal(one.points, other.points[: other.known])
        assert torch.equal(one.labels, other.labels[: other.known])


def test_that_the_training_accuracy_counts_known_clouds_only(store):
    run = store.create(experiment(recipe=Choice(name="open_set", ratio=2.0), training=short(3)))
    train(run)
    shares = [event.values["train/accuracy"] for event in run.events() if is_check(event)]
    steps = next(event for event in run.events() if event.kind == "started").steps_per_epoch
    assert len(shares) == 3
    assert all((share * 8 * steps) == pytest.approx(round(share * 8 * steps)) for share in shares)


def is_check(event):
    return event.kind == "metric" and "train/accuracy" in event.values


def test_that_exposure_has_no_extra_logit_and_both_terms(store):
    run = store.create(
        experiment(recipe=Choice(name="outlier_exposure", ratio=0.5), training=short())
    )
    events = train(run)
    assert events[-1].outcome == "done"
    assert run.predictions().logits.shape[1] == KNOWN
    steps = [event.values for event in events if event.kind == "metric" and "loss" in event.values]
    assert all(values["loss/uniform"] >= math.log(KNOWN) / 2 - 1e-6 for values in steps)
    assert all(math.isfinite(values["loss/ce"]) for values in steps)


@pytest.mark.parametrize("recipe", ["open_set", "outlier_exposure"])
def test_that_a_batch_without_mixtures_does_no_harm(store, recipe):
    rare = experiment(recipe=Choice(name=recipe, ratio=0.01), training=short())
    assert train(store.create(rare))[-1].outcome == "done"


def test_that_too_few_kinds_for_a_mixture_are_a_sentence(store):
    three = Data(name="shapes", validation=0.3, known=("car", "lamp", "chair"), **TINY)
    events = train(store.create(experiment(recipe=Choice(name="open_set"), data=three)))
    assert "only 3 are known" in events[-1].sentence
    assert events[-1].detail == ""


def test_that_fresh_mixtures_cannot_be_remembered_by_crd(taught):
    events = train(taught.create(joint(distil_pseudo=True)))
    assert "recipe.pool to “fixed”" in events[-1].sentence


def test_that_dkd_is_not_taught_about_mixtures(taught):
    terms = {"dkd": Loss(), "ce": Loss()}
    literal = joint(distil_pseudo=True, pool="fixed").model_copy(update={"losses": terms})
    assert (
        "(dkd) needs clouds of kinds the teacher knows"
        in train(taught.create(literal))[-1].sentence
    )
    usual = joint().model_copy(update={"losses": terms})
    assert train(taught.create(usual))[-1].outcome == "done"


PRESETS = ["open_set", "recommended", "paper_literal", "strongest"]


@pytest.mark.parametrize("name", PRESETS)
def test_that_a_preset_trains_a_tiny_net_on_tiny_clouds_to_the_end(taught, name):
    preset = load(resource("presets", f"{name}.toml"))
    small = experiment().model_dump(mode="json")
    net = small["net"] if preset.net.name == "auto" else TINY_PATCHES
    changes = {"data": small["data"], "net": net, "training": small["training"] | {"epochs": 1}}
    run = taught.create(Experiment.from_document(preset.model_dump(mode="json") | changes))
    events = train(run)
    assert events[-1].kind == "finished", events[-1].sentence
    assert events[-1].outcome == "done"


def test_that_uniform_by_hand():
    logits = torch.tensor([[0.0, 0.0], [math.log(3), 0.0]], dtype=torch.float64)
    # (log 2 + log 4 - log 3 / 2) / 2 rows / 2
    by_hand = (math.log(2) + math.log(4) - math.log(3) / 2) / 4
    assert uniform(logits).item() == pytest.approx(by_hand, rel=1e-12)
    assert uniform(logits[:0]).item() == 0


def test_that_uniform_looks_at_mixtures_only_and_cross_entropy_at_labels_with_a_logit():
    logits = torch.randn(5, 3, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([0, 2, 1, 3, 3])
    lesson = Lesson(Output(logits, logits), labels, torch.arange(5), pseudo=2)
    course = Course(3, 0, labels)
    doubt = torch.autograd.grad(Uniform(Uniform.Settings(), course)(lesson), logits)[0]
    right = torch.autograd.grad(CE(CE.Settings(label_smoothing=0.1), course)(lesson), logits)[0]
    assert doubt[:3].abs().max() == 0 < doubt[3:].abs().min()
    assert right[3:].abs().max() == 0 < right[:3].abs().min()
    alone = torch.nn.functional.cross_entropy(logits[:3], labels[:3], label_smoothing=0.1)
    assert torch.equal(right, torch.autograd.grad(alone, logits)[0])

"""The loop: resumed runs equal uninterrupted ones, every wish is honoured within a batch, nothing half-done is left."""

import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.control import Control
from engine.errors import Left, RunError
from engine.events import to_line
from engine.experiment import Augment, Choice, Data, Experiment, Loss, OpenSet, Training
from engine.loop import fit
from engine.losses.ce import CE
from engine.predictions import TEST, VALIDATION
from engine.recipes.recipe import Recipe
from engine.state import checkpoints
from engine.store import RunStore
from engine.tasks.every import task_of

TINY = {"per_kind": 6, "points": 64}
QUICK = {"batch_size": 8, "device": "cpu", "threads": 1}
pytestmark = pytest.mark.usefixtures("tiny_shapes")


def experiment(**changes):
    values = {
        "data": Data(name="shapes", validation=0.3, **TINY),
        "net": Choice(name="pointnet_student_wide", widths=(8, 16), head=(8,)),
        "training": Training(epochs=3, checkpoint_seconds=0, **QUICK),
    }
    return Experiment(**values | changes)


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def train(run, stop_at=None, wish="finish"):
    """All events; asks for something at the given batch or phase, and to go on after a pause."""
    control, events = Control(), []
    for event in fit(run, control):
        events.append(event)
        batch = event.kind == "metric" and "loss" in event.values and event.step
        if stop_at is not None and stop_at in (batch, getattr(event, "name", None)):
            control.ask(wish)
        if event.kind == "paused":
            control.ask("resume")
    return events


def weights(run):
    folder = next(checkpoints(run))
    state = torch.load(folder / "state.pt", weights_only=True)
    moments = [value for entry in state["optimiser"]["state"].values() for value in entry.values()]
    own = state["recipe"].values()
    return [*load_file(folder / "model.safetensors").values(), *own, *moments]


def losses(events):
    return {
        event.step: event.values["loss"]
        for event in events
        if event.kind == "metric" and "loss" in event.values
    }


def same(first, second):
    return len(first) == len(second) and all(
        torch.equal(a, b) for a, b in zip(first, second, strict=True)
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory, shapes_cache):
    """An uninterrupted run: the run and its events. No test changes it."""
    home = tmp_path_factory.mktemp("whole")
    shutil.copytree(shapes_cache, home / "cache" / "datasets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCD_WORKBENCH_HOME", str(home))
        run = RunStore(home / "runs").create(experiment())
        return run, train(run)


def steps_per_epoch(events):
    return next(event for event in events if event.kind == "started").steps_per_epoch


@pytest.mark.parametrize("moment", ["first batch", "mid-epoch", "epoch end"])
def test_that_resuming_gives_the_same_weights_losses_and_answers(store, whole, moment):
    run, events = whole
    per_epoch = steps_per_epoch(events)
    stop = {"first batch": 1, "mid-epoch": per_epoch + per_epoch // 2, "epoch end": 2 * per_epoch}[
        moment
    ]
    other = store.create(experiment())
    before = train(other, stop_at=stop)
    assert before[-1].outcome == "finished early"
    after = train(other)
    assert after[-1].outcome == "done"
    assert same(weights(run), weights(other))
    assert losses(events) == {**losses(before), **losses(after)}
    assert run.predictions().logits.tobytes() == other.predictions().logits.tobytes()
    checks = [
        event.values
        for event in events
        if event.kind == "metric" and "validation/accuracy" in event.values
    ]
    again = [
        e.values for e in before + after if e.kind == "metric" and "validation/accuracy" in e.values
    ]
    assert str(checks) == str(again)


def test_that_phases_say_in_which_part_of_a_run_they_are(whole):
    _, events = whole
    learnt = max(place for place, event in enumerate(events) if event.kind == "progress")
    before = [event.part for event in events[:learnt] if event.kind == "phase"]
    assert "building" in before and "testing" not in before
    assert {event.part for event in events[learnt:] if event.kind == "phase"} == {"testing"}


@pytest.mark.parametrize("moment", ["batch", "validation", "testing"])
def test_that_a_pause_changes_nothing(store, whole, moment):
    run, first = whole
    steps = steps_per_epoch(first)
    stop = {"batch": 2, "validation": steps, "testing": "Testing"}[moment]
    at = {"batch": 2, "validation": steps, "testing": 3 * steps}[moment]
    other = store.create(experiment())
    events = train(other, stop_at=stop, wish="pause")
    kinds = [event.kind for event in events]
    assert kinds.index("resumed") == kinds.index("paused") + 1
    assert [event.step for event in events if event.kind in ("paused", "resumed")] == [at, at]
    assert same(weights(run), weights(other))
    assert run.log.values("validation/accuracy") == other.log.values("validation/accuracy")
    assert run.predictions().logits.tobytes() == other.predictions().logits.tobytes()


@pytest.mark.parametrize("moment", ["validation", "Testing"])
def test_that_a_window_that_closes_in_the_midst_of_looking_loses_nothing(store, whole, moment):
    run, first = whole
    other = store.create(experiment())
    with pytest.raises(Left):
        train(other, steps_per_epoch(first) if moment == "validation" else moment, "leave")
    assert other.state == "paused"
    assert train(other)[-1].outcome == "done"
    assert same(weights(run), weights(other))
    assert run.log.values("validation/accuracy") == other.log.values("validation/accuracy")
    assert run.log.values("train/accuracy") == other.log.values("train/accuracy")


def test_that_a_run_killed_between_a_checkpoint_and_its_event_goes_on_alike(store, whole):
    run, _ = whole
    other = store.create(experiment())
    for event in fit(other, Control()):
        if event.kind == "checkpoint" and event.step == 4:
            break
    lines = other.log.path.read_bytes().splitlines(keepends=True)
    other.log.path.write_bytes(b"".join(lines[:-1]))
    resumed = next(event for event in train(other) if event.kind == "resumed")
    assert resumed.step == 4
    assert same(weights(run), weights(other))


def test_that_a_run_keeps_its_threads_whoever_is_trained_for_it(store, monkeypatch):
    run = store.create(experiment(training=Training(**QUICK | {"threads": 2, "epochs": 1})))
    task = task_of(run.experiment)
    own = task.batches

    def batches(*arguments):
        torch.set_num_threads(1)
        return (yield from own(*arguments))

    monkeypatch.setattr(task, "batches", batches)
    assert [event.threads for event in train(run) if event.kind == "started"] == [2]


def test_that_a_resumed_run_uses_as_many_threads_as_before(store, monkeypatch):
    run = store.create(experiment(training=Training(**QUICK | {"threads": 0, "epochs": 1})))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    train(run, stop_at=1)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert [event.threads for event in train(run) if event.kind == "started"] == [1]


def test_that_a_run_killed_between_checkpoints_goes_on_from_the_last(store, whole):
    run, _ = whole
    other = store.create(experiment())
    control = Control()
    for event in fit(other, control):
        if event.kind == "metric" and event.step == 4:
            break  # the generator is dropped, as when the process dies
    assert other.state == "interrupted"
    train(other)
    assert same(weights(run), weights(other))


def test_that_a_damaged_checkpoint_is_passed_over(store, whole):
    run, _ = whole
    other = store.create(experiment())
    train(other, stop_at=5)
    newest = next(checkpoints(other))
    (newest / "model.safetensors").write_bytes(b"damaged")
    assert next(checkpoints(other)) != newest
    train(other)
    assert same(weights(run), weights(other))


def test_that_every_event_is_in_the_log_with_a_growing_number(whole):
    run, events = whole
    assert [to_line(event) for event in run.events()] == [to_line(event) for event in events]
    assert [event.number for event in events] == list(range(len(events)))
    assert {event.run for event in events} == {run.id}


def test_that_the_results_have_counts_that_fit_the_predictions(whole):
    run, events = whole
    results, predictions = events[-1].results, run.predictions()
    tested = predictions.of(TEST)
    assert results["counts"]["n_closed"] == int((tested.labels < 10).sum()) == 20
    assert results["counts"]["n_open"] == int((tested.labels == 10).sum()) == 60
    assert len(predictions.of(VALIDATION)) > 0
    assert run.state == "done"
    assert predictions.known == tuple(sorted(predictions.known))


def test_that_discarding_moves_the_run_to_the_trash(store):
    run = store.create(experiment())
    assert train(run, stop_at=2, wish="discard")[-1].outcome == "discarded"
    assert store.runs() == []
    assert (store.folder / ".trash" / run.id).exists()


def test_that_at_most_the_last_two_and_the_best_checkpoints_are_kept(whole):
    run, _ = whole
    assert 1 <= len(list(checkpoints(run))) <= 3
    assert not list(run.checkpoints.glob(".*"))


def test_that_a_finished_run_is_not_trained_again(store, whole):
    run, _ = whole
    before = run.log.path.read_bytes()
    with pytest.raises(RunError, match="finished already"):
        train(run)
    assert run.log.path.read_bytes() == before
    assert run.state == "done"


def test_that_lost_answers_of_a_finished_run_are_made_anew(store):
    run = store.create(experiment(training=Training(epochs=1, **QUICK)))
    train(run)
    before = run.predictions()
    run.predictions_path.write_bytes(b"damaged")
    with pytest.raises(RunError, match="resume the run to make them anew"):
        run.predictions()
    assert train(run)[-1].outcome == "done"
    assert run.predictions().logits.tobytes() == before.logits.tobytes()


def test_that_a_student_without_a_teacher_is_a_sentence(store):
    events = train(store.create(experiment(recipe=Choice(name="distil"))))
    assert events[-1].kind == "failed"
    assert "no finished teacher" in events[-1].sentence
    assert events[-1].detail == ""


def test_that_a_student_learns_from_the_newest_teacher(store):
    teacher = store.create(experiment(recipe=Choice(name="teacher")))
    train(teacher)
    student = store.create(experiment(recipe=Choice(name="distil"), teacher="latest"))
    events = train(student)
    assert events[-1].outcome == "done"
    started = next(event for event in events if event.kind == "started")
    assert started.terms == ["kd", "ce"]
    assert started.teacher_parameters > 0
    predictions = student.predictions()
    assert np.allclose(predictions.teacher_logits, teacher.predictions().logits, atol=1e-5)
    assert predictions.teacher_features.shape[0] == len(predictions)


def test_that_a_teacher_of_clouds_in_variants_is_asked_once_and_a_resumed_run_is_the_same(store):
    train(store.create(experiment(recipe=Choice(name="teacher"))))
    changes = {
        "recipe": Choice(name="distil"),
        "teacher": "latest",
        "augment": Augment(variants=2),
        "losses": {"kd": Loss(), "crd": Loss(weight=0.5, negatives=8), "ce": Loss()},
    }
    straight = store.create(experiment(**changes))
    events = train(straight)
    asked = [e.detail for e in events if e.kind == "phase" and e.name == "Asking the teacher"]
    assert set(asked) == {"variant 1 of each cloud", "variant 2 of each cloud"}
    assert asked == sorted(asked)  # the third epoch shows the first variant again and asks nobody
    other = store.create(experiment(**changes))
    train(other, stop_at=steps_per_epoch(events) + 1)
    train(other)
    assert same(weights(straight), weights(other))


def test_that_several_teachers_teach_as_one(store):
    runs = [store.create(experiment(recipe=Choice(name="teacher"), seed=s)) for s in (1, 2)]
    for run in runs:
        train(run)
    student = store.create(
        experiment(recipe=Choice(name="distil"), teacher=" + ".join(run.id for run in runs), seed=1)
    )
    assert train(student)[-1].outcome == "done"
    own = {name: i for i, name in enumerate(student.predictions().names)}
    tested = [run.predictions().of(TEST) for run in runs]
    powers = [np.exp(part.logits.astype(float)) for part in tested]
    mean = sum(power / power.sum(1, keepdims=True) for power in powers) / 2
    taught = student.predictions().teacher_logits[[own[name] for name in tested[0].names]]
    assert np.allclose(np.exp(taught), mean, atol=1e-5)


def test_that_resuming_with_memories_and_drawn_negatives_gives_the_same_weights(store):
    train(
        store.create(
            experiment(recipe=Choice(name="teacher"), training=Training(epochs=1, **QUICK))
        )
    )
    terms = {
        "crd": Loss(weight=0.8, negatives=16, feature_dim=8, mode="relax"),
        "queue": Loss(weight=0.1, length=20, feature_dim=8),
        "ce": Loss(),
    }
    contrast = experiment(recipe=Choice(name="distil"), teacher="latest", losses=terms)
    run, other = store.create(contrast), store.create(contrast)
    events = train(run)
    before = train(other, stop_at=steps_per_epoch(events) + 1)
    assert before[-1].outcome == "finished early"
    after = train(other)
    assert same(weights(run), weights(other))
    assert losses(events) == {**losses(before), **losses(after)}
    assert run.predictions().logits.tobytes() == other.predictions().logits.tobytes()
    refused = train(store.create(contrast.with_values(**{"losses.crd.negatives": 2048})))[-1]
    assert "Set losses.crd.negatives to" in refused.sentence
    assert refused.detail == ""


def test_that_a_teacher_of_other_kinds_is_refused(store):
    teacher = store.create(
        experiment(
            recipe=Choice(name="teacher"),
            data=Data(name="shapes", validation=0.3, known=("car", "lamp"), **TINY),
        )
    )
    train(teacher)
    events = train(store.create(experiment(recipe=Choice(name="distil"), teacher=teacher.id)))
    assert "knows other kinds" in events[-1].sentence


def test_that_a_loss_that_is_no_number_ends_the_run_with_its_name(store):
    last = train(store.create(experiment(losses={"ce": Loss(weight=1e39)})))[-1]  # beyond float32
    assert last.kind == "failed"
    assert "The loss is no number any more at batch 1" in last.sentence


def test_that_weights_spoilt_by_a_gradient_that_is_no_number_are_never_saved(
    store, whole, monkeypatch
):
    run, _ = whole
    other = store.create(experiment())
    total = Recipe.total

    def spoilt(recipe, terms, epoch):
        value = total(recipe, terms, epoch)
        return value if epoch < 1 else value + (value * 0).sqrt()  # 0, with an infinite slope

    with monkeypatch.context() as patch:
        patch.setattr(Recipe, "total", spoilt)
        last = train(other)[-1]
    assert "The gradient is no number any more" in last.sentence
    train(other)
    assert same(weights(run), weights(other))


def test_that_a_loss_that_needs_a_teacher_is_refused_without_one(store):
    events = train(store.create(experiment(losses={"kd": Loss()})))
    assert "(kd) needs a teacher" in events[-1].sentence
    assert events[-1].detail == ""


def test_that_the_newest_teacher_of_other_clouds_is_not_taken(store):
    other = Data(name="shapes", validation=0.3, **TINY | {"per_kind": 4})
    quick = Training(epochs=1, **QUICK)
    train(store.create(experiment(recipe=Choice(name="teacher"), data=other, training=quick)))
    events = train(store.create(experiment(recipe=Choice(name="distil"))))
    assert "no finished teacher of these kinds and data" in events[-1].sentence


def test_that_a_teacher_that_was_never_tested_is_refused(store):
    teacher = store.create(experiment(recipe=Choice(name="teacher")))
    events = train(store.create(experiment(recipe=Choice(name="distil"), teacher=teacher.id)))
    assert "was not tested yet" in events[-1].sentence


def test_that_a_student_learns_in_half_precision(store):
    half = Training(epochs=1, precision="bfloat16", **QUICK)
    assert train(store.create(experiment(training=half)))[-1].outcome == "done"


def test_that_everything_may_be_known_and_a_batch_larger_than_the_data(store, shapes_cache):
    from engine.datasets.shapes import KINDS

    data = Data(name="shapes", validation=0.3, known=tuple(KINDS), **TINY)
    large = Training(epochs=1, **QUICK | {"batch_size": 4096})
    last = train(store.create(experiment(data=data, training=large)))[-1]
    assert last.results["counts"]["n_open"] == 0
    assert last.results["acc_open"] != last.results["acc_open"]


def test_that_all_losses_switched_off_is_a_sentence(store):
    events = train(store.create(experiment(losses={"ce": Loss(weight=0.0)})))
    assert "nothing to learn from" in events[-1].sentence


def test_that_the_best_on_validation_is_tested_when_asked_for(store):
    run = store.create(experiment(training=Training(epochs=3, keep="best", **QUICK)))
    events = train(run)
    best = [event.step for event in events if event.kind == "checkpoint" and event.best][-1]
    assert events[-1].results["checkpoint"] == f"step-{best:08d}"
    assert events[-1].results["model"] == "best"


def test_that_a_run_stopped_before_its_first_check_says_the_last_model_was_tested(store):
    run = store.create(experiment(training=Training(epochs=3, keep="best", **QUICK)))
    assert train(run, stop_at=1)[-1].results["model"] == "last"


def test_that_a_stop_while_the_data_are_opened_again_keeps_the_results(store, own_home):
    run = store.create(experiment())
    train(run, stop_at=2)
    results = run.log.results()
    shutil.rmtree(own_home / "cache")
    assert train(run, stop_at="Making shapes")[-1].results == {}
    assert run.log.results() == results != {}


def test_that_the_results_are_those_of_the_score_and_rule_the_run_asked_for(store):
    wanted = OpenSet(score="energy", rule="recall", recall=0.9)
    run = store.create(experiment(open_set=wanted))
    results, predictions = train(run)[-1].results, run.predictions()
    assert (results["score"], results["rule"], predictions.score) == ("energy", "recall", "energy")
    assert results["threshold"] == predictions.threshold
    kept = predictions.of(VALIDATION).scores["energy"] >= predictions.threshold
    assert kept.mean() >= 0.9
    test = predictions.of(TEST)
    named = test.scores["energy"] >= predictions.threshold
    right = named & (test.logits.argmax(1) == test.labels)
    assert results["counts"]["correct_closed"] == int(right.sum())
    assert results["counts"]["rejected_open"] == int((~named & (test.labels == 10)).sum())


def test_that_a_score_that_cannot_be_had_leaves_the_run_tested_and_says_why(store):
    wanted = OpenSet(score="disagreement", rule="recall")
    events = train(store.create(experiment(open_set=wanted)))
    assert events[-1].outcome == "done"
    assert (events[-1].results["score"], events[-1].results["rule"]) == ("msp", "fixed")
    (note,) = [event.text for event in events if event.kind == "note"]
    assert "needs the teacher" in note and "highest probability decides" in note


def test_that_votes_are_the_mean_of_looks_that_only_the_seed_decides(store):
    quick = {"epochs": 1, **QUICK}
    once, often, again = (
        store.create(experiment(training=Training(votes=votes, **quick))) for votes in (1, 4, 4)
    )
    for run in (once, often, again):
        train(run)
    assert same(weights(once), weights(often))  # looking more often changes nothing learnt
    one, four = once.predictions(), often.predictions()
    assert four.logits.tobytes() == again.predictions().logits.tobytes()
    assert not np.allclose(one.logits, four.logits)
    assert np.allclose(four.features @ four.weight.T + four.bias, four.logits, atol=1e-4)


def test_that_a_resumed_student_keeps_its_teacher_whatever_is_the_latest_by_then(store):
    old, new = (
        store.create(experiment(recipe=Choice(name="teacher"), seed=seed)) for seed in (1, 2)
    )
    train(old)
    wanted = experiment(recipe=Choice(name="distil"), teacher="latest")
    straight, halved = store.create(wanted), store.create(wanted)
    first = next(event for event in train(straight) if event.kind == "started")
    assert first.teachers == [old.id]
    train(halved, stop_at=first.steps_per_epoch + 1)
    train(new)
    train(halved)
    assert same(weights(straight), weights(halved))


@pytest.mark.parametrize("pupil", ["distil", "joint"])
def test_that_a_teacher_with_a_trained_unknown_teaches_the_kinds_it_knows(store, pupil):
    teacher = store.create(experiment(recipe=Choice(name="open_set", ratio=0.5)))
    train(teacher)
    losses = {"kd": Loss(), "ce": Loss()}
    student = store.create(experiment(recipe=Choice(name=pupil), teacher=teacher.id, losses=losses))
    assert train(student)[-1].outcome == "done"
    logits = teacher.predictions().logits[:, :10].astype(float)
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert np.allclose(np.exp(student.predictions().teacher_logits), shares, atol=1e-5)


def test_that_a_loss_that_leaves_the_answers_untaught_ends_the_run_in_a_sentence(store):
    train(store.create(experiment(recipe=Choice(name="teacher"))))
    wanted = experiment(
        recipe=Choice(name="distil"), teacher="latest", losses={"similarity": Loss()}
    )
    last = train(store.create(wanted))[-1]
    assert last.kind == "failed"
    assert "(“similarity”) teaches the layer that answers" in last.sentence


def test_that_a_loss_without_any_gradient_ends_the_run_in_a_sentence(store, monkeypatch):
    monkeypatch.setattr(CE, "forward", lambda _self, lesson: lesson.student.logits.detach().sum())
    last = train(store.create(experiment()))[-1]
    assert last.kind == "failed"
    assert "(“ce”) teaches the net" in last.sentence

"""The loop: resumed runs equal uninterrupted ones, every wish is honoured within a batch, nothing half-done is left."""

import math

import pytest
import torch
from safetensors.torch import load_file

from engine.control import Control
from engine.events import to_line
from engine.experiment import Choice, Data, Experiment, Loss, Training
from engine.loop import fit
from engine.predictions import TEST, VALIDATION
from engine.state import checkpoints
from engine.store import RunStore

TINY = {"per_kind": 6, "points": 64}


def experiment(**changes):
    values = {
        "data": Data(name="shapes", validation=0.3, **TINY),
        "net": Choice(name="pointnet_student_wide", widths=(8, 16), head=(8,)),
        "training": Training(epochs=3, batch_size=8, device="cpu", threads=1, checkpoint_seconds=0),
    }
    return Experiment(**values | changes)


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def train(run, stop_at=None, wish="finish"):
    """All events; asks for something at the given batch and lets a pause be followed by a finish."""
    control, events = Control(), []
    for event in fit(run, control):
        events.append(event)
        if event.kind == "metric" and "loss" in event.values and event.step == stop_at:
            control.ask(wish)
        if event.kind == "paused":
            control.ask("resume")
    return events


def weights(run):
    folder = next(checkpoints(run))
    state = torch.load(folder / "state.pt", weights_only=True)
    moments = [value for entry in state["optimiser"]["state"].values() for value in entry.values()]
    return [*load_file(folder / "model.safetensors").values(), *moments]


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


@pytest.fixture
def whole(store):
    """An uninterrupted run: the run and its events."""
    run = store.create(experiment())
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


def test_that_a_pause_changes_nothing(store, whole):
    run, _ = whole
    other = store.create(experiment())
    events = train(other, stop_at=2, wish="pause")
    kinds = [event.kind for event in events]
    assert kinds.index("resumed") == kinds.index("paused") + 1
    assert same(weights(run), weights(other))


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
    before = weights(run)
    events = train(run)
    assert events[-1].kind == "failed"
    assert "finished already" in events[-1].sentence
    assert same(before, weights(run))


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
    assert predictions.teacher_logits.tobytes() == teacher.predictions().logits.tobytes()


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
    # A learning rate of 1 on steps of exploding size: weights overflow within a few batches.
    wild = experiment(
        losses={"ce": Loss(weight=1e38)}, optimiser={"learning_rate": 1.0, "gradient_clip": 0.0}
    )
    last = train(store.create(wild))[-1]
    if last.kind == "failed":
        assert "no number any more" in last.sentence
    else:
        assert math.isfinite(last.results["acc_closed"])


def test_that_all_losses_switched_off_is_a_sentence(store):
    events = train(store.create(experiment(losses={"ce": Loss(weight=0.0)})))
    assert "nothing to learn from" in events[-1].sentence


def test_that_the_best_on_validation_is_tested_when_asked_for(store):
    run = store.create(
        experiment(training=Training(epochs=3, batch_size=8, device="cpu", threads=1, keep="best"))
    )
    events = train(run)
    best = [event.step for event in events if event.kind == "checkpoint" and event.best][-1]
    assert events[-1].results["checkpoint"] == f"step-{best:08d}"
    assert events[-1].results["model"] == "best"

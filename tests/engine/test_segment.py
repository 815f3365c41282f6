"""Naming points of rooms as a run: what it leaves, that its figures are true, resuming, starts, and refusals."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import registry
from engine.check import check
from engine.errors import ConfigError, DataError
from engine.experiment import Choice, Data, Loss, Training
from engine.explained import explained
from engine.losses import Course, Lesson
from engine.losses.points import Points
from engine.narrate import narrate
from engine.nets import describe
from engine.nets.output import Output
from engine.registry import configure
from engine.report import write_report
from engine.scene_answers import read_scene_answers
from engine.scene_batches import Pieces
from engine.scene_split import split_scenes
from engine.scenes import Scene, Scenes
from engine.store import RunStore, summary
from engine.sweep.figures import figures
from engine.tasks import segment
from engine.tasks.segment import Segment
from tests.engine.scene_runs import (
    ENCODER,
    ROOMS,
    STILL,
    match_of,
    student_of_pictures,
    tensors,
    tiny,
)
from tests.engine.test_loop import QUICK, same, train, weights


def experiment(recipe=None, net=None, **changes):
    own = {"points": 200, "most": 400} | (recipe or {})
    form = ENCODER | {"head": (8, 8)} | (net or {})
    data = Data(name="rooms", validation=0.3, **ROOMS)
    made = Choice(name="segment", **own), data, Choice(name="scene_segmenter", **form)
    return tiny(*made, **changes)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished run and its events, with columns, colours and two passes. No test changes it."""
    home = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCD_WORKBENCH_HOME", str(home))
        own = {"cut": "column", "side": 2.5, "passes": 2, "blocks": 2}
        run = RunStore(home / "runs").create(experiment(own, {"colours": True}))
        return run, train(run)


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def iou_by_hand(said, true, classes):
    ious = {}
    for name in range(classes):
        told = true >= 0
        either = ((said == name) | (true == name)) & told
        if either.any():
            ious[name] = ((said == name) & (true == name)).sum() / either.sum()
    return ious


def test_that_it_tells_what_a_plain_count_of_its_answers_gives(whole):
    run, events = whole
    results, answers = events[-1].results, read_scene_answers(run.path)
    assert results["scenes"] == len(answers) == 2 and answers.task == "segment"
    said = np.concatenate([scene.said for scene in answers.scenes])
    true = np.concatenate([scene.truth for scene in answers.scenes])
    assert len(said) == 2000 == results["points"]
    ious = iou_by_hand(said, true, len(answers.classes))
    assert results["miou"] == pytest.approx(np.mean(list(ious.values())))
    assert results["accuracy"] == pytest.approx((said == true).mean())
    told = {answers.classes[name]: iou for name, iou in ious.items()}
    assert set(results["per_class"]) == set(told) == set(answers.figures)
    named = {name: results[name] for name in ("miou", "accuracy", "mean_recall")}
    assert answers.totals == named
    for name, iou in told.items():
        assert results["per_class"][name]["iou"] == pytest.approx(iou)
        count = (true == answers.classes.index(name)).sum()
        assert answers.figures[name]["points"] == count
    for scene in answers.scenes:
        assert scene.colours is not None
        sure = scene.sureness.astype(float)
        assert (sure > 0).all() and (sure <= 1).all()


def test_that_lists_reports_and_tables_tell_of_it(whole, tmp_path):
    run, events = whole
    short = summary(run)
    assert short.tested and not short.predicts and len(short.curve) == 2
    assert "names points of rooms, mean IoU" in explained(short.results)
    text = narrate(events[-1])
    assert "on 2 rooms" in text and f"{events[-1].results['miou']:.2%}" in text
    write_report([run], tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "floor" in page and "IoU" in page
    assert figures(run)["miou"] == events[-1].results["miou"]
    assert figures(run)["epochs"] == 2


def test_that_a_resumed_run_is_the_same(whole, store):
    run, events = whole
    other = store.create(run.experiment)
    assert train(other, stop_at=3)[-1].outcome == "finished early"
    last = train(other)[-1]
    assert last.outcome == "done" and last.results == events[-1].results
    assert same(weights(run), weights(other))
    one, two = (read_scene_answers(each.path) for each in (run, other))
    for mine, theirs in zip(one.scenes, two.scenes, strict=True):
        assert np.array_equal(mine.said, theirs.said)


def test_that_a_pause_in_the_middle_of_the_test_changes_nothing(whole, store):
    run, events = whole
    other = store.create(run.experiment)
    after = train(other, stop_at="Testing", wish="pause")
    assert {"paused", "resumed"} <= {event.kind for event in after}
    assert after[-1].results == events[-1].results


def test_that_it_starts_from_a_student_of_pictures_and_from_its_own_kind(store, monkeypatch):
    first = student_of_pictures(store, monkeypatch)
    run = store.create(experiment({"start": first.id}, optimiser=STILL))
    events = train(run)
    assert events[-1].outcome == "done"
    notes = [event.text for event in events if event.kind == "note"]
    assert "Its encoder sees rooms scaled to radius 1 (recipe.unit)." in notes
    assert match_of(run)["share"] == 1
    was, now = tensors(first), tensors(run)
    shared = [name for name in now if name in was and name.startswith("encoder.blocks")]
    assert shared and all(torch.allclose(was[n], now[n], atol=1e-6) for n in shared)
    again = store.create(experiment({"start": run.id}, optimiser=STILL))
    assert train(again)[-1].outcome == "done"
    assert "logits.weight" in match_of(again)["loaded"]
    assert torch.allclose(tensors(again)["logits.weight"], now["logits.weight"], atol=1e-6)
    other = store.create(experiment({"start": run.id, "unit": "metres"}))
    assert (
        "saw rooms scaled to radius 1, and this one would see them in metres"
        in train(other)[-1].sentence
    )


@pytest.mark.parametrize(
    ("own", "scaled"),
    [
        ({}, False),
        ({"start": "some run"}, True),
        ({"start": "some run", "unit": "metres"}, False),
        ({"unit": "radius"}, True),
        ({"unit": True}, True),  # as files said it once
        ({"start": "some run", "unit": False}, False),
    ],
)
def test_that_rooms_are_scaled_where_something_was_learnt_before_unless_said_otherwise(own, scaled):
    assert registry.get("recipe", "segment").scaled(experiment(own)) is scaled


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"losses.ce.weight": 1.0}, ".ce. needs labels of clouds.*Choose .*.points."),
        ({"losses.box_kind.weight": 1.0}, "needs true boxes"),
        ({"net": {"name": "part_segmenter"}}, "is for something else.*scene_segmenter"),
        ({"net": {"name": "detector"}}, "no net that names points called “detector”"),
        ({"net.patches": 300}, "200 points cannot be looked at in 300 patches"),
        ({"data": {"name": "shapes"}}, "no data set of rooms called “shapes”"),
        ({"data": {"name": "sunrgbd", "path": "x"}}, "does not tell what its points belong to"),
        ({"data.shots": 3}, "data.shots is for recipes that name clouds"),
        ({"augment.variants": 2}, "augment.variants is for"),
        ({"augment.turn": "any"}, "“none” or “upright”"),
        ({"training.votes": 2}, "training.votes is for"),
    ],
)
def test_that_what_cannot_be_is_refused_before_anything_is_made(changes, words):
    with pytest.raises(ConfigError, match=words):
        check(experiment().with_values(**changes))


@pytest.mark.parametrize("cut", ["column", "room"])
def test_that_a_check_looks_at_blocks_as_dense_as_those_learnt_from(store, monkeypatch, cut):
    asked, checked, voted, tested = [], [], segment._vote, Segment.test

    def test(self, run, recipe, gate):
        checked.extend(asked)
        return tested(self, run, recipe, gate)

    def vote(recipe, room, blocks, votes):
        asked.extend(len(set(block.members.tolist())) for block in blocks)
        voted(recipe, room, blocks, votes)

    monkeypatch.setattr(segment, "_vote", vote)
    monkeypatch.setattr(segment, "_COLUMNS", 3)
    monkeypatch.setattr(Segment, "test", test)
    own = {"cut": cut, "side": 1.0, "margin": 0.6, "points": 64, "most": 2000}
    train(store.create(experiment(own, training=Training(epochs=1, **QUICK))))
    # Two rooms held back: three columns of each, or two blocks.
    assert len(checked) == {"column": 6, "room": 4}[cut] and min(checked) > 50


def test_that_its_size_is_told_before_the_data_are_open():
    told = describe(experiment())
    assert told["classes"] == 21 and told["parameters"] > 0


# ---- rooms that will not do


def scene(name, points=50, boxes=1, label=0, train=True, colours=None):
    rng = np.random.default_rng(len(name))
    return Scene(
        name=name,
        points=rng.normal(size=(points, 3)).astype(np.float32),
        colours=colours,
        semantic=np.full(points, label, np.int16),
        instance=np.zeros(points, np.int32),
        boxes=np.ones((boxes, 7), np.float32),
        labels=np.zeros(boxes, np.int16),
        train=train,
    )


def scenes(*some):
    return Scenes(tuple(some), ("floor", "bed"), ("bed",), "Some rooms")


def test_that_rooms_without_points_or_labels_are_told_and_left_out():
    bare, empty = scene("bare", label=-1), scene("empty", points=0)
    good = [scene(f"room {number}") for number in range(3)]
    task = Segment(experiment(), scenes(bare, empty, *good, scene("last", train=False)))
    assert [task.scenes.scenes[row].name for row in task.tests] == ["last"]
    assert set(task.train) | set(task.validation) == {2, 3, 4}
    assert any("no labels and teach nothing: bare" in note for note in task.notes)
    assert any("no points and teach nothing: empty" in note for note in task.notes)
    with pytest.raises(DataError, match="0 rooms with labels to learn from"):
        Segment(experiment(), scenes(bare, bare, scene("last", train=False)))
    with pytest.raises(DataError, match="does not tell what its points belong to"):
        Segment(experiment(), scenes(bare, bare))


def test_that_scans_of_one_room_stay_together_and_rooms_are_borrowed_for_a_test():
    some = [scene(f"scene000{room}_0{scan}") for room in range(4) for scan in range(3)]
    parts = split_scenes(scenes(*some), experiment(), lambda scene: "", True)
    rooms = [{some[row].name[:9] for row in rows} for rows in (parts.train, parts.validation)]
    assert rooms[0] and rooms[1] and not rooms[0] & rooms[1]
    assert np.array_equal(parts.test, parts.validation)
    assert "tested on" in parts.notes[0]
    alone = [scene(f"scene0000_0{scan}") for scan in range(3)]
    parts = split_scenes(scenes(*alone), experiment(), lambda scene: "", True)
    assert len(parts.train) == 2 and "of one room" in parts.notes[0]


def test_that_one_room_is_enough_where_another_is_tested():
    one, other = scene("one"), scene("other", train=False)
    parts = split_scenes(scenes(one, other), experiment(), lambda scene: "", True)
    assert [*parts.train, *parts.validation, *parts.test] == [0, 0, 1]
    assert "checked on, too" in parts.notes[0]
    with pytest.raises(DataError, match="1 room to learn from; it takes two at least"):
        split_scenes(scenes(one), experiment(), lambda scene: "", True)


def test_that_colours_that_are_not_there_are_a_sentence(store, monkeypatch):
    task = Segment(experiment(), scenes(*[scene(f"room {number}") for number in range(4)]))

    class Coloured:
        net = type("Net", (), {"colours": True})()

    with pytest.raises(ConfigError, match="looks at colours"):
        next(task.batches(Coloured(), torch.device("cpu"), None))


def test_that_a_batch_does_not_depend_on_those_before_and_counts_what_is_told(whole):
    run, _ = whole
    some = [scene(f"room {number}", label=number - 1) for number in range(3)]
    settings = settings_of(run)
    one, two = (
        Pieces(some, settings, False, (run.experiment, torch.device("cpu"))) for _ in range(2)
    )
    for step in range(4):
        one.at(step)
    first, second = one.at(5), two.at(5)
    assert torch.equal(first.points, second.points) and torch.equal(first.labels, second.labels)
    assert first.known == int((first.labels >= 0).sum())


def settings_of(run):
    return configure("recipe", "segment", run.experiment.recipe.settings)


# ---- the loss of points


def test_that_rare_classes_count_as_much_as_they_are_told_to():
    logits, labels = torch.randn(6, 3, dtype=torch.float64), torch.tensor([0, 1, 2, 0, -1, 1])
    balance = torch.tensor([1.0, 2.0, 5.0])
    lesson = Lesson(Output(logits.float(), logits), labels, labels, balance=balance)
    course = Course(0, 0, labels)
    told = labels >= 0
    each = -logits.log_softmax(1)[told].gather(1, labels[told][:, None])[:, 0]
    weight = balance[labels[told]].double()
    by_hand = (each * weight).sum() / weight.sum()
    assert Points(Points.Settings(), course)(lesson).item() == pytest.approx(
        by_hand.item(), rel=1e-5
    )
    plain = Points(Points.Settings(balanced=False), course)(lesson)
    assert plain.item() == pytest.approx(each.mean().item(), rel=1e-5)
    nothing = replace(lesson, labels=torch.full((6,), -1))
    assert Points(Points.Settings(), course)(nothing).item() == 0


def test_that_a_weight_and_a_warm_up_count(store):
    losses = {"points": Loss(weight=2.0, warmup_epochs=100)}
    events = train(store.create(experiment(losses=losses)))
    first = next(e.values for e in events if "loss" in getattr(e, "values", {}))
    assert first["loss"] == 0 and first["loss/points"] > 0

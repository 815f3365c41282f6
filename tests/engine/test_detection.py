"""Finding things in rooms as a run: what it leaves, that its figures are true, resuming, starts, and refusals."""

import argparse
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import registry
from engine.check import check
from engine.control import Control
from engine.errors import ConfigError, DataError
from engine.events import Prepared
from engine.experiment import Augment, Choice, Data, Loss
from engine.explained import explained
from engine.loop import fit
from engine.metrics.box_choice import Answers, choose
from engine.narrate import narrate
from engine.nets import describe
from engine.nets.detr3d.published import published_settings
from engine.pretrained.reading import read_tensors
from engine.recipes.detect import take_detector
from engine.report import write_report
from engine.scene_answers import NAME, read_scene_answers
from engine.scene_batches import Rooms
from engine.store import RunStore, summary
from engine.sweep.figures import figures
from engine.tasks import detect, of_scenes
from tests.engine.detr_files import published
from tests.engine.scene_runs import (
    ENCODER,
    ROOMS,
    STILL,
    match_of,
    student_of_pictures,
    tensors,
    tiny,
)
from tests.engine.test_loop import same, train, weights
from tests.engine.test_segment import scene, scenes

DECODER = {
    "queries": 8,
    "decoder_width": 16,
    "decoder_depth": 2,
    "decoder_heads": 2,
    "decoder_feedforward": 16,
}
SMALL = {"width": 16, "depth": 1, "heads": 2, "patches": 24, "patch_size": 8, "radius": 0.5}


def experiment(recipe=None, net=None, name="detector", **changes):
    own = {"points": 300, "crop": 0.7} | (recipe or {})
    form = DECODER | (ENCODER if name == "detector_backbone" else SMALL) | (net or {})
    data = Data(name="rooms", validation=0.3, **ROOMS)
    return tiny(Choice(name="detect", **own), data, Choice(name=name, **form), **changes)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished run and its events, with headings. No test changes it."""
    home = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCD_WORKBENCH_HOME", str(home))
        run = RunStore(home / "runs").create(experiment(net={"heading_bins": 4}))
        return run, train(run)


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def plain_precision(detected, true, level):
    """AP of one class of boxes along the axes, each (scene, box, score) and (scene, box), by loops."""
    taken, hits = set(), []
    for place, box, _ in sorted(detected, key=lambda row: -row[2]):
        best, which = -1.0, None
        for number, (where, other) in enumerate(true):
            if where != place:
                continue
            low = np.maximum(box[:3] - box[3:6] / 2, other[:3] - other[3:6] / 2)
            high = np.minimum(box[:3] + box[3:6] / 2, other[:3] + other[3:6] / 2)
            shared = np.prod(np.maximum(high - low, 0))
            iou = shared / (np.prod(box[3:6]) + np.prod(other[3:6]) - shared)
            if iou > best:
                best, which = iou, number
        hits.append(best > level and which not in taken)
        taken |= {which} if hits[-1] else set()
    hits = np.cumsum(hits)
    recall, precision = hits / len(true), hits / (1 + np.arange(len(hits)))
    before = np.concatenate([[0], recall[:-1]])
    return sum((recall[i] - before[i]) * precision[i:].max() for i in range(len(hits)))


def test_that_it_tells_what_a_plain_count_of_its_answers_gives(store, monkeypatch):
    seen = {}

    def look(self, recipe, rooms, gate, name):
        """Answers near the truth, some far from it."""
        yield from ()
        for room in rooms:
            rng = np.random.default_rng(len(room.boxes))
            boxes = np.repeat(np.asarray(detect.true_boxes(room, recipe.net).boxes), 2, axis=0)
            boxes[:, :3] += rng.normal(0, 0.15, (len(boxes), 3))
            chances = rng.uniform(0, 0.01, (len(boxes), len(self.known)))
            chances[np.arange(len(boxes)), np.repeat(room.labels, 2)] = rng.uniform(
                0.3, 0.8, len(boxes)
            )
            seen[room.name] = (room, Answers(boxes, chances))
        return [seen[room.name][1] for room in rooms]

    monkeypatch.setattr(detect.Detect, "look", look)
    run = store.create(experiment())
    results = train(run)[-1].results
    answers = read_scene_answers(run.path)
    assert results["scenes"] == len(answers) == 2 and answers.task == "detect"
    rooms = [seen[one.name] for one in answers.scenes]
    chosen = [choose(said, seen_of(run, room)) for room, said in rooms]
    for level, name in ((0.25, "25"), (0.5, "50")):
        told = {}
        for label, thing in enumerate(answers.things):
            true = [
                (place, box)
                for place, one in enumerate(answers.scenes)
                for box in one.boxes[one.labels == label].astype(float)
            ]
            detected = [
                (place, box, score)
                for place, own in enumerate(chosen)
                for box, own_label, score in zip(own.boxes, own.labels, own.scores, strict=True)
                if own_label == label
            ]
            if true:
                told[thing] = plain_precision(detected, true, level)
                assert results["per_class"][thing]["truths"] == len(true)
                assert results["per_class"][thing][f"ap{name}"] == pytest.approx(
                    told[thing], abs=1e-6
                )
        assert results[f"map{name}"] == pytest.approx(np.mean(list(told.values())), abs=1e-6)
        assert 0 < results[f"map{name}_official"] <= results[f"map{name}"]
    assert answers.figures == results["per_class"]
    for one in answers.scenes:
        assert len(one.said_boxes) and (np.diff(one.scores) <= 0).all()


def seen_of(run, room, count=300):
    """The points the net is shown of a room."""
    task = object.__new__(detect.Detect)
    task.experiment = run.experiment
    return room.points[task._drawn(room, count)]


def test_that_boxes_are_judged_by_the_points_the_net_saw(store, monkeypatch):
    asked = []

    def chosen(answers, points):
        asked.append(len(points))
        return answers

    monkeypatch.setattr(detect, "chosen", chosen)
    train(store.create(experiment()))
    assert asked and set(asked) == {300}  # of rooms of 1,000


def test_that_the_score_to_begin_with_is_chosen_on_rooms_held_back(store, monkeypatch):
    chosen_on = []

    def cut(detections, truths):
        chosen_on.append(sum(map(len, truths)))
        return 0.37 if len(chosen_on) == 1 else None

    monkeypatch.setattr(detect, "balanced_cut", cut)
    run = store.create(experiment())
    train(run)
    answers = read_scene_answers(run.path)
    # Eight rooms, two for the test, two of the others held back.
    assert answers.cut == 0.37 and answers.cut_from.startswith("2 rooms held back from learning")
    tested = sum(len(one.boxes) for one in answers.scenes)
    assert len(chosen_on) == 1 and chosen_on[0] != tested
    again = store.create(experiment())
    train(again)
    answers = read_scene_answers(again.path)
    assert answers.cut is None and answers.cut_from == ""


def test_that_no_score_is_chosen_on_the_rooms_that_are_tested():
    rooms = [scene(f"room {number}") for number in range(4)]
    task = detect.Detect(experiment(), scenes(*rooms))
    assert np.array_equal(task.tests, task.validation)
    cut = task._cut(None, None)
    with pytest.raises(StopIteration) as ended:
        next(cut)
    assert ended.value.value == (None, "")


def test_that_boxes_along_the_axes_are_said_where_they_are_what_is_measured_by(
    whole, store, tmp_path
):
    plain = store.create(experiment())
    events = train(plain)
    askew, answers = events[-1].results["along_axes"], read_scene_answers(plain.path)
    assert 0 < askew == answers.along_axes <= events[-1].results["truths"]
    assert all((one.boxes[:, 6] == 0).all() for one in answers.scenes)
    notes = [event.text for event in events if event.kind == "note"]
    assert any(f"{askew} true boxes stand askew" in text for text in notes)
    write_report([plain], tmp_path / "plain.html")
    said = "Measured against boxes along the axes"
    assert said in (tmp_path / "plain.html").read_text(encoding="utf-8")
    run, events = whole  # a net of four directions
    assert events[-1].results["along_axes"] == read_scene_answers(run.path).along_axes == 0
    write_report([run], tmp_path / "turned.html")
    assert said not in (tmp_path / "turned.html").read_text(encoding="utf-8")


def test_that_lists_reports_and_tables_tell_of_it(whole, tmp_path):
    run, events = whole
    short = summary(run)
    assert short.tested and not short.predicts and len(short.curve) == 2
    assert "finds things in rooms, mAP" in explained(short.results)
    text = narrate(events[-1])
    assert "on 2 rooms" in text and "mAP25" in text and "published code" in text
    started = next(event for event in events if event.kind == "started")
    assert "rooms of 17 kinds" in narrate(started)
    write_report([run], tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "AP25" in page and "How well things are found" in page
    assert {"map25", "map50"} <= set(figures(run))


def test_that_every_term_is_told_and_pulls(whole):
    _, events = whole
    terms = set(registry.get("recipe", "detect").extra["losses"])
    started = next(event for event in events if event.kind == "started")
    first = next(e.values for e in events if "loss" in getattr(e, "values", {}))
    assert terms == set(started.terms)
    assert {f"loss/{name}" for name in terms} | {f"gradient/{name}" for name in terms} <= set(first)
    usual = registry.get("recipe", "detect").extra["losses"]
    total = sum(weight * first[f"loss/{name}"] for name, weight in usual.items())
    assert first["loss"] == pytest.approx(total, rel=1e-5)


def test_that_a_weight_of_a_term_and_its_warm_up_count(store):
    losses = {"box_kind": Loss(weight=2.0), "box_size": Loss(weight=3.0, warmup_epochs=1000)}
    events = train(store.create(experiment(losses=losses)))
    first = next(e.values for e in events if "loss" in getattr(e, "values", {}))
    assert first["loss"] == pytest.approx(2 * first["loss/box_kind"])
    assert "loss/box_centre" not in first


def test_that_a_resumed_run_is_the_same(whole, store):
    run, events = whole
    other = store.create(run.experiment)
    assert train(other, stop_at=1)[-1].outcome == "finished early"
    last = train(other)[-1]
    assert last.outcome == "done" and last.results == events[-1].results
    assert same(weights(run), weights(other))
    one, two = (read_scene_answers(each.path) for each in (run, other))
    for mine, theirs in zip(one.scenes, two.scenes, strict=True):
        assert np.array_equal(mine.said_boxes, theirs.said_boxes)


def test_that_a_run_that_has_lost_its_scenes_is_tested_again(store):
    run = store.create(experiment())
    before = train(run)[-1].results
    (run.path / NAME).unlink()
    assert train(run)[-1].results == before and len(read_scene_answers(run.path))


@pytest.mark.parametrize("moment", ["Furnishing rooms", "Testing", "Testing: choosing boxes"])
def test_that_discarding_is_honoured_within_long_phases(store, moment):
    run = store.create(experiment())
    assert train(run, stop_at=moment, wish="discard")[-1].outcome == "discarded"
    assert not run.path.exists()


def test_that_finishing_while_rooms_are_made_ends_at_once(store):
    run = store.create(experiment())
    events = train(run, stop_at="Furnishing rooms")
    assert events[-1].outcome == "finished early" and not events[-1].results
    assert sum(getattr(event, "name", "") == "Furnishing rooms" for event in events) == 1


def test_that_it_starts_from_a_student_of_pictures_and_from_its_own_kind(store, monkeypatch):
    first = student_of_pictures(store, monkeypatch)
    made = experiment({"start": first.id}, name="detector_backbone", optimiser=STILL)
    run = store.create(made)
    assert train(run)[-1].outcome == "done"
    assert match_of(run)["share"] == 1
    was, now = tensors(first), tensors(run)
    shared = [name for name in now if name in was and name.startswith("encoder.blocks")]
    assert shared and all(torch.allclose(was[n], now[n], atol=1e-6) for n in shared)
    plain = store.create(experiment(optimiser=STILL))
    train(plain)
    again = store.create(experiment({"start": plain.id}, optimiser=STILL))
    assert train(again)[-1].outcome == "done"
    assert "heads.kind.0.weight" in match_of(again)["loaded"]
    recipe = registry.get("recipe", "detect")
    assert recipe.scaled(made) and recipe.build(made, 3).scaled
    assert not recipe.scaled(again.experiment)  # 3DETR's own encoder knows metres
    with pytest.raises(ConfigError, match="in metres only"):
        recipe.check(experiment({"unit": "radius"}))
    other = store.create(experiment({"start": first.id}))
    assert "encoder’s tensors fit" in train(other)[-1].sentence


def test_that_a_run_that_may_know_the_test_is_no_start(store):
    first = store.create(experiment(optimiser=STILL))
    assert train(first)[-1].outcome == "done"
    more = experiment({"start": first.id}).with_values(**{"data.rooms": 10})
    refused = train(store.create(more))[-1]
    assert f"The run {first.id} learnt from other data: its data.rooms is 8, not 10" in (
        refused.sentence
    )
    assert "It may know clouds this run is tested on" in refused.sentence
    finer = experiment({"start": first.id}, optimiser=STILL).with_values(**{"data.points": 1200})
    assert train(store.create(finer))[-1].outcome == "done"  # the same rooms


def test_that_a_published_detector_is_taken_as_a_whole(tmp_path):
    torch.manual_seed(0)
    content = {"model": published(classes=4), "args": argparse.Namespace(nqueries=256)}
    torch.save(content, tmp_path / "3detr.pth")
    net, settings = registry.get("detector", "detector"), {
        "width": 8, "feedforward": 6, "preencoder": (5, 7), "depth": 3, "decoder_width": 12,
        "decoder_depth": 2, "decoder_feedforward": 10, "decoder_heads": 2, "heads": 2,
    }  # fmt: skip
    fit = detect_sizes(tmp_path / "3detr.pth")
    built = net(registry.configure("detector", "detector", settings | fit), 4)
    assert take_detector(built, tmp_path / "3detr.pth").whose == "3DETR"
    small = net(registry.configure("detector", "detector", SMALL), 4)
    with pytest.raises(ConfigError, match="3DETR of another size"):
        take_detector(small, tmp_path / "3detr.pth")


def detect_sizes(path):
    fit = published_settings(read_tensors(path))
    return {key: value for key, value in fit.items() if key != "classes"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"losses.points.weight": 1.0},
            ".points. needs labels of points.*Choose .*.box_overlap.",
        ),
        ({"net": {"name": "scene_segmenter"}}, "no detector called “scene_segmenter”"),
        ({"data": {"name": "shape_parts"}}, "no data set of rooms called “shape_parts”"),
        ({"data.known": ["bed"]}, "data.known is for recipes that name clouds"),
        ({"net": {"name": "detector_backbone", "patches": 301}}, "300 points cannot be looked at"),
    ],
)
def test_that_what_cannot_be_is_refused_before_anything_is_made(changes, words):
    with pytest.raises(ConfigError, match=words):
        check(experiment().with_values(**changes))


def test_that_its_size_is_told_before_the_data_are_open():
    told = describe(experiment())
    assert told["classes"] == 17 and told["parameters"] > 0 and told["macs"] == 0


def test_that_rooms_without_boxes_teach_nothing_but_are_tested():
    rooms = [scene(f"room {number}") for number in range(4)]
    bare = [scene("bare", boxes=0), scene("bare test", boxes=0, train=False)]
    task = detect.Detect(experiment(), scenes(*rooms, *bare, scene("last", train=False)))
    tested = [task.scenes.scenes[row].name for row in task.tests]
    assert tested == ["bare test", "last"] and 4 not in {*task.train, *task.validation}
    assert any("no boxes and teach nothing: bare" in note for note in task.notes)
    with pytest.raises(DataError, match="0 rooms with boxes to learn from"):
        detect.Detect(experiment(), scenes(*bare))
    with pytest.raises(DataError, match="tells no boxes"):
        detect.Detect(experiment(), replace(scenes(*rooms), things=()))


def test_that_rooms_that_nobody_annotated_are_not_tested_and_told():
    rooms = [scene(f"room {number}") for number in range(4)]
    unknown = replace(scene("unknown", boxes=0, label=-1, train=False), annotated=False)
    empty = scene("empty", boxes=0, train=False)
    task = detect.Detect(experiment(), scenes(*rooms, unknown, empty, scene("last", train=False)))
    assert [task.scenes.scenes[row].name for row in task.tests] == ["empty", "last"]
    assert any("One room for the test was annotated by nobody" in note for note in task.notes)


def test_that_a_batch_does_not_depend_on_those_before_and_rooms_may_lose_all_boxes():
    made = experiment().model_copy(update={"augment": Augment(dropout=0.5, scale=1.2, jitter=0.01)})
    settings = registry.configure("recipe", "detect", made.recipe.settings)
    some = [scene(f"room {number}", boxes=number) for number in range(3)]
    one, two = (Rooms(some, settings, (made, torch.device("cpu"))) for _ in range(2))
    for step in range(4):
        one.at(step)
    first, second = one.at(5), two.at(5)
    assert first.points.shape == (2, 300, 3) and torch.equal(first.points, second.points)
    for mine, theirs in zip(first.truths, second.truths, strict=True):
        assert torch.equal(mine.boxes, theirs.boxes)


def test_that_problems_of_the_data_are_notes(store, monkeypatch):
    made = of_scenes.prepare_scenes

    def prepare(choice, control):
        steps = made(choice, control)
        while True:
            try:
                event = next(steps)
            except StopIteration as ended:
                return ended.value
            odd = {"problems": ["One room is odd."]} if isinstance(event, Prepared) else {}
            yield event.model_copy(update=odd)

    monkeypatch.setattr(of_scenes, "prepare_scenes", prepare)
    control, told = Control(), []
    for event in fit(store.create(experiment()), control):
        told.append(getattr(event, "text", ""))
        if event.kind == "started":
            control.ask("finish")
    assert "One room is odd." in told

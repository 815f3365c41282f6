"""Naming parts of shapes as a run: what it leaves, that its figures are true, resuming, starts, and refusals."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import registry
from engine.check import check
from engine.control import Control
from engine.datasets.parts import prepare_parts, read_parts
from engine.errors import ConfigError, DataError
from engine.experiment import Choice, Data
from engine.explained import explained
from engine.jobs import Job, perform
from engine.narrate import narrate
from engine.nets import describe
from engine.report import write_report
from engine.scene_answers import read_scene_answers
from engine.scene_batches import Shapes
from engine.store import RunStore, summary
from engine.sweep.figures import figures
from engine.tasks.parts import Parts
from tests.engine.published_parts import published_parts, wrapped
from tests.engine.scene_runs import (
    ENCODER,
    STILL,
    match_of,
    student_of_pictures,
    tensors,
    tiny,
)
from tests.engine.test_loop import same, train, weights

SHAPES = {"kinds": ("chair", "lamp", "table"), "per_kind": 4, "points": 128}


def experiment(recipe=None, net=None, **changes):
    form = ENCODER | {"category": 4, "spread": (8, 8), "head": (8, 8)} | (net or {})
    data = Data(name="shape_parts", validation=0.3, **SHAPES)
    made = Choice(name="parts", **(recipe or {})), data, Choice(name="part_segmenter", **form)
    return tiny(*made, **changes)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished run, its events and its shapes. No test changes it."""
    home = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCD_WORKBENCH_HOME", str(home))
        run = RunStore(home / "runs").create(experiment())
        events = train(run)
        *_, prepared = prepare_parts(run.experiment.data, Control())
        return run, events, read_parts(prepared.path)


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def test_that_it_tells_what_a_plain_count_of_its_answers_gives(whole):
    run, events, parted = whole
    results, answers = events[-1].results, read_scene_answers(run.path)
    assert results["scenes"] == len(answers) == 3 and answers.task == "parts"
    ious = {}
    for shape in answers.scenes:
        kind = shape.name.split("_")[0]
        own = parted.parts_of[parted.categories.index(kind)]
        assert set(shape.said) <= set(own)  # never a part of another kind
        each = []
        for part in own:
            either = ((shape.said == part) | (shape.truth == part)).sum()
            both = ((shape.said == part) & (shape.truth == part)).sum()
            each.append(both / either if either else 1.0)
        ious.setdefault(kind, []).append(np.mean(each))
    every = [iou for kind in ious.values() for iou in kind]
    assert results["instance_miou"] == pytest.approx(np.mean(every))
    means = {kind: np.mean(each) for kind, each in ious.items()}
    assert results["category_miou"] == pytest.approx(np.mean(list(means.values())))
    for kind, mean in means.items():
        assert results["per_class"][kind] == {"iou": pytest.approx(mean), "shapes": len(ious[kind])}
    said, true = (
        np.concatenate([getattr(shape, name) for shape in answers.scenes])
        for name in ("said", "truth")
    )
    assert results["accuracy"] == pytest.approx((said == true).mean())
    assert answers.totals == {
        name: results[name] for name in ("instance_miou", "category_miou", "accuracy")
    }
    for name, told in answers.figures.items():
        if name in means:
            assert told == results["per_class"][name]
            continue
        part = answers.classes.index(name)
        both, either = (true == part) & (said == part), (true == part) | (said == part)
        assert told["iou"] == pytest.approx(both.sum() / either.sum())
        assert told["points"] == (true == part).sum()
    assert set(means) < set(answers.figures)
    assert set(answers.classes) == set(parted.part_names)


def test_that_lists_reports_and_tables_tell_of_it(whole, tmp_path):
    run, events, _ = whole
    short = summary(run)
    assert short.tested and not short.predicts and len(short.curve) == 2
    assert "names parts of shapes, mean IoU" in explained(short.results)
    assert "on 3 shapes" in narrate(events[-1])
    write_report([run], tmp_path / "report.html")
    assert "lamp" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert {"instance_miou", "category_miou", "accuracy"} <= set(figures(run))


def test_that_a_resumed_run_is_the_same(whole, store):
    run, events, _ = whole
    other = store.create(run.experiment)
    assert train(other, stop_at=2)[-1].outcome == "finished early"
    last = train(other)[-1]
    assert last.outcome == "done" and last.results == events[-1].results
    assert same(weights(run), weights(other))


def test_that_it_starts_from_a_student_of_pictures_and_from_its_own_kind(store, monkeypatch):
    first = student_of_pictures(store, monkeypatch)
    run = store.create(experiment({"start": first.id}, optimiser=STILL))
    assert train(run)[-1].outcome == "done"
    assert match_of(run)["share"] == 1
    was, now = tensors(first), tensors(run)
    shared = [name for name in now if name in was and name.startswith("encoder.blocks")]
    assert shared and all(torch.allclose(was[n], now[n], atol=1e-6) for n in shared)
    again = store.create(experiment({"start": run.id}, optimiser=STILL))
    assert train(again)[-1].outcome == "done"
    assert "logits.weight" in match_of(again)["loaded"]


def test_that_a_published_part_segmenter_is_taken_as_a_whole(store, tmp_path):
    made = experiment()
    settings = registry.configure("segmenter", made.net.name, made.net.settings)
    torch.manual_seed(0)
    file = tmp_path / "best.pth"
    torch.save(wrapped(published_parts(11, 3, settings)), file)
    assert describe(made)["classes"] == 10
    run = store.create(experiment({"start": str(file)}, optimiser=STILL))
    train(run)
    assert "logits.weight" not in match_of(run)["loaded"]  # eleven parts there, ten here
    torch.save(wrapped(published_parts(10, 3, settings)), file)
    run = store.create(experiment({"start": str(file)}, optimiser=STILL))
    train(run)
    assert "logits.weight" in match_of(run)["loaded"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"losses.box_size.weight": 1.0}, "needs true boxes"),
        ({"net": {"name": "scene_segmenter_small"}}, "is for something else.*part_segmenter"),
        ({"net.patches": 200}, "128 points cannot be looked at in 200 patches.*data.points"),
        ({"data": {"name": "rooms"}}, "no data set of shapes with parts called “rooms”"),
    ],
)
def test_that_what_cannot_be_is_refused_before_anything_is_made(changes, words):
    with pytest.raises(ConfigError, match=words):
        check(experiment().with_values(**changes))


def test_that_shapes_without_parts_are_told_and_every_kind_is_checked(whole):
    run, _, parted = whole
    parts = parted.parts.copy()
    parts[0] = -1
    task = Parts(run.experiment, replace(parted, parts=parts))
    assert 0 not in task.train and 0 not in task.validation
    assert any("1 shape without parts" in note for note in task.notes)
    assert set(parted.category[task.validation]) == {0, 1, 2}
    with pytest.raises(DataError, match="0 shapes with parts"):
        Parts(run.experiment, replace(parted, parts=np.full_like(parts, -1)))
    alone = Parts(run.experiment, replace(parted, train=np.ones(len(parted), bool)))
    assert np.array_equal(alone.tests, alone.validation) and "tested on" in alone.notes[-1]


def test_that_a_batch_does_not_depend_on_those_before_and_shapes_keep_their_form(whole):
    run, _, parted = whole
    rows, where = np.arange(6), (run.experiment, torch.device("cpu"))
    one, two = (Shapes(parted, rows, where) for _ in range(2))
    for step in range(4):
        one.at(step)
    first, second = one.at(5), two.at(5)
    assert torch.equal(first.points, second.points)
    assert first.known == first.labels.numel()
    for (
        points
    ) in first.points.numpy():  # one scale for all axes: the ratio of extents is that of a shape
        ratio = np.ptp(points, axis=0) / np.ptp(points, axis=0).max()
        theirs = np.ptp(parted.points[:6], axis=1)
        theirs = theirs / theirs.max(axis=1, keepdims=True)
        assert np.abs(theirs - ratio).max(axis=1).min() < 1e-5


def test_that_before_a_run_it_is_told_which_files_are_missing():
    asked = Job(do="examine", experiment=experiment(), if_prepared=True)
    *_, answer = perform(asked, Control())
    assert answer.value == {"checks": None}  # nothing is prepared only to be looked at
    *_, answer = perform(asked.model_copy(update={"if_prepared": False}), Control())
    (check,) = answer.value["checks"]
    assert (check["name"], check["state"]) == ("Files read", "fine")

"""A class as a run: what it leaves, that its figures are those of its file, resuming, teachers, refusals, preflight."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import classroom_exam, registry
from engine.attacks import attack
from engine.classroom_answers import read_classroom_answers
from engine.classroom_exam import EPSILONS
from engine.control import Control
from engine.errors import ConfigError, DataError
from engine.events import Answer, Metric, Note, Prepared
from engine.experiment import Choice, Data
from engine.jobs import Job, perform
from engine.laser_teacher import LaserTeacher
from engine.metrics.pictures import picture_figures
from engine.metrics.seen import Seen
from engine.nets.spvcnn import Spvcnn, SpvcnnSettings
from engine.store import RunStore
from engine.tasks import classroom as task
from engine.tasks.classroom import Classroom
from tests.engine.scene_runs import STILL, tiny
from tests.engine.test_loop import same, train, weights
from tests.engine.toy_streets import CLASSES, THINGS, toy_drive

NET = {
    "width": 8,
    "wide": 8,
    "hidden": 8,
    "features": 8,
    "pyramid": [8, 8, 8, 8],
    "levels": 8,
    "head": 16,
}
SHOT = {"laser": "built_in", "dims": 4, "outline_kinds": 2}


class ToyStreets:
    """As a reader of drives is registered."""

    title, about = "Toy street", "For tests."
    counts = classmethod(lambda cls, settings: (len(CLASSES), len(THINGS)))

    class Settings(registry.Settings):
        """None."""


def untrained(*_):
    """A laser teacher that has learnt nothing, the same each time."""
    torch.manual_seed(0)
    net = Spvcnn(SpvcnnSettings(width=0.125), len(CLASSES)).eval().requires_grad_(False)
    return LaserTeacher(net, "toy-teacher", CLASSES, "A toy teacher.")
    yield


def street():
    """A toy street whose first car is outlined in every picture."""
    outlined = []
    drive = toy_drive(10, 4)
    for frame in drive.frames:
        owners = np.full(frame.image.shape[:2], -1, np.int16)
        owners[1:9, 1:9] = 0
        boxes = np.array([[1, 1, 9, 9], [12, 4, 18, 22], [30, 8, 50, 20], [55, 2, 61, 9]])
        outlined.append(replace(frame, owners=owners, boxes=boxes.astype(np.float32)))
    return replace(drive, frames=tuple(outlined))


def told_of(drive):
    yield Prepared(path="toys.h5", problems=[])
    return drive


def use_toys(patch, drive=None):
    """Every drive is a toy street from now on, and every laser teacher untrained."""
    registry.names("drives")
    patch.setitem(registry._entries["drives"], "toys", ToyStreets)
    patch.setattr(task, "prepare_drive", lambda choice, control: told_of(drive or street()))
    patch.setattr(task, "prepare_laser_teacher", untrained)


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    use_toys(monkeypatch)


def experiment(recipe=None, net=None, **changes):
    made = Choice(name="classroom", **(SHOT | (recipe or {}))), Data(name="toys", validation=0.3)
    return tiny(*made, Choice(name="classroom_small", **(NET | (net or {}))), **changes)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished run and its events. No test changes it."""
    home = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCD_WORKBENCH_HOME", str(home))
        use_toys(patch)
        run = RunStore(home / "runs").create(experiment({"exam": "whole"}))
        return run, train(run)


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def test_that_a_class_leaves_frames_to_look_at_and_figures(whole):
    run, events = whole
    assert events[-1].outcome == "done"
    results, answers = events[-1].results, read_classroom_answers(run.path)
    assert results["frames"] >= len(answers) > 0
    assert answers.teachers == ("laser", "outlines") and answers.things == THINGS
    assert answers.by_kind == ("outlines",), "only outlines are 0 and 1"
    assert answers.figures["r2 laser"] == pytest.approx(results["r2/laser"])
    assert {check.term for check in answers.checks} >= {"anchor recall", "teacher statistics"}
    assert Classroom.tested(run)
    measured = [event for event in events if isinstance(event, Metric)]
    assert any("r2/laser" in event.values for event in measured)  # live, batch by batch
    assert any("validation/r2/outlines" in event.values for event in measured)


def test_that_its_examination_is_a_part_of_the_test(whole):
    _, events = whole
    learnt = max(place for place, event in enumerate(events) if event.kind == "progress")
    parts = {event.name: event.part for event in events[learnt:] if event.kind == "phase"}
    assert parts["Testing"] == parts["Shaking pictures"] == "testing", parts


def test_that_the_file_says_what_the_figures_are_made_of(whole):
    run, events = whole
    answers = read_classroom_answers(run.path)
    if len(answers) < events[-1].results["frames"]:
        pytest.skip("not all frames are kept")
    found = [
        Seen(own.said.boxes, own.said.labels, own.said.scores, own.said.depths)
        for own in answers.frames
    ]
    drive = {frame.name: frame for frame in street().frames}
    truths = [
        Seen(own.boxes, own.labels, None, own.depths, drive[own.name].ignored)
        for own in answers.frames
    ]
    coco = picture_figures(found, truths).coco
    assert answers.figures["ap50"] == pytest.approx(coco.ap50, abs=1e-6)
    for frame in answers.frames:
        np.testing.assert_allclose(frame.depths, drive[frame.name].depths)


def test_that_shaken_pictures_stay_within_their_grey_levels(whole):
    answers = read_classroom_answers(whole[0].path)
    assert answers.robustness.epsilons == EPSILONS
    assert set(answers.robustness.terms) == {
        "total", "objectness", "rpn_box", "box_kind", "box_place", "box_depth", "laser", "outlines",
    }  # fmt: skip
    for frame in answers.frames:
        assert [one.epsilon for one in frame.shaken] == [epsilon for epsilon in EPSILONS if epsilon]
        for one in frame.shaken:
            apart = np.abs(one.image.astype(int) - frame.image.astype(int))
            assert 0 < apart.max() <= one.epsilon


def test_that_what_it_listens_to_adds_up(whole):
    answers = read_classroom_answers(whole[0].path)
    assert set(answers.listening) == {"free", "laser", "outlines"}
    assert all(row["weight"] > 0 for row in answers.listening.values())
    ways = {"shapley", "weight", "drop", "drop_zero", "drop_shuffle"}
    assert all(row.keys() == ways for row in answers.listening.values())
    assert set(answers.probes) == {"trained", "random"}
    assert set(answers.probes["trained"]) == {"all", "free", "laser", "outlines"}


def test_that_a_resumed_class_is_the_same(whole, store):
    run, events = whole
    other = store.create(run.experiment)
    assert train(other, stop_at=3)[-1].outcome == "finished early"
    last = train(other)[-1]
    assert last.outcome == "done" and last.results == events[-1].results
    assert same(weights(run), weights(other))


def test_that_a_pause_in_the_middle_of_the_examination_changes_nothing(whole, store):
    run, events = whole
    other = store.create(run.experiment)
    after = train(other, stop_at="Shaking pictures", wish="pause")
    assert {"paused", "resumed"} <= {event.kind for event in after}
    assert after[-1].results == events[-1].results


def test_that_a_student_on_its_own_has_no_teachers(store):
    run = store.create(experiment({"laser": "none", "outlines": "none", "exam": "none"}))
    events = train(run)
    answers = read_classroom_answers(run.path)
    assert answers.teachers == () and not any(frame.maps for frame in answers.frames)
    assert not any(key.startswith("r2") for key in events[-1].results)


def test_that_an_oracle_is_fed_in_and_not_imitated(store):
    run = store.create(experiment({"laser": "oracle", "exam": "none"}, optimiser=STILL))
    events = train(run)
    assert events[-1].outcome == "done"
    assert "loss/laser" not in next(e for e in events if isinstance(e, Metric)).values


def test_that_frames_without_outlines_have_their_boxes_painted_and_it_is_said(store, monkeypatch):
    drive = street()
    bare = replace(
        drive, frames=tuple(replace(own, owners=None, areas=None) for own in drive.frames)
    )
    use_toys(monkeypatch, bare)
    events = train(store.create(experiment({"laser": "none", "exam": "none"})))
    assert events[-1].outcome == "done", events[-1]
    assert any("boxes are painted" in event.text for event in events if isinstance(event, Note))


def test_that_the_wiring_of_the_paper_is_refused_unless_someone_insists(store):
    wired = experiment({"exam": "none"}, {"aggregation": "paper"})
    failed = train(store.create(wired))[-1]
    assert "anchors reach only" in failed.sentence and not failed.detail
    insisted = experiment({"exam": "none", "override": True}, {"aggregation": "paper"})
    assert train(store.create(insisted))[-1].outcome == "done"


def test_that_a_drive_without_any_box_is_refused():
    drive = toy_drive()
    empty = [
        replace(
            own,
            boxes=np.zeros((0, 4), np.float32),
            labels=np.zeros(0, np.int16),
            solids=np.zeros((0, 7), np.float32),
            depths=np.zeros(0, np.float32),
        )
        for own in drive.frames
    ]
    with pytest.raises(DataError, match="tells no boxes"):
        Classroom(experiment(), replace(drive, frames=tuple(empty)))


def test_that_its_checks_can_be_asked_for_before_it_begins():
    *_, answer = perform(Job(do="examine", experiment=experiment()), Control())
    assert isinstance(answer, Answer)
    good = {check["term"]: check for check in answer.value["checks"]}
    *_, answer = perform(
        Job(do="examine", experiment=experiment(net={"aggregation": "paper"})), Control()
    )
    paper = {check["term"]: check for check in answer.value["checks"]}
    assert good["anchor recall"]["value"] > paper["anchor recall"]["value"]
    assert paper["anchor recall"]["state"] == "mend" == paper["level mapping"]["state"]
    assert good["missing or damaged files"]["state"] == "fine"
    *_, failed = perform(Job(do="examine"), Control())
    assert "no checks before it starts" in failed.sentence


def test_that_an_outline_teacher_that_is_not_there_is_a_sentence(store):
    failed = train(store.create(experiment({"outlines": "nowhere.pt"})))[-1]
    assert "There is no outline teacher “nowhere.pt”" in failed.sentence


def test_that_a_folder_called_as_a_teacher_is_called_is_not_taken_for_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("built_in", "oracle", "latest", "mine"):
        (tmp_path / name).mkdir()
    assert not any(map(task._array_folder, ("built_in", "oracle", "latest")))
    for name in ("mine", "./built_in"):  # so the folder can be meant
        assert task._array_folder(name) == Path(name)


def test_that_losses_of_a_teacher_that_is_not_there_are_refused():
    recipe = registry.get("recipe", "classroom")
    wanted = experiment({"laser": "none"}).with_values(**{"losses.laser.weight": 1.0})
    with pytest.raises(ConfigError, match="nothing to compare with"):
        recipe.check(wanted)


def test_that_a_run_whose_teacher_has_changed_is_not_gone_on_with(store, monkeypatch):
    run = store.create(experiment({"exam": "none"}))
    assert train(run, stop_at=3)[-1].outcome == "finished early"

    def another(*_):
        torch.manual_seed(1)
        net = Spvcnn(SpvcnnSettings(width=0.125), len(CLASSES)).eval().requires_grad_(False)
        return LaserTeacher(net, "toy-teacher", CLASSES, "Another of the same name.")
        yield

    monkeypatch.setattr(task, "prepare_laser_teacher", another)
    assert "not what it was when the run began" in train(run)[-1].sentence
    monkeypatch.setattr(task, "prepare_laser_teacher", untrained)
    assert train(run)[-1].outcome == "done"


def test_that_a_teacher_that_is_fed_in_is_not_said_to_be_copied(store):
    run = store.create(experiment({"laser": "oracle", "outlines": "none", "exam": "short"}))
    events = train(run)
    answers = read_classroom_answers(run.path)
    assert not any(key.startswith("r2") for key in events[-1].results)
    assert set(answers.robustness.terms["total"]) == {"ap50", "ap", "depth_error"}


def test_that_pictures_can_be_shaken_on_the_whole_instead_of_each_value(store):
    shaken = {"laser": "none", "outlines": "none", "shake": "l2"}
    run = store.create(experiment(shaken))
    assert train(run)[-1].outcome == "done"
    answers = read_classroom_answers(run.path)
    assert answers.robustness.norm == "l2"
    most = []
    for frame in answers.frames:
        for one in frame.shaken:
            apart = one.image.astype(float) - frame.image.astype(float)
            whole_levels = 0.3  # what rounding may add
            assert np.sqrt(np.square(apart).mean()) <= one.epsilon + whole_levels
            most.append(np.abs(apart).max() > one.epsilon)
    assert any(most)


def test_that_a_taught_and_an_untaught_student_are_misled_about_the_same(store, monkeypatch):
    """Else the attack on a taught one would spend itself on what it imitates."""
    attacked = {}

    def noting(loss_of, images, term, *rest):
        attacked.setdefault(term, set()).update(loss_of(images))
        return attack(loss_of, images, term, *rest)

    monkeypatch.setattr(classroom_exam, "attack", noting)
    assert train(store.create(experiment({"exam": "whole"})))[-1].outcome == "done"
    taught = attacked.pop("total")
    assert taught == {"objectness", "rpn_box", "box_kind", "box_place", "box_depth"}
    assert {"laser", "outlines"} == set(attacked) - taught

"""Naming what a laser hits, as a run: what it leaves, that its figures are true, resuming, starts, and refusals."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from engine import registry
from engine.check import check
from engine.control import Control
from engine.errors import ConfigError, DataError
from engine.events import Prepared
from engine.experiment import Augment, Choice, Data
from engine.explained import explained
from engine.laser_batches import (
    Sweeps,
    SweepSettings,
    changed,
    in_picture,
    joined,
    shades_of,
    sweep_of,
)
from engine.narrate import narrate
from engine.nets import describe
from engine.projection import project
from engine.report import write_report
from engine.scene_answers import read_scene_answers
from engine.store import RunStore, summary
from engine.tasks import laser as laser_task
from engine.tasks.laser import Laser
from tests.engine.scene_runs import STILL, match_of, tensors, tiny
from tests.engine.test_loop import same, train, weights
from tests.engine.test_segment import iou_by_hand
from tests.engine.toy_streets import CLASSES, HIGH, THINGS, WIDE, toy_drive, toy_frame


class ToyStreets:
    """As a reader of drives is registered."""

    title, about = "Toy street", "For tests."
    counts = classmethod(lambda cls, settings: (len(CLASSES), len(THINGS)))

    class Settings(registry.Settings):
        """None."""


def use_toys(patch):
    """Every drive is a toy street from now on."""
    registry.names("drives")
    patch.setitem(registry._entries["drives"], "toys", ToyStreets)
    prepare = laser_task.prepare_drive
    patch.setattr(
        laser_task,
        "prepare_drive",
        lambda choice, control: toys_of() if choice.name == "toys" else prepare(choice, control),
    )


def toys_of():
    yield Prepared(path="toys.h5", problems=[])
    return toy_drive()


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    use_toys(monkeypatch)


def experiment(recipe=None, **changes):
    made = Choice(name="laser", **(recipe or {})), Data(name="toys", validation=0.3)
    return tiny(*made, Choice(name="spvcnn", width=0.125), **changes)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished run and its events. No test changes it."""
    home = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCD_WORKBENCH_HOME", str(home))
        use_toys(patch)
        run = RunStore(home / "runs").create(experiment())
        return run, train(run)


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def test_that_it_tells_what_a_plain_count_of_its_answers_gives(whole):
    run, events = whole
    assert events[-1].kind == "finished", events[-1]
    results, answers = events[-1].results, read_scene_answers(run.path)
    assert results["scenes"] == len(answers) == 2 and answers.task == "laser" and answers.made
    said = np.concatenate([scene.said for scene in answers.scenes])
    true = np.concatenate([scene.truth for scene in answers.scenes])
    assert len(said) == 2 * 640 == results["points"]
    ious = iou_by_hand(said, true, len(CLASSES))
    assert results["miou"] == pytest.approx(np.mean(list(ious.values())))
    assert results["accuracy"] == pytest.approx((said == true).mean())
    for name, iou in ious.items():
        assert results["per_class"][CLASSES[name]]["iou"] == pytest.approx(iou)
        assert answers.figures[CLASSES[name]]["points"] == (true == name).sum()
    for scene in answers.scenes:
        assert scene.points.shape == (640, 3) and scene.colours.shape == (640, 3)
        assert (scene.sureness > 0).all() and (scene.sureness <= 1).all()


def test_that_lists_reports_and_tables_tell_of_it(whole, tmp_path):
    run, events = whole
    short = summary(run)
    assert short.tested and not short.predicts and len(short.curve) == 2
    assert "names what a laser hit in streets, mean IoU" in explained(short.results)
    assert "on 2 street views" in narrate(events[-1])
    write_report([run], tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "ground" in page and "IoU" in page and "2 street views" in page


def test_that_a_resumed_run_is_the_same(whole, store):
    run, events = whole
    other = store.create(run.experiment)
    assert train(other, stop_at=3)[-1].outcome == "finished early"
    last = train(other)[-1]
    assert last.outcome == "done" and last.results == events[-1].results
    assert same(weights(run), weights(other))


def test_that_a_pause_in_the_middle_of_the_test_changes_nothing(whole, store):
    run, events = whole
    other = store.create(run.experiment)
    after = train(other, stop_at="Testing", wish="pause")
    assert {"paused", "resumed"} <= {event.kind for event in after}
    assert after[-1].results == events[-1].results


def test_that_it_starts_from_a_run_of_its_own_kind(whole, store):
    first, _ = whole
    again = store.create(experiment({"start": str(first.path)}, optimiser=STILL))
    assert train(again)[-1].outcome == "done"
    assert match_of(again)["share"] == 1
    was, now = tensors(first), tensors(again)
    assert torch.allclose(now["logits.weight"], was["logits.weight"], atol=1e-6)


def test_that_it_learns_from_the_built_in_streets(store):
    small = {"scenes": 6, "height": 32, "width": 64, "rays_down": 8, "rays_across": 64}
    data = Data(name="streets", validation=0.3, test_share=0.3, **small)
    results = train(store.create(experiment().model_copy(update={"data": data})))[-1].results
    assert results["scenes"] == 2 and results["points"] > 100
    assert "ground" in results["per_class"]


def test_that_it_learns(store):
    run = store.create(experiment().with_values(**{"training.epochs": 16}))
    results = train(run)[-1].results
    assert results["miou"] > 0.75, results["per_class"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"losses.ce.weight": 1.0}, ".ce. needs labels of clouds.*Choose .*.points."),
        ({"net": {"name": "scene_segmenter"}}, "no laser net called “scene_segmenter”"),
        ({"net.voxel": 0.0}, "“voxel” will not do"),
        ({"data": {"name": "rooms"}}, "no data set of streets called “rooms”"),
        ({"data.shots": 3}, "data.shots is for recipes that name clouds"),
        ({"augment.variants": 2}, "augment.variants is for"),
        ({"augment.turn": "any"}, "“none” or “upright”"),
        ({"training.votes": 2}, "training.votes is for"),
    ],
)
def test_that_what_cannot_be_is_refused_before_anything_is_made(changes, words):
    with pytest.raises(ConfigError, match=words):
        check(experiment().with_values(**changes))


def test_that_its_size_is_told_before_the_data_are_open():
    told = describe(experiment())
    assert told["classes"] == len(CLASSES) and told["parameters"] > 0


def silent(frame):
    return replace(frame, of_points=np.full(len(frame), -1, np.int16))


def test_that_frames_that_tell_nothing_are_left_out_and_said():
    drive = toy_drive(10, tests=3)
    frames = (silent(drive.frames[0]), *drive.frames[1:-1], silent(drive.frames[-1]))
    task = Laser(experiment(), replace(drive, frames=frames))
    every = [*task.train, *task.validation, *task.tests]
    assert sorted(every) == list(range(1, 9))
    assert any("2 frames do not tell" in note for note in task.notes)


def test_that_a_drive_that_tells_nothing_or_nothing_held_back_is_refused():
    drive = toy_drive()
    none = replace(drive, frames=tuple(silent(frame) for frame in drive.frames))
    with pytest.raises(DataError, match="does not tell what its laser’s points belong to"):
        Laser(experiment(), none)
    untested = [silent(frame) if not frame.train else frame for frame in drive.frames]
    with pytest.raises(DataError, match="nothing to measure by"):
        Laser(experiment(), replace(drive, frames=tuple(untested)))


def test_that_only_what_the_camera_sees_can_be_asked_for(store):
    frame = toy_frame(3)
    pixels, depth, _ = project(frame.points.astype(np.float64), frame.calibration)
    inside = (depth > 0) & (pixels[:, 0] >= 0) & (pixels[:, 0] < WIDE)
    inside &= (pixels[:, 1] >= 0) & (pixels[:, 1] < HIGH)
    sweep = sweep_of(frame, "camera")
    assert 0 < inside.sum() < len(frame)
    assert np.array_equal(sweep.rows, np.flatnonzero(inside))
    assert np.array_equal(sweep.labels, frame.of_points[inside])
    behind = replace(frame, points=frame.points * np.array([-1, 1, 1, 1], np.float32))
    assert not in_picture(behind).any() and len(sweep_of(behind, "camera")) == 0
    results = train(store.create(experiment({"seen": "camera"})))[-1].results
    assert 0 < results["points"] < 2 * 640


def test_that_points_have_the_colour_of_their_pixel_and_grey_elsewhere():
    frame = toy_frame(4)
    inside = in_picture(frame)
    rows = np.array([np.flatnonzero(inside)[5], np.flatnonzero(~inside)[0]])
    x, y, z = frame.points[rows[0], :3].astype(np.float64)
    across, down = int(40 * -y / x + WIDE / 2), int(40 * -z / x + HIGH / 2)
    assert np.array_equal(shades_of(frame, rows)[0], frame.image[down, across])
    assert shades_of(frame, rows)[1].tolist() == [128, 128, 128]


# ---- batches


def sweeps(settings=None, frames=5):
    some = [sweep_of(toy_frame(number)) for number in range(frames)]
    return Sweeps(some, settings or SweepSettings(), (experiment(), torch.device("cpu")))


def test_that_a_batch_does_not_depend_on_those_before_and_tells_sweeps_apart():
    one, two = sweeps(), sweeps()
    for step in range(4):
        one.at(step)
    first, second = one.at(5), two.at(5)
    assert torch.equal(first.points, second.points) and torch.equal(first.labels, second.labels)
    assert first.cloud.bincount().tolist() == [640, 640] and first.known == 1280


def test_that_a_change_keeps_shapes_heights_and_intensities():
    points = toy_frame(1).points
    rng = np.random.default_rng(0)
    settings = SweepSettings(tilt=180)
    options = Augment(dropout=0, scale=1.05, shift=0)
    factors = set()
    for _ in range(8):
        seen = changed(points, settings, options, rng)
        factor = np.linalg.norm(seen[:, :3], axis=1) / np.linalg.norm(points[:, :3], axis=1)
        assert factor.std() < 1e-5 and 1 / 1.051 < factor.mean() < 1.051
        assert np.allclose(seen[:, 2], points[:, 2] * factor.mean(), atol=1e-4)
        assert np.array_equal(seen[:, 3], points[:, 3])
        factors.add(round(float(factor.mean()), 4))
    assert len(factors) > 4
    still = SweepSettings(flip=False, tilt=0)
    assert np.allclose(changed(points, still, Augment(scale=1, shift=0), rng), points, atol=1e-5)


def test_that_sweeps_of_any_length_are_joined():
    points, cloud = joined(
        [np.ones((2, 4), np.float32), np.zeros((0, 4), np.float32), np.full((1, 4), 3, np.float32)],
        torch.device("cpu"),
    )
    assert points[:, 0].tolist() == [1, 1, 3] and cloud.tolist() == [0, 0, 2]


def test_that_the_recipe_learns_how_much_each_class_counts():
    task = Laser(experiment(), toy_drive())
    recipe = SimpleNamespace(settings=SweepSettings(), balance=None)
    with pytest.raises(StopIteration):
        next(task.batches(recipe, torch.device("cpu"), Control()))
    share = np.array([120, 120, 400]) / 640
    assert np.allclose(recipe.balance.numpy(), 1 / np.sqrt(share + 0.001))

"""Teachers that know what a laser hits: from runs, from files, and trained here; and what they give a picture."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.control import Control
from engine.errors import ConfigError, DataError, FormatError, RunError, Stopped
from engine.laser_card import LaserLessons, LaserTeacherSettings, folder_of, read_card
from engine.laser_teacher import features_of, laser_teacher_of, prepare_laser_teacher
from engine.laser_training import floor_of, trained_teacher
from engine.projection import project
from engine.state import checkpoints
from engine.store import RunStore
from engine.voices import laser_voice
from tests.engine.stack_files import ran
from tests.engine.test_laser import experiment, use_toys
from tests.engine.test_loop import train
from tests.engine.toy_streets import CLASSES, toy_drive, toy_frame

QUICK = LaserTeacherSettings(steps=24, width=0.125, threads=1)
BRIEF = QUICK.model_copy(update={"steps": 3})


def lessons(drive=None):
    return LaserLessons(drive or toy_drive(), np.arange(5), np.arange(5, 8))


def prepared(name="built_in", own=None, settings=QUICK, store=None):
    """The teacher and the events on the way to it."""
    return ran(
        prepare_laser_teacher(name, own or lessons(), store or RunStore(), Control(), settings)
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished run of the recipe. No test changes it."""
    home = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCD_WORKBENCH_HOME", str(home))
        use_toys(patch)
        run = RunStore(home / "runs").create(experiment())
        assert train(run)[-1].kind == "finished"
        return run


def test_that_the_built_in_teacher_is_trained_once_and_tells_what_it_is():
    teacher, events = prepared()
    assert teacher.classes == CLASSES and teacher.width == 12
    shares = [event.fraction for event in events if event.kind == "phase"]
    assert shares == sorted(shares) and len(shares) == QUICK.steps
    card = read_card(folder_of(QUICK, lessons()))
    assert card.accepted and card.frames == 5 and card.held_out == 3 and card.made
    assert card.learnt_from == "Toy street" and card.miou > card.floor
    assert any("5 views of “Toy street”" in event.text for event in events if event.kind == "note")
    again, events = prepared()
    assert events == [] and again.identity == teacher.identity
    points = toy_frame(9).points
    assert np.array_equal(again.features(points), teacher.features(points))


def test_that_other_frames_labels_or_settings_make_another_teacher():
    drive, own = toy_drive(), lessons()
    changed = np.where(np.arange(640) == 7, 0, drive.frames[6].of_points).astype(np.int16)
    frames = list(drive.frames)
    frames[6] = replace(frames[6], of_points=changed)
    others = [
        folder_of(QUICK, own),
        folder_of(QUICK, lessons(replace(drive, frames=tuple(frames)))),
        folder_of(QUICK, replace(own, train=np.arange(4))),
        folder_of(QUICK.model_copy(update={"steps": 25}), own),
    ]
    assert len(set(others)) == 4
    assert folder_of(QUICK.model_copy(update={"threads": 2}), own) == others[0]


def test_that_the_same_lessons_give_the_same_teacher_bit_for_bit(monkeypatch, tmp_path):
    marks = []
    for number in range(2):
        monkeypatch.setenv("PCD_WORKBENCH_HOME", str(tmp_path / str(number)))
        torch.manual_seed(number)
        state = torch.random.get_rng_state()
        (_, card), _ = ran(trained_teacher(BRIEF, lessons(), Control()))
        assert torch.equal(state, torch.random.get_rng_state())
        marks.append(card.weights_sha256)
    assert marks[0] == marks[1]


def test_that_the_floor_lies_above_what_the_commonest_class_alone_reaches():
    table = np.array([[0, 0, 60, 0], [0, 0, 0, 0], [0, 0, 140, 0]])
    assert floor_of(table) == pytest.approx(
        0.2 + 0.7 / 2
    )  # always “2”: 140/200, and nothing of “0”


def test_that_one_that_errs_too_often_is_refused_now_and_later():
    blind = QUICK.model_copy(update={"steps": 1, "learning_rate": 1e-9})
    for _ in range(2):
        with pytest.raises(ConfigError, match="are needed. Nothing was started"):
            prepared(settings=blind)
    assert not read_card(folder_of(blind, lessons())).accepted


def test_that_a_stopped_training_leaves_nothing_and_a_damaged_teacher_is_made_anew():
    control = Control()
    steps = trained_teacher(BRIEF, lessons(), control)
    next(steps)
    control.ask("finish")
    with pytest.raises(Stopped):
        list(steps)
    folder = folder_of(BRIEF, lessons())
    with pytest.raises(RunError, match="holds no whole laser teacher"):
        read_card(folder)
    (_, card), _ = ran(trained_teacher(BRIEF, lessons(), Control()))
    (folder / "model.safetensors").write_bytes(b"nothing")
    (_, again), events = ran(trained_teacher(BRIEF, lessons(), Control()))
    assert events and again.weights_sha256 == card.weights_sha256
    told = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert told["accepted"] == again.accepted


def test_that_a_drive_without_labels_of_points_teaches_no_teacher():
    drive = toy_drive()
    silent = [replace(f, of_points=np.full(len(f), -1, np.int16)) for f in drive.frames]
    with pytest.raises(DataError, match="no laser teacher can be trained on it"):
        prepared(own=lessons(replace(drive, frames=tuple(silent))))


def test_that_a_run_teaches_by_id_by_folder_as_the_latest_and_as_a_file(whole):
    store, points = RunStore(whole.path.parent), toy_frame(9).points
    by_id = laser_teacher_of(whole.id, store)
    file = next(checkpoints(whole)) / "model.safetensors"
    others = [laser_teacher_of(name, store) for name in (str(whole.path), "latest", str(file))]
    assert by_id.identity == whole.id and by_id.classes == CLASSES
    assert not by_id.net.training and not any(p.requires_grad for p in by_id.net.parameters())
    for other in others:
        assert np.array_equal(other.features(points), by_id.features(points))
    prepared_too, events = prepared("latest", store=store)
    assert events == [] and prepared_too.identity == whole.id


def test_that_what_is_no_teacher_is_refused_in_a_sentence(whole, tmp_path):
    store = RunStore(tmp_path / "runs")
    with pytest.raises(
        ConfigError, match="no finished run of the recipe “Name points of a laser” .laser. yet"
    ):
        laser_teacher_of("latest", store)
    with pytest.raises(RunError, match="There is no run at"):
        laser_teacher_of("nobody", store)
    with pytest.raises(ConfigError, match="no file of weights at"):
        laser_teacher_of(str(tmp_path / "gone.safetensors"), store)
    with pytest.raises(ConfigError, match="was not tested yet"):
        laser_teacher_of(store.create(experiment()).id, store)
    other = store.create(experiment().with_values(recipe="student"))
    with pytest.raises(ConfigError, match="has not learnt to name what a laser hits"):
        laser_teacher_of(other.id, store)
    torch.save({"logits.weight": torch.zeros(3, 12)}, tmp_path / "part.pt")
    with pytest.raises(FormatError, match="is missing"):
        laser_teacher_of(str(tmp_path / "part.pt"), store)
    torch.save({"logits.weight": torch.zeros(3, 13)}, tmp_path / "odd.pt")
    with pytest.raises(ConfigError, match="width"):
        laser_teacher_of(str(tmp_path / "odd.pt"), store)
    torch.save({"bias": torch.zeros(3)}, tmp_path / "none.pt")
    with pytest.raises(FormatError, match="holds no net"):
        laser_teacher_of(str(tmp_path / "none.pt"), store)


def test_that_sweeps_asked_about_at_once_are_answered_as_each_alone(whole):
    teacher = laser_teacher_of(str(whole.path), RunStore(whole.path.parent))
    sweeps = [toy_frame(9).points, np.zeros((0, 4), np.float32), toy_frame(4).points[:50]]
    told = teacher.features_of_each(sweeps)
    assert [len(own) for own in told] == [len(own) for own in sweeps]
    for own, points in zip(told, sweeps, strict=True):
        np.testing.assert_allclose(own, teacher.features(points), atol=1e-5)
    assert teacher.features_of_each([sweeps[1]])[0].shape == (0, teacher.width)


def test_that_its_voice_tells_of_frames_at_once_what_it_tells_of_each(whole):
    """A voice of three directions, of which the maps of new frames and of one seen before are asked."""
    teacher = laser_teacher_of(str(whole.path), RunStore(whole.path.parent))
    learnt, new = [toy_frame(1), toy_frame(2)], [toy_frame(3), toy_frame(4)]
    voice, _ = ran(laser_voice(teacher, learnt, 3, list))
    first, _ = ran(voice.maps(new[:1], list))
    maps, _ = ran(voice.maps(new, list))
    assert maps[0] is first[0]
    for told, frame in zip(maps, new, strict=True):
        alone = voice.of(frame)
        assert np.array_equal(told.valid, alone.valid) and alone.valid.any()
        np.testing.assert_allclose(told.features, alone.features, atol=5e-3)  # kept in half


def test_that_a_picture_shows_the_features_of_the_nearest_points(whole):
    teacher = laser_teacher_of(str(whole.path), RunStore(whole.path.parent))
    frame = toy_frame(9)
    features, shown = features_of(teacher.net, frame.points), teacher.map_of(frame)
    pixels, depth, before = project(frame.points, frame.calibration)
    high, wide = frame.image.shape[:2]
    assert shown.features.shape == (teacher.width, high, wide)
    nearest = {}
    for point, (u, v) in enumerate(np.floor(pixels).astype(int)):
        inside = before[point] and 0 <= u < wide and 0 <= v < high
        if inside and ((v, u) not in nearest or depth[point] < depth[nearest[v, u]]):
            nearest[v, u] = point
    assert shown.valid.sum() == len(nearest)
    for (v, u), point in nearest.items():
        assert np.array_equal(shown.features[:, v, u], features[point])
    assert teacher.map_of(frame, filled=True).valid.sum() > shown.valid.sum()

"""The run store: everything that is shown of a run is derived from its folder."""

import json
import os
import platform
import time
from dataclasses import FrozenInstanceError, replace
from importlib.metadata import version
from pathlib import Path

import pytest

from engine.errors import ConfigError, RunError
from engine.events import Failed, Finished, Metric, Note, Paused, Progress, Started
from engine.experiment import Choice, Experiment
from engine.predictions import write
from engine.store import RunStore
from tests.workbench.made_predictions import made

STARTED = Started(
    name="x", recipe="student", device="cpu", threads=1, parameters=10, epochs=3, steps_per_epoch=5, train=10,
    validation=5, known=["bed"], strangers=[], terms=["ce"],
)  # fmt: skip


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def test_that_a_new_run_can_be_opened_by_id_and_by_path(store):
    run = store.create(Experiment(name="My run!", recipe=Choice(name="teacher")))
    assert "my-run" in run.id
    assert store.open(run.id).experiment == store.open(run.path).experiment == run.experiment
    assert run.state == "new"


def test_that_a_run_opened_from_within_has_its_name(store, monkeypatch):
    run = store.create(Experiment())
    monkeypatch.chdir(run.path)
    assert store.open(".").id == run.id


def test_that_a_name_becomes_a_folder_of_plain_letters_that_is_not_too_long(store):
    assert "-a-1-b-" in store.create(Experiment(name="-- A/1 Ü b! ")).id
    assert "-run-" in store.create(Experiment(name="Ü?")).id
    _, _, *slug, last = store.create(Experiment(name="x" * 50)).id.split("-")
    assert slug == ["x" * 32] and len(last) == 4


def test_that_a_run_can_be_made_where_no_folder_is_yet_and_twice_in_a_second(tmp_path):
    store = RunStore(tmp_path / "not" / "yet" / "there")
    assert store.create(Experiment()).id != store.create(Experiment()).id
    assert len(store.runs()) == 2


def test_that_the_environment_is_noted(store):
    text = (store.create(Experiment()).path / "env.json").read_text()
    assert '\n "packages": {\n  "pcd-workbench": ' in text  # a line each, for people
    found = json.loads(text)
    assert found["python"] == platform.python_version()
    assert found["packages"]["torch"] == version("torch")
    assert found["cores"] == os.cpu_count() and found["system"].endswith(platform.machine())
    assert os.path.expanduser("~") not in text  # noqa: PTH111


def test_that_a_run_that_is_not_there_is_a_sentence(store):
    with pytest.raises(RunError, match="There is no run at nowhere"):
        store.open("nowhere")


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (Finished(outcome="done"), "done"),
        (Finished(outcome="finished early"), "finished early"),
        (Failed(sentence="x"), "failed"),
        (Paused(), "paused"),
        (Note(text="x"), "new"),
    ],
)
def test_that_the_state_follows_from_the_last_event(store, event, state):
    run = store.create(Experiment())
    run.log.append(event)
    assert run.state == state


def test_that_a_run_that_learnt_from_pictures_is_tested_but_predicts_nothing(store):
    for results in ({"acc_closed": 0.5}, {"pairs": 8, "r2": 0.4}):
        run = store.create(Experiment())
        run.log.append(Metric(step=1, epoch=1, values={"validation/likeness": 0.25}))
        run.log.append(Finished(outcome="done", results=results))
    found = {"pairs" in run.results: run for run in store.runs()}
    assert [found[one].tested for one in (False, True)] == [True, True]
    assert [found[one].predicts for one in (False, True)] == [True, False]
    assert found[True].curve == (0.25,)


def test_that_a_run_is_alive_only_while_its_lock_is_held(store):
    run = store.create(Experiment())
    assert not run.alive
    with run.locked():
        assert run.alive
        assert run.state == "running"
        with pytest.raises(RunError, match="another process"), store.open(run.id).locked():
            pass
    assert not run.alive


def test_that_whether_a_run_is_alive_is_told_without_waiting_for_its_lock(store, monkeypatch):
    run = store.create(Experiment())
    with run.locked():
        monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("it waited"))
        assert store.open(run.id).alive


def test_that_the_events_of_a_run_come_in_order_up_to_the_torn_one(store):
    run = store.create(Experiment())
    run.log.append(Note(text="first"))
    run.log.append(Note(text="second"))
    with run.log.path.open("a") as file:
        file.write('{"kind": "note", "te')
    assert [event.text for event in run.events()] == ["first", "second"]


def test_that_runs_are_listed_newest_first_with_their_curves(store):
    older, newer = store.create(Experiment(name="older")), store.create(Experiment(name="newer"))
    older.log.append(Metric(step=1, epoch=1, values={"validation/accuracy": 0.5}))
    os.utime(older.path / "events.jsonl", (1, 1))
    newer.log.append(Finished(results={"acc_closed": 0.25}))
    lines = store.runs()
    assert [line.name for line in lines] == ["newer", "older"]
    assert lines[1].curve == (0.5,)
    assert lines[0].results == {"acc_closed": 0.25}


def test_that_runs_of_one_moment_are_listed_by_name_and_a_run_without_events_by_its_folder(store):
    first, second, silent = (store.create(Experiment()) for _ in range(3))
    for run in (first, second):
        run.log.append(Note(text="x"))
        os.utime(run.path / "events.jsonl", (1000, 1000))
    os.utime(silent.path, (500, 500))
    found = store.runs()
    assert [run.id for run in found] == [*sorted((first.id, second.id), reverse=True), silent.id]
    assert [run.when for run in found] == [1000, 1000, 500]


def test_that_a_line_says_what_was_to_be_done_how_fast_it_went_and_how_it_is_marked(store):
    asked = Experiment(name="mine", recipe=Choice(name="teacher"))
    run = store.create(asked)
    assert store.runs()[0].speed is None
    run.log.append(
        Progress(step=1, steps=2, epoch=0, epochs=1, clouds_per_second=7.5, seconds_left=1)
    )
    run.write_tags(["good"])
    (line,) = store.runs()
    assert (line.name, line.recipe, line.experiment) == ("mine", "teacher", asked)
    assert (line.speed, line.tags, line.path, line.id) == (7.5, ("good",), run.path, run.id)


@pytest.mark.parametrize("name", ["accuracy", "likeness", "map25", "miou", "instance_miou", "ap50"])
def test_that_the_curve_of_a_line_is_what_such_a_run_is_judged_by(store, name):
    run = store.create(Experiment())
    for epoch, value in ((1, 0.25), (2, 0.5)):
        run.log.append(Metric(step=epoch, epoch=epoch, values={f"validation/{name}": value}))
    assert store.runs()[0].curve == (0.25, 0.5)


def test_that_a_line_of_the_list_never_changes(store):
    store.create(Experiment())
    with pytest.raises(FrozenInstanceError):
        store.runs()[0].name = "another"


def test_that_only_a_run_that_has_ended_with_results_is_tested(store):
    run = store.create(Experiment())
    (bare,) = store.runs()
    results = {"acc_closed": 0.5}
    for state, told, tested in [
        ("done", results, True), ("finished early", results, True), ("running", results, False),
        ("done", {}, False), ("new", {}, False),
    ]:  # fmt: skip
        assert replace(bare, state=state, results=told).tested is tested
        assert replace(bare, state=state, results=told).predicts is tested
    for other in ({"task": "classroom"}, {"task": "detect"}, {"pairs": 3}):
        assert not replace(bare, state="done", results=other).predicts
    with pytest.raises(RunError):
        run.predictions()
    assert not run.tested
    run.predictions_path.write_bytes(b"torn")
    assert not run.tested
    write(run.predictions_path, made(seed=1).of())
    assert len(run.predictions()) == 0 and not run.tested
    write(run.predictions_path, made(known=1, strangers=0, validation=0))
    assert len(run.predictions()) == 1 and run.tested
    write(run.predictions_path, made(seed=1))
    assert run.tested and len(run.predictions()) == len(made(seed=1))


def test_that_a_damaged_run_does_not_hide_the_others(store):
    good, bad = store.create(Experiment()), store.create(Experiment())
    (bad.path / "run.toml").write_text("not toml at all")
    assert [line.id for line in store.runs()] == [good.id]
    with pytest.raises(ConfigError):
        _ = store.open(bad.id).experiment


def test_that_a_discarded_run_can_be_restored(store):
    run = store.create(Experiment())
    trashed = store.discard(run.path)
    assert store.runs() == []
    store.restore(trashed)
    assert [line.id for line in store.runs()] == [run.id]


def test_that_the_trash_is_emptied_after_thirty_days(store):
    trashed = [store.discard(store.create(Experiment()).path) for _ in range(2)]
    old = time.time() - 31 * 86400
    os.utime(trashed[0], (old, old))
    store.empty_trash()
    assert not trashed[0].exists()
    assert trashed[1].exists()


def test_that_a_run_is_moved_to_the_trash_not_copied_and_stays_thirty_days_from_then(store):
    run = store.create(Experiment())
    was, old = run.path.stat().st_ino, time.time() - 40 * 86400
    os.utime(run.path, (old, old))
    assert not store.has_trash
    trashed = store.discard(run.path)
    assert store.has_trash
    assert trashed.stat().st_ino == was and not run.path.exists()
    assert [line.id for line in store.trash()] == [run.id]
    store.discard(store.create(Experiment()).path)
    assert trashed.exists()
    os.utime(trashed, (old, old))
    store.discard(store.create(Experiment()).path)
    assert not trashed.exists()


def test_that_a_run_from_elsewhere_is_discarded_where_no_run_was_before(store, tmp_path):
    run = store.create(Experiment())
    elsewhere = RunStore(tmp_path / "elsewhere")
    assert elsewhere.discard(run.path) == elsewhere.folder / ".trash" / run.id
    assert elsewhere.restore(elsewhere.folder / ".trash" / run.id) == elsewhere.folder / run.id
    assert [line.id for line in elsewhere.runs()] == [run.id] and elsewhere.trash() == []


def test_that_a_day_has_86400_seconds_and_the_thirtieth_is_kept_to_its_end(store, monkeypatch):
    trashed = store.discard(store.create(Experiment()).path)
    os.utime(trashed, (1_000_000, 1_000_000))
    monkeypatch.setattr("engine.store.time.time", lambda: 1_000_000 + 30 * 86400)
    store.empty_trash()
    assert trashed.exists()
    monkeypatch.setattr("engine.store.time.time", lambda: 1_000_001 + 30 * 86400)
    store.empty_trash()
    assert not trashed.exists()


def test_that_what_cannot_be_deleted_from_the_trash_is_no_error(store):
    trashed = store.discard(store.create(Experiment()).path)
    for path in trashed.iterdir():
        path.unlink()
    trashed.rmdir()
    trashed.write_text("a file")
    os.utime(trashed, (0, 0))
    store.empty_trash()


def test_that_an_unwritable_place_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="Nothing was started"):
        RunStore(tmp_path / "file").create(Experiment())


def test_that_a_line_of_the_list_reads_the_log_once(store, monkeypatch):
    run = store.create(Experiment())
    run.log.append(Metric(step=1, epoch=1, values={"validation/accuracy": 0.5}))
    run.log.append(Finished(results={"acc_closed": 0.25}))
    reads, read_bytes = [], Path.read_bytes

    def counted(path):
        reads.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    (line,) = store.runs()
    assert (line.state, line.results, line.curve) == ("done", {"acc_closed": 0.25}, (0.5,))
    assert reads.count("events.jsonl") == 1


def test_that_a_line_knows_how_the_run_began_last(store):
    run = store.create(Experiment())
    assert store.runs()[0].started is None
    for device in ("cuda:0", "cpu"):
        run.log.append(STARTED.model_copy(update={"device": device}))
    assert store.runs()[0].started.device == "cpu"


def test_that_tags_are_tidy_and_kept_beside_the_run(store):
    run = store.create(Experiment())
    assert run.tags == ()
    run.write_tags(["  two \n words ", "", " ", "two words", "x" * 30, "a" * 23 + " b"])
    assert (run.path / "tags.txt").read_text() == f"two words\n{'x' * 24}\n{'a' * 23}\n"
    assert store.open(run.id).tags == ("two words", "x" * 24, "a" * 23)
    (run.path / "tags.txt").write_bytes("Größer".encode("latin-1"))
    assert run.tags == ()
    (run.path / "tags.txt").unlink()
    (run.path / "tags.txt").mkdir()
    with pytest.raises(RunError, match="tags .* could not be saved.* The run is not harmed"):
        run.write_tags(["x"])


def test_that_a_run_whose_lock_cannot_be_asked_is_not_alive_and_cannot_be_written(store):
    run = store.create(Experiment())
    (run.path / "lock").mkdir()
    assert not run.alive
    with pytest.raises(RunError, match="cannot be written to.*Nothing was changed"), run.locked():
        pass


def test_that_a_run_with_events_that_nobody_writes_was_interrupted_and_may_be_paused(store):
    run = store.create(Experiment())
    run.log.append(STARTED)
    assert run.state == "interrupted"
    with run.locked():
        assert run.state == "running"
        run.log.append(Paused())
        assert run.state == "paused"
        run.log.append(Failed(sentence="x"))
        assert run.state == "failed"


def test_that_a_run_keeps_its_answers_where_they_are_looked_for(store):
    run = store.create(Experiment())
    assert run.predictions_path == run.path / "predictions.h5"
    assert run.checkpoints == run.path / "checkpoints"
    assert run.artifacts == run.path / "artifacts"


def test_that_a_run_can_be_called_otherwise_and_its_folder_stays(store):
    run = store.create(Experiment(name="First try"))
    run.write_name("First try")
    assert not (run.path / "name.txt").exists()
    run.write_name("  Blue \n chairs ")
    assert (run.name, run.experiment.name) == ("Blue chairs", "First try")
    assert (run.path / "name.txt").read_text() == "Blue chairs\n"
    assert [(line.name, line.path) for line in store.runs()] == [("Blue chairs", run.path)]
    run.write_name("x" * 100)
    assert run.name == "x" * 80
    for nothing in ("", "  ", "First try"):
        run.write_name("Other")
        run.write_name(nothing)
        assert run.name == "First try" and not (run.path / "name.txt").exists()


def test_that_a_damaged_name_only_costs_the_name(store):
    run = store.create(Experiment(name="First try"))
    (run.path / "name.txt").write_bytes(b"\xff\xfe\x00")
    assert run.name == "First try"
    (run.path / "name.txt").unlink()
    (run.path / "name.txt").mkdir()
    with pytest.raises(RunError, match="could not be saved.*not harmed"):
        run.write_name("Blue")
    assert store.runs()[0].name == "First try"


def test_that_notes_are_kept_beside_the_run(store):
    run = store.create(Experiment())
    assert run.notes == ""
    run.write_notes("Größer, then softer.\n")
    assert store.open(run.id).notes == "Größer, then softer.\n"


@pytest.mark.parametrize("content", ["Größer".encode("utf-16"), "Größer".encode("latin-1")])
def test_that_notes_in_another_encoding_are_a_sentence_and_are_never_written_over(store, content):
    run = store.create(Experiment())
    (run.path / "notes.md").write_bytes(content)
    with pytest.raises(RunError, match="not UTF-8 text. They are left as they are"):
        _ = run.notes
    with pytest.raises(RunError, match="not UTF-8 text. They are left as they are"):
        run.write_notes("Softer.")
    assert (run.path / "notes.md").read_bytes() == content


def test_that_notes_that_cannot_be_written_are_a_sentence(store):
    run = store.create(Experiment())
    (run.path / "notes.md").mkdir()
    with pytest.raises(RunError, match="They are left as they are"):
        run.write_notes("lost")
    (run.path / "notes.md").rmdir()
    run.path.rename(run.path.with_name("elsewhere"))
    run.path.write_text("no folder")
    with pytest.raises(RunError, match="Not a directory"):
        run.write_notes("lost")

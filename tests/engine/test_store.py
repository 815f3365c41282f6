"""The run store: everything that is shown of a run is derived from its folder."""

import os
import time
from pathlib import Path

import pytest

from engine.errors import ConfigError, RunError
from engine.events import Failed, Finished, Metric, Note, Paused, Started
from engine.experiment import Choice, Experiment
from engine.store import RunStore


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


def test_that_the_environment_is_noted(store):
    text = (store.create(Experiment()).path / "env.json").read_text()
    assert '"torch"' in text
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


def test_that_runs_are_listed_newest_first_with_their_curves(store):
    older, newer = store.create(Experiment(name="older")), store.create(Experiment(name="newer"))
    older.log.append(Metric(step=1, epoch=1, values={"validation/accuracy": 0.5}))
    os.utime(older.path / "events.jsonl", (1, 1))
    newer.log.append(Finished(results={"acc_closed": 0.25}))
    lines = store.runs()
    assert [line.name for line in lines] == ["newer", "older"]
    assert lines[1].curve == (0.5,)
    assert lines[0].results == {"acc_closed": 0.25}


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
    about = {
        "name": "x",
        "recipe": "student",
        "threads": 1,
        "parameters": 10,
        "epochs": 3,
        "steps_per_epoch": 5,
    }
    rest = {"train": 10, "validation": 5, "known": ["bed"], "strangers": [], "terms": ["ce"]}
    for device in ("cuda:0", "cpu"):
        run.log.append(Started(device=device, **about, **rest))
    assert store.runs()[0].started.device == "cpu"


def test_that_a_run_can_be_called_otherwise_and_its_folder_stays(store):
    run = store.create(Experiment(name="First try"))
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

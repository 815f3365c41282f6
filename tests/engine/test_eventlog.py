"""The event log: a torn end costs at most one event, wherever it is torn."""

from pathlib import Path

import pytest

from engine.eventlog import EventLog
from engine.events import Finished, Metric, Note, Paused, Resumed, Started, to_line


def filled(path, count=4):
    log = EventLog(path, "r")
    for number in range(count):
        log.append(Note(text=f"event {number}"))
    return log


def test_that_events_come_back_numbered_in_order(tmp_path):
    log = filled(tmp_path / "events.jsonl")
    assert [(event.number, event.run, event.text) for event in log.read()] == [
        (number, "r", f"event {number}") for number in range(4)
    ]


def test_that_a_distance_error_by_the_older_rule_is_not_compared_with_todays(tmp_path):
    log = EventLog(tmp_path / "events.jsonl", "r")
    older = {"task": "classroom", "ap50": 0.5, "depth_error": 0.1, "depth_delta": 0.9}
    log.append(Finished(outcome="done", results=older))
    assert log.results() == {"task": "classroom", "ap50": 0.5}
    log.append(Finished(outcome="done", results=older | {"depth_error_learnt": 0.2}))
    assert log.results() == older | {"depth_error_learnt": 0.2}


def test_that_any_cut_leaves_a_valid_prefix(tmp_path):
    path = tmp_path / "events.jsonl"
    filled(path)
    whole = path.read_bytes()
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        read = [event.number for event in EventLog(path, "r").read()]
        assert read == list(range(whole[:cut].count(b"\n")))


def test_that_appending_after_a_cut_goes_on_from_the_last_whole_event(tmp_path):
    path = tmp_path / "events.jsonl"
    filled(path)
    path.write_bytes(path.read_bytes()[:-5])
    EventLog(path, "r").append(Note(text="after"))
    events = list(EventLog(path, "r").read())
    assert [event.number for event in events] == [0, 1, 2, 3]
    assert events[-1].text == "after"


def test_that_rubbish_in_the_middle_ends_the_log_there(tmp_path):
    path = tmp_path / "events.jsonl"
    filled(path, 2)
    with path.open("ab") as file:
        file.write(b"rubbish\n" + to_line(Note(text="x")).encode() + b"\n")
    assert len(list(EventLog(path, "r").read())) == 2


def test_that_the_last_lifecycle_event_is_found_among_others(tmp_path):
    log = EventLog(tmp_path / "events.jsonl", "r")
    assert log.last_lifecycle() == ("", "")
    log.append(Paused(step=3))
    log.append(Metric(step=4, epoch=1, values={"loss": 1.0}))
    assert log.last_lifecycle() == ("paused", "")
    log.append(Finished(outcome="finished early", results={"a": 1}))
    assert log.last_lifecycle() == ("finished", "finished early")
    assert log.results() == {"a": 1}


def test_that_the_values_of_one_metric_are_listed(tmp_path):
    log = EventLog(tmp_path / "events.jsonl", "r")
    for step in range(3):
        log.append(
            Metric(step=step, epoch=step, values={"loss": 1.0, "validation/accuracy": step / 4})
        )
        log.append(Metric(step=step, epoch=step, values={"loss": 2.0}))
    assert log.values("validation/accuracy") == (0.0, 0.25, 0.5)


def test_that_values_of_a_lost_future_are_left_out(tmp_path):
    log = EventLog(tmp_path / "events.jsonl", "r")
    for step in (10, 20, 30):
        log.append(Metric(step=step, epoch=1, values={"validation/accuracy": step / 100}))
    log.append(Resumed(step=20))
    assert log.values("validation/accuracy") == (0.1, 0.2)
    log.append(Metric(step=20, epoch=1, values={"validation/accuracy": 0.25}))
    assert log.values("validation/accuracy") == (0.1, 0.25)


def test_that_an_end_without_a_test_does_not_hide_the_results_before(tmp_path):
    log = EventLog(tmp_path / "events.jsonl", "r")
    log.append(Finished(outcome="finished early", results={"a": 1}))
    log.append(Finished(outcome="finished early"))
    assert log.results() == {"a": 1}


def test_that_passes_are_those_done_not_those_planned(tmp_path):
    log = EventLog(tmp_path / "events.jsonl", "r")
    assert log.passes() is None
    log.append(_started(epochs=8, steps_per_epoch=11))
    assert log.passes() is None
    log.append(Finished(outcome="finished early", step=66))
    assert log.passes() == 6
    log.append(_started(epochs=8, steps_per_epoch=11))
    log.append(Finished(outcome="done", step=88))
    assert log.passes() == 8


def test_that_a_line_torn_by_a_full_disk_takes_no_later_event_along(tmp_path, monkeypatch):
    path = tmp_path / "events.jsonl"
    log = filled(path, 2)

    class Full:
        """A file on a disk with room for 10 more bytes."""

        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, data):
            self.file.write(data[:10])
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        usual = Path.open
        patch.setattr(Path, "open", lambda path, *how: Full(usual(path, *how)))
        with pytest.raises(OSError, match="No space"):
            log.append(Note(text="lost"))
    log.append(Note(text="after"))
    assert [event.text for event in log.read()] == ["event 0", "event 1", "after"]
    assert [event.number for event in log.read()] == [0, 1, 2]


def test_that_a_log_that_is_not_there_is_empty(tmp_path):
    log = EventLog(tmp_path / "none.jsonl", "r")
    assert list(log.read()) == []
    assert log.modified == 0
    assert log.results() == {}


def _started(epochs: int = 1, steps_per_epoch: int = 1) -> Started:
    return Started(
        name="n",
        recipe="r",
        device="cpu",
        threads=1,
        parameters=1,
        epochs=epochs,
        steps_per_epoch=steps_per_epoch,
        train=1,
        validation=1,
        known=["a"],
        strangers=[],
        terms=["ce"],
    )


def test_that_started_is_a_lifecycle_event(tmp_path):
    log = EventLog(tmp_path / "events.jsonl", "r")
    log.append(_started())
    assert log.last_lifecycle() == ("started", "")

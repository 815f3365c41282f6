"""Events: one JSON line each, back to the same event."""

import math

import pytest

from engine.events import Failed, Finished, Metric, Note, Phase, Progress, from_line, to_line

EVENTS = [
    Phase(name="Opening", detail="a “quoted” thing\nwith a line break", fraction=0.5),
    Metric(step=3, epoch=0.5, values={"loss": 1.25, "odd": float("inf")}),
    Progress(step=1, steps=2, epoch=1, epochs=1, clouds_per_second=3.0, seconds_left=4.0),
    Finished(outcome="finished early", results={"acc_closed": 0.5, "counts": {"n_closed": 4}}),
    Failed(sentence="No.", detail="why"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_that_an_event_survives_its_line(event):
    line = to_line(event)
    assert "\n" not in line
    assert from_line(line) == event


def test_that_not_a_number_survives_too():
    value = from_line(to_line(Metric(step=1, epoch=1, values={"loss": math.nan})))
    assert isinstance(value, Metric)
    assert math.isnan(value.values["loss"])


@pytest.mark.parametrize("line", ["", "{}", '{"kind": "party"}', "nonsense", '{"kind":"note"}'])
def test_that_a_line_that_is_no_event_is_refused(line):
    with pytest.raises(ValueError):
        from_line(line)


def test_that_unknown_fields_of_a_newer_version_are_passed_over():
    assert from_line('{"kind":"note","text":"hello","mood":"good"}').text == Note(text="hello").text


def test_that_a_phase_of_an_older_version_is_read_without_its_part():
    assert from_line('{"kind":"phase","name":"Testing"}').part == ""

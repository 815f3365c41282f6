"""What the log says of a run's events."""

from engine.events import Failed, Finished, Metric, Paused, Progress, Resumed
from workbench.models.log_lines import line_of
from workbench.models.measured import EXPLAINED, HIDDEN, KNOWN, LIKENESS


class Run:
    def __init__(self, **values: float) -> None:
        self.values = values

    def last(self, name: str) -> float | None:
        return self.values.get(name)


def passed(**values: float) -> str:
    line = line_of(Metric(step=9, epoch=3, values=values), Run(loss=0.5, **values))
    assert line is not None and line.what == "pass 3"
    return line.text


def test_that_each_pass_has_a_line_with_what_was_measured():
    assert passed(**{KNOWN: 0.5}) == "loss 0.50   known 50.0%"
    assert (
        passed(**{EXPLAINED: 0.42, LIKENESS: 0.6}) == "loss 0.50   explained 42.0%   likeness 60.0%"
    )
    assert passed(**{HIDDEN: 0.0123}) == "loss 0.50   hidden patches 0.0123"


def test_that_batches_have_no_line():
    batch = Metric(step=1, epoch=0.1, values={"loss": 1.0, "gradient/kd": 2.0})
    assert line_of(batch, Run()) is None
    pace = Progress(step=1, steps=2, epoch=1, epochs=1, clouds_per_second=1, seconds_left=1)
    assert line_of(pace, Run()) is None


def test_that_a_word_has_its_colour_whatever_the_language():
    events = (Failed(sentence="No."), Paused(step=1), Finished(), Resumed(step=1))
    lines = [line_of(event, Run()) for event in events]
    assert [line.token for line in lines] == ["bad", "warn", "good", "accent"]

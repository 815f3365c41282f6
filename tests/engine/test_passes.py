import pytest

from engine.passes import learnt_for, short


@pytest.mark.parametrize(
    ("done", "planned", "words"),
    [
        (8.0, 8, "8 passes"),
        (1.0, 1, "1 pass"),
        (None, 12, "12 passes"),
        (60 / 11, 8, "5.4 of 8 passes, stopped early"),
        (7.99, 8, "7.9 of 8 passes, stopped early"),
        (2.0, 8, "2 of 8 passes, stopped early"),
        (0.0, 1, "0 of 1 pass, stopped early"),
    ],
)
def test_that_a_run_is_never_said_to_have_learnt_for_longer_than_it_did(done, planned, words):
    assert learnt_for(done, planned) == words


def test_that_tenths_that_are_whole_are_not_lost_to_rounding():
    assert [short(step / 10) for step in (3, 7, 11, 29)] == ["0.3", "0.7", "1.1", "2.9"]

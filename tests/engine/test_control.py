"""Control: four wishes, honoured at the gate."""

import threading

import pytest

from engine.control import Control, Wish
from engine.errors import Stopped


def test_that_the_gate_is_open_while_nothing_is_wished():
    assert list(Control().gate()) == []


@pytest.mark.parametrize("wish", ["finish", "discard"])
def test_that_stopping_closes_the_gate(wish):
    control = Control()
    control.ask(wish)
    assert control.stopping
    with pytest.raises(Stopped):
        list(control.gate())


def test_that_a_pause_saves_first_then_waits_for_resume():
    control, done = Control(), []
    control.ask("pause")
    gate = control.gate(step=5, before_pause=lambda: done.append("saved"))
    assert next(gate).kind == "paused"
    assert done == ["saved"]
    threading.Timer(0.05, control.ask, ["resume"]).start()
    assert next(gate).kind == "resumed"
    assert list(gate) == []


def test_that_stopping_ends_a_pause():
    control = Control()
    control.ask("pause")
    gate = control.gate()
    next(gate)
    threading.Timer(0.05, control.ask, ["finish"]).start()
    with pytest.raises(Stopped):
        next(gate)


def test_that_finish_is_final_but_discard_still_follows():
    control = Control()
    control.ask("finish")
    control.ask("resume")
    assert control.wish is Wish.FINISH
    control.ask("discard")
    assert control.wish is Wish.DISCARD


def test_that_an_unknown_wish_is_refused():
    with pytest.raises(ValueError, match="dance"):
        Control().ask("dance")

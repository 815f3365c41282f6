"""Work done in the pool, answered on the window's own thread."""

import threading

import shiboken6
from PySide6.QtCore import QObject

from workbench.background import in_background


def test_that_the_work_is_elsewhere_and_the_answer_here(qtbot):
    owner, answers = QObject(), []

    def take(worker: int) -> None:
        answers.append((worker, threading.get_ident()))

    in_background(owner, threading.get_ident, take)
    qtbot.waitUntil(lambda: bool(answers))
    worker, here = answers[0]
    assert here == threading.get_ident() != worker


def test_that_work_that_fails_is_logged_and_not_answered(qtbot, caplog):
    owner, answers = QObject(), []
    in_background(owner, lambda: 1 / 0, answers.append)
    in_background(owner, lambda: "after", answers.append)
    qtbot.waitUntil(lambda: answers == ["after"])
    qtbot.waitUntil(lambda: "ZeroDivisionError" in caplog.text)


def test_that_nothing_is_done_for_who_is_gone_already(qtbot):
    gone, here, done = QObject(), QObject(), []
    in_background(gone, lambda: done.append("for gone"), lambda _: None)
    shiboken6.delete(gone)
    in_background(here, lambda: None, lambda _: done.append("here"))
    qtbot.waitUntil(lambda: "here" in done)
    assert done[-1] == "here"


def test_that_nobody_is_told_who_is_gone(qtbot):
    gone, here, answers = QObject(), QObject(), []
    wait = threading.Event()
    in_background(gone, wait.wait, lambda _: answers.append("gone"))
    gone.deleteLater()
    del gone
    qtbot.wait(20)
    wait.set()
    in_background(here, lambda: None, lambda _: answers.append("here"))
    qtbot.waitUntil(lambda: "here" in answers)
    qtbot.wait(50)
    assert answers == ["here"]

"""`pcd-workbench` as a command: what it opens, hands on, and refuses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench import __main__ as command
from workbench import display, doctor, gl_probe
from workbench.gl_probe import Graphics


def call(*words: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own; None takes a variable away."""
    wanted = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "workbench", *words],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in wanted.items() if value is not None},
    )


def test_that_a_word_goes_to_the_engine_before_qt_is_imported():
    done = call("no-such-command")
    assert done.returncode == 2
    assert "no-such-command" in done.stderr
    assert "PySide6" not in done.stderr


def test_that_no_display_is_a_sentence():
    done = call(DISPLAY=None, WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
    assert done.returncode == 2
    assert "There is no display" in done.stderr
    assert "Traceback" not in done.stderr
    assert "PySide6" not in done.stderr


def test_that_the_doctor_answers_in_plain_words_without_loading_torch():
    done = call("--doctor", QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0
    assert "Python" in done.stdout
    assert "torch" in done.stdout
    assert "3D is drawn without the graphics chip" in done.stdout
    assert "| torch" not in done.stderr
    assert "ok    Its checkpoint" in done.stdout


def test_that_the_doctor_asks_no_driver_without_a_display(monkeypatch):
    monkeypatch.setattr(display, "problem", lambda: "There is no display.")
    monkeypatch.setattr(gl_probe, "probe", lambda: pytest.fail("asked the driver"))
    assert any("There is no display." in line for line in doctor.report(doctor.look()))


def test_that_the_doctor_names_typefaces_and_who_draws(monkeypatch):
    monkeypatch.setattr(gl_probe, "probe", lambda: Graphics(True, "llvmpipe", True))
    text = "\n".join(doctor.report(doctor.look(doctor.typefaces())))
    for part in ("Typefaces", "llvmpipe", "PySide6-Essentials", "Runs"):
        assert part in text


def test_that_another_program_with_our_names_is_refused(monkeypatch, tmp_path, capsys):
    assert command._shadowed() == ""
    monkeypatch.setattr(command.engine, "__file__", str(tmp_path / "engine" / "__init__.py"))
    monkeypatch.setattr(sys, "argv", ["pcd-workbench"])
    assert command.main() == 2
    said = capsys.readouterr().err
    assert str(tmp_path) in said
    assert "environment of its own" in said


def test_that_the_window_is_opened_with_the_engine_asked_for(monkeypatch):
    asked = []
    monkeypatch.setattr("workbench.app.run", lambda engine: asked.append(engine) or 0)
    monkeypatch.setattr(display, "problem", lambda: "")
    for words, engine in (([], "child"), (["--engine", "thread"], "thread")):
        monkeypatch.setattr(sys, "argv", ["pcd-workbench", *words])
        assert command.main() == 0
        assert asked[-1] == engine


@pytest.mark.parametrize(
    ("environment", "has_cursor", "words"),
    [
        ({"QT_QPA_PLATFORM": "offscreen"}, False, ""),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False, ""),
        ({"DISPLAY": ":0"}, True, ""),
        ({"DISPLAY": ":0"}, False, "sudo apt install libxcb-cursor0"),
        ({}, True, "no display"),
    ],
)
def test_that_a_window_that_cannot_be_shown_is_a_sentence(
    monkeypatch, environment, has_cursor, words
):
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(display.sys, "platform", "linux")
    monkeypatch.setattr(display, "has_library", lambda _: has_cursor)
    said = display.problem()
    assert words in said
    assert bool(said) == bool(words)


def test_that_other_systems_need_no_display_variable(monkeypatch):
    monkeypatch.setattr(display.sys, "platform", "darwin")
    monkeypatch.delenv("DISPLAY", raising=False)
    assert display.problem() == ""


def test_that_a_library_is_looked_for_by_loading_it():
    assert not display.has_library("libno-such-thing.so.0")


def test_that_the_packages_are_beside_each_other():
    assert (Path(command.engine.__file__).parents[1] / "workbench").is_dir()

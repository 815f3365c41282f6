"""Whether OpenGL works is asked in a child process, once a session."""

import sys

import pytest

from workbench import gl_probe
from workbench.gl_probe import Graphics


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    """Every test begins without an answer."""
    gl_probe.probe.cache_clear()
    monkeypatch.setattr(gl_probe, "_child", None)
    yield
    gl_probe.probe.cache_clear()


def answering(monkeypatch, code: str) -> None:
    real = gl_probe.subprocess.Popen

    def begin(_command, **options):
        return real([sys.executable, "-c", code], **options)

    monkeypatch.setattr(gl_probe.subprocess, "Popen", begin)


def test_that_the_answer_of_the_child_is_believed_and_remembered(monkeypatch):
    line = '{"gl": true, "renderer": "llvmpipe", "software": true}'
    answering(monkeypatch, f"print('noise'); print('{line}')")
    expected = Graphics(True, "llvmpipe", True)
    assert gl_probe.probe() == expected
    gl_probe.probe.cache_clear()
    monkeypatch.setattr(gl_probe.subprocess, "Popen", lambda *_, **__: pytest.fail("asked again"))
    gl_probe.start()
    assert gl_probe.probe() == expected


def test_that_another_display_is_another_question(monkeypatch):
    answering(monkeypatch, "print('{\"gl\": true}')")
    assert gl_probe.probe().gl
    gl_probe.probe.cache_clear()
    monkeypatch.setenv("DISPLAY", ":77")
    assert gl_probe._remembered() is None


@pytest.mark.parametrize(
    "code", ["import os; os.abort()", "pass", "print('nonsense')", "print('[1]')"]
)
def test_that_a_child_that_dies_means_no_opengl(monkeypatch, code):
    answering(monkeypatch, code)
    assert gl_probe.probe() == Graphics(gl=False)


def test_that_a_child_that_hangs_is_ended(monkeypatch):
    answering(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(gl_probe, "_DEADLINE", 0.2)
    assert gl_probe.probe() == Graphics(gl=False)


def test_that_a_damaged_answer_from_before_is_asked_again(monkeypatch):
    answering(monkeypatch, "print('{\"gl\": true}')")
    gl_probe._cache_file().parent.mkdir(parents=True)
    gl_probe._cache_file().write_text("[]")
    assert gl_probe.probe().gl


def test_that_a_platform_without_opengl_says_so(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert gl_probe.probe() == Graphics(gl=False)


def test_that_the_answer_is_a_sentence():
    assert "without the graphics chip" in Graphics(False).sentence
    assert "the processor (llvmpipe)" in Graphics(True, "llvmpipe", True).sentence
    assert "the graphics chip (X)" in Graphics(True, "X").sentence


def test_that_it_is_known_when_an_answer_needs_no_waiting(monkeypatch, qtbot):
    assert not gl_probe.answered()
    answering(monkeypatch, "print('{\"gl\": true}')")
    gl_probe.start()
    qtbot.waitUntil(gl_probe.answered)
    assert gl_probe.probe().gl
    assert gl_probe.answered()

from pathlib import Path

from PySide6.QtWidgets import QWidget

from engine.predictions import write
from tests.workbench import made_predictions
from workbench import report_file

RESULTS = {
    "acc_closed": 0.8, "acc_open": 0.4, "acc_total": 0.55, "f_measure": 0.6, "auroc": 0.8,
    "acc_known_no_threshold": 0.87, "threshold": 0.45, "model": "last", "checkpoint": "step-1",
    "counts": {"n_closed": 20, "correct_closed": 16, "n_open": 40, "rejected_open": 16},
}  # fmt: skip


def _asked(monkeypatch, answer: Path | str) -> None:
    monkeypatch.setattr(
        "workbench.report_file.QFileDialog.getSaveFileName", lambda *_: (str(answer), "")
    )


def test_that_a_report_is_written_where_was_asked_and_offered(
    make_run, desk, qtbot, monkeypatch, tmp_path
):
    page = QWidget()
    qtbot.addWidget(page)
    run = make_run("Mine", results=RESULTS)
    write(run.predictions_path, made_predictions.made(threshold=0.45))
    _asked(monkeypatch, tmp_path / "mine")
    with qtbot.waitSignal(desk.saved, timeout=20_000) as saved:
        report_file.ask_report(desk, page, [run.path])
    assert saved.args == ["The report is saved as mine.html.", tmp_path / "mine.html"]
    assert "Mine" in (tmp_path / "mine.html").read_text(encoding="utf-8")


def test_that_nothing_is_written_where_no_place_was_chosen(make_run, desk, qtbot, monkeypatch):
    page = QWidget()
    qtbot.addWidget(page)
    _asked(monkeypatch, "")
    with qtbot.assertNotEmitted(desk.message):
        report_file.ask_report(desk, page, [make_run("Mine", results=RESULTS).path])


def test_that_the_open_run_is_reported_by_its_keys(shown, make_run, monkeypatch, qtbot):
    asked: list[list[Path]] = []
    monkeypatch.setattr(report_file, "ask_report", lambda _desk, _page, runs: asked.append(runs))
    heard: list[str] = []
    shown.desk.message.connect(lambda _role, words: heard.append(words))
    shown.report()
    assert heard == ["There is no finished run yet. Teach one on Set-up, or see the demo on Home."]
    run = make_run("Mine", results=RESULTS)
    shown.desk.shelf.look()
    qtbot.waitUntil(lambda: [one.tested for one in shown.desk.shelf.runs] == [True])
    shown.report()
    assert asked == [[run.path]]

"""The report: one file that needs nothing else, with the run's own numbers and counts in it."""

import re
from pathlib import Path

import pytest

from engine.control import Control
from engine.errors import RunError
from engine.experiment import Choice, Data, Experiment, Training
from engine.loop import fit
from engine.report import write_report
from engine.store import RunStore


@pytest.fixture
def run(tmp_path, tiny_shapes):
    experiment = Experiment(
        name="A <b>bold</b> name",
        data=Data(name="shapes", per_kind=6, points=64, validation=0.3),
        net=Choice(name="pointnet_student_wide", widths=(8, 16), head=(8,)),
        training=Training(epochs=2, batch_size=8, device="cpu", threads=1),
    )
    run = RunStore(tmp_path / "runs").create(experiment)
    list(fit(run, Control()))
    return run


def test_that_the_report_holds_the_runs_numbers_and_loads_nothing(run, tmp_path):
    target = tmp_path / "out" / "report.html"
    write_report([run], target)
    text, results = target.read_text(encoding="utf-8"), run.log.results()
    counts = results["counts"]
    assert f"{counts['rejected_open']} of {counts['n_open']}" in text
    assert f"{results['acc_open'] * 100:.1f}" in text
    assert not re.search(r"<script|<link|https?://", text)
    assert text.count("data:image/png") == 8


def test_that_a_name_cannot_become_markup(run, tmp_path):
    write_report([run], tmp_path / "report.html")
    assert "<b>bold</b>" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_that_several_runs_get_a_table(run, tmp_path):
    write_report([run, run], tmp_path / "report.html")
    assert "All runs" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_that_a_report_without_the_data_still_has_its_numbers(run, tmp_path):
    Path(run.predictions().cache).unlink()
    write_report([run], tmp_path / "report.html")
    assert "Kind by kind" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_that_an_untested_run_is_a_sentence(tmp_path):
    with pytest.raises(RunError):
        write_report([RunStore(tmp_path).create(Experiment())], tmp_path / "report.html")


def test_that_an_unwritable_target_is_a_sentence(run, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="No run was changed"):
        write_report([run], tmp_path / "file" / "report.html")

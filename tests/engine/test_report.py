"""The report: one file that needs nothing else, with the run's own numbers and counts in it."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.bundled import bundled_run
from engine.compare.lines import folded, line_of
from engine.concept_maps import NAME, write_concept_maps
from engine.control import Control
from engine.errors import RunError
from engine.events import Finished, Metric
from engine.experiment import Choice, Data, Experiment, Training
from engine.loop import fit
from engine.predictions import TEST
from engine.report import write_report
from engine.report.charts import Overlaid, curves, histograms, overlaid
from engine.report.comparison import _printed, _table
from engine.report.strangers import chosen
from engine.store import RunStore
from engine.words import of_100
from tests.workbench.made_concepts import made as made_maps
from tests.workbench.made_runs import ALIGNED, SCHEMA, made_run


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


def test_that_the_report_says_in_which_language_it_is(run, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.report.spoken", lambda: "pt-BR")
    write_report([run], tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert text.startswith('<!doctype html><html lang="pt-BR">')


def test_that_the_report_is_told_in_the_order_a_reader_asks(run, tmp_path):
    write_report([run], tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    order = [
        "<header>", "class=lead", "class=tile", "How sure it was", "How it learnt", "Kind by kind", "What was done",
        "pcd-engine run run.toml", "Eight strangers", "Show the numbers as tables", "Beside the paper", "<footer>",
    ]  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert text.count("class=tile") == 4
    assert "Made by this program" in text


def test_that_doing_it_again_names_who_taught(tmp_path):
    store = RunStore(tmp_path)
    taught = store.open(bundled_run(store))
    (teacher,) = next(event for event in taught.events() if event.kind == "started").teachers
    write_report([taught], tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"pcd-engine run run.toml --set &quot;teacher={teacher}&quot;" in text


def test_that_the_numbers_are_there_again_as_tables(run, tmp_path):
    write_report([run], tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    tables = text[text.index("<details class=numbers>") : text.index("</details>")]
    results = run.log.results()
    assert f"<td>Strangers turned away<td>{results['acc_open'] * 100:.1f}" in tables
    assert tables.count("<table>") == 4
    tested = run.predictions().of(TEST)
    known = int((tested.labels < len(tested.known)).sum())
    rows = re.findall(r"<tr><td>[\d.]+<td>[\d.]+<td>(\d+)<td>(\d+)(?=<)", tables)
    assert len(rows) == 10
    assert sum(int(a) for a, _ in rows) == known
    assert sum(int(b) for _, b in rows) == len(tested) - known


def test_that_of_eight_strangers_as_many_failed_as_in_the_whole_test(run):
    tested = run.predictions().of(TEST)
    unknown = len(tested.known)
    strangers = np.flatnonzero(tested.labels == unknown)
    for share, away in ((0.0, 0), (0.02, 1), (0.5, 4), (0.98, 7), (1.0, 8)):
        said = np.zeros(len(tested), np.int64)
        said[strangers[: round(share * len(strangers))]] = unknown
        rows = chosen(tested, said)
        assert len(set(rows.tolist())) == 8
        assert set(rows.tolist()) <= set(strangers.tolist())
        assert int((said[rows] == unknown).sum()) == away


def test_that_a_run_of_other_data_has_no_number_of_the_paper_beside_it(run, tmp_path):
    write_report([run], tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "none of its numbers is put beside these" in text
    assert "◇" not in text


def test_that_names_of_curves_that_end_together_do_not_lie_on_each_other():
    lines = {"one": ((1, 2, 3), (0.2, 0.5, 0.52)), "two": ((1, 2, 3), (0.3, 0.5, 0.5))}
    drawn = curves(lines, {"one": "known", "two": "unknown"}, kept=2)
    places = [float(y) for y in re.findall(r'<text class=name x="560" y="([\d.]+)"', drawn)]
    assert abs(places[0] - places[1]) >= 16
    assert "pass 2 kept" in drawn


def test_that_histograms_are_named_hatched_and_nowhere_higher_than_the_picture():
    values = np.array([0.1, 0.12, 0.9]), np.array([0.11, 0.13])
    drawn = histograms(*values, 0.5)
    assert drawn.count("<pattern") == 1
    assert "strangers</text>" in drawn
    assert "known</text>" in drawn
    heights = [float(pair.split(",")[1]) for pair in re.findall(r"[\d.]+,[\d.]+", drawn)]
    assert min(heights) >= 23.9
    assert max(heights) <= 190.1
    assert "nan" not in histograms(np.array([]), np.array([]), 0.5)


def test_that_a_name_cannot_become_markup(run, tmp_path):
    write_report([run], tmp_path / "report.html")
    assert "<b>bold</b>" not in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.fixture
def pictured(tmp_path):
    """A run that learnt from pictures, as its log and its maps tell."""
    experiment = Experiment(
        name="Pictures", recipe=Choice(name="align"), data=Data(name="shapes_views")
    )
    run = RunStore(tmp_path / "runs").create(experiment)
    for epoch, r2 in ((1, -0.5), (2, 0.2)):
        values = {"validation/r2": r2, "validation/likeness": r2 + 0.2}
        run.log.append(Metric(step=epoch, epoch=epoch, values=values))
    write_concept_maps(run.path / NAME, made_maps(ideas=4, layers=2, heads=2, patches=12))
    run.log.append(Finished(outcome="done", step=2, results=ALIGNED))
    return run


def test_that_a_run_that_learnt_from_pictures_has_its_own_figures_words_and_pictures(
    pictured, tmp_path
):
    write_report([pictured], tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "explains 42 % of what the picture’s teacher says" in text
    assert "of 80 pictures" in text
    assert "with the right word for the kind" in text
    assert text.count("data:image/png") == 4  # of two shapes of two kinds one picture each
    assert "teacher: " in text and "student: " in text
    assert text.count("<polyline") == 2


def test_that_its_report_is_whole_without_its_maps(pictured, tmp_path):
    (pictured.path / NAME).write_bytes(b"no maps")
    write_report([pictured], tmp_path / "report.html")
    assert "data:image/png" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_that_it_stands_beside_runs_that_name_kinds(run, pictured, tmp_path):
    write_report([run, pictured], tmp_path / "report.html", {})
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<td>Pictures<td>align" in text
    assert text.count("<details>") == 2


@pytest.fixture
def second(run, tmp_path):
    """A run that differs from the first in the seed and the passes."""
    other = RunStore(tmp_path / "runs").create(
        run.experiment.with_values(**{"seed": 8, "training.epochs": 1, "name": "Other"})
    )
    list(fit(other, Control()))
    return other


def test_that_several_runs_are_compared_by_what_differs(run, second, tmp_path):
    write_report([run, second], tmp_path / "report.html", {})
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    compared = text[: text.index("<details>")]
    assert "2 lines that differ in passes over the data." in compared
    best = max(one.log.results()["acc_open"] for one in (run, second))
    lead = compared[compared.index("class=lead") :]
    assert f"<span class=stranger>{of_100(best)}</span>" in lead[: lead.index("</p>")]
    assert "<th>Passes over the data" in compared
    assert "<td>1</tr>" in compared or "<td>1<tr>" in compared or "<td>1</table>" in compared
    assert compared.count("<polyline") == 4  # two that learnt, two over every threshold
    for one in (run, second):
        assert f"{one.log.results()['acc_closed'] * 100:.1f} %" in compared
    assert text.count("<details>") == 2
    assert not re.search(r"<script|<link|https?://", text)
    assert "prefers-color-scheme:dark" in text


def test_that_runs_of_other_data_stand_beside_no_row_of_the_paper(run, second, tmp_path):
    write_report([run, second], tmp_path / "report.html", {})
    assert "Table 1, and ours" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_that_runs_of_rooms_are_compared_by_their_own_figures():
    run = replace(
        made_run(1, "detect", (), data__name="rooms"),
        results={"task": "detect", "map25": 0.415, "map50": 0.2},
    )
    text = _table([line_of(run, SCHEMA)], [], {})
    assert "<th>Things found<th>Placed well</tr>" in text
    assert "<td>rooms<td>1<td>41.5 %<td>20.0 %</table>" in text


def test_that_runs_of_a_printed_row_stand_beside_it_with_both_numbers():
    lines = folded(
        line_of(made_run(seed, results={"acc_known_no_threshold": value}), SCHEMA)
        for seed, value in ((1, 0.86), (2, 0.88))
    )
    (cards,) = _printed(lines, SCHEMA)
    first = cards[: cards.index("Table 2, and ours")]
    assert ">87.17<" in first
    assert ">87.0 ± 1.4<" in first
    assert "2 seeds · 20 passes · cpu" in first
    assert "every stranger of the test part: other strangers than the paper’s" in cards
    assert "33 strangers of every kind" not in cards


def test_that_shares_under_curves_are_rounded_half_up():
    drawn = overlaid([Overlaid("a", np.array([0.0, 1.0]), np.array([0.8725, 0.5625]))], "pass", "t")
    assert "<td>56.3%<td>87.3%" in drawn  # by the binary value they would be 56.2 and 87.2


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

"""The command line: exit code 0, or a sentence and another code, never a traceback."""

import json
import subprocess
import sys

import numpy as np
import pytest

from engine.__main__ import main
from engine.datasets import read_cache
from engine.store import RunStore

pytestmark = pytest.mark.usefixtures("tiny_shapes")

EXPERIMENT = """
name = "Tiny"
[data]
name = "shapes"
per_kind = 6
points = 64
validation = 0.3
[net]
name = "pointnet_student_wide"
widths = [8, 16]
head = [8]
[training]
epochs = 1
batch_size = 8
device = "cpu"
threads = 1
"""


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    return path


def test_that_a_file_is_trained_reported_and_evaluated(tiny, tmp_path, capsys):
    runs, report = tmp_path / "runs", tmp_path / "report.html"
    assert (
        main(
            [
                "run",
                str(tiny),
                "--out",
                str(runs),
                "--report",
                str(report),
                "--set",
                "training.epochs=2",
            ]
        )
        == 0
    )
    assert "known, kept and right" in capsys.readouterr().out
    assert report.exists()
    (line,) = RunStore(runs).runs()
    assert len(line.curve) == 2

    assert main(["evaluate", str(line.path), "--json", "--threshold", "1.0"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["acc_open"] == 1.0
    assert figures["counts"]["n_closed"] == 20
    assert main(["report", line.id, "--runs", str(runs), "--out", str(report)]) == 0


def test_that_a_finished_run_is_not_resumed_but_explained(tiny, tmp_path, capsys):
    runs = tmp_path / "runs"
    main(["run", str(tiny), "--out", str(runs)])
    assert main(["resume", str(RunStore(runs).runs()[0].path)]) == 1
    assert "finished already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "nowhere.toml"], "There is no file nowhere.toml"),
        (["run", "TINY", "--set", "training.epocs=3"], "Did you mean “epochs”"),
        (["run", "TINY", "--set", "nonsense"], "not of the form key=value"),
        (["run", "TINY", "--set", "recipe=cake"], "no recipe called “cake”"),
        (["run", "TINY", "--set", "data=modlnet"], "Did you mean “modelnet”"),
        (["run", "TINY", "--set", "data.per_kin=3"], "Did you mean “per_kind”"),
        (["resume", "nowhere"], "There is no run at nowhere"),
        (["evaluate", "nowhere"], "There is no run at nowhere"),
        (["report", "nowhere"], "There is no run at nowhere"),
        (["import", "nowhere", "out.h5"], "nowhere"),
        (["export-kitti", "nowhere.toml", "out"], "nowhere"),
    ],
)
def test_that_what_is_wrong_is_said_in_a_sentence(arguments, sentence, tiny, capsys):
    arguments = [str(tiny) if word == "TINY" else word for word in arguments]
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


def test_that_the_schema_is_json(capsys):
    assert main(["schema"]) == 0
    assert set(json.loads(capsys.readouterr().out)) >= {
        "experiment",
        "recipe",
        "net",
        "loss",
        "dataset",
    }


def test_that_a_threshold_that_is_no_probability_is_refused(tiny, tmp_path, capsys):
    runs = tmp_path / "runs"
    main(["run", str(tiny), "--out", str(runs)])
    assert main(["evaluate", str(RunStore(runs).runs()[0].path), "--threshold", "1.5"]) == 1
    assert "must be from 0 to 1" in capsys.readouterr().err


def test_that_a_score_there_is_not_is_refused_by_name(tiny, tmp_path, capsys):
    runs = tmp_path / "runs"
    main(["run", str(tiny), "--out", str(runs)])
    assert main(["evaluate", str(RunStore(runs).runs()[0].path), "--score", "foo"]) == 1
    said = capsys.readouterr().err
    assert "no score called “foo”" in said
    assert "threshold belongs" not in said


def test_that_a_score_can_be_looked_at_with_other_settings(tiny, tmp_path, capsys):
    runs = tmp_path / "runs"
    main(["run", str(tiny), "--out", str(runs)])
    asked = [
        "evaluate",
        str(RunStore(runs).runs()[0].path),
        "--json",
        "--score",
        "nearest",
        "--rule",
        "recall",
    ]
    found = []
    for extra in ([], ["--set", "measure=cosine"]):
        capsys.readouterr()
        assert main([*asked, *extra]) == 0
        found.append(json.loads(capsys.readouterr().out)["threshold"])
    assert 0 <= found[1] <= 1 and found[0] != found[1]
    assert main([*asked[:-2], "--set", "measure=cosine"]) == 1
    assert "as the run set it" in capsys.readouterr().err
    assert main([*asked, "--set", "name=msp"]) == 1
    assert "Name the score with --score" in capsys.readouterr().err


def test_that_a_score_that_cannot_be_had_is_said_before_a_threshold_is_asked_for(
    tmp_path, capsys, tiny
):
    runs = tmp_path / "runs"
    main(["run", str(tiny), "--out", str(runs)])
    assert main(["evaluate", str(RunStore(runs).runs()[0].path), "--score", "disagreement"]) == 1
    said = capsys.readouterr().err
    assert "needs the teacher" in said and "--threshold" not in said


def test_that_the_engine_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "engine", "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "pcd-engine" in done.stdout


@pytest.fixture
def own_folder(tmp_path):
    """Two kinds of four clouds each, in a folder whose name is not plain ASCII."""
    rng = np.random.default_rng(5)
    folder = tmp_path / "Möbel 🪑 模型"
    for kind in ("chäir", "桌子"):
        (folder / kind).mkdir(parents=True)
        for number in range(4):
            np.save(folder / kind / f"{number}.npy", rng.random((20 + number, 3)))
    return folder


def test_that_a_folder_with_nothing_to_test_is_trained_and_reported(
    tiny, own_folder, tmp_path, capsys
):
    report = own_folder / "bericht ü.html"
    own = ["data.name=folder", f"data.path={own_folder}", "data.points=16", "data.test_share=0.0"]
    text = tiny.read_text(encoding="utf-8").replace("per_kind = 6\npoints = 64\n", "")
    tiny.write_text(text, encoding="utf-8")
    sets = [word for value in own for word in ("--set", value)]
    runs = own_folder / "läufe"
    assert main(["run", str(tiny), *sets, "--out", str(runs), "--report", str(report)]) == 0
    said = capsys.readouterr()
    assert "nothing known to test it on" in said.out
    assert "nan" not in said.out
    assert "nothing known to test it on" in report.read_text(encoding="utf-8")
    (line,) = RunStore(runs).runs()
    assert main(["evaluate", str(line.path)]) == 0


def test_that_a_folder_is_imported_to_one_file(own_folder, tmp_path, capsys):
    target = tmp_path / "new folder" / "mine.h5"
    assert main(["import", str(own_folder), str(target)]) == 0
    assert "8 clouds of 2 kinds" in capsys.readouterr().out
    assert len(read_cache(target)) == 8


def test_that_built_in_streets_can_be_written_as_kittis_files_and_rooms_cannot(tmp_path, capsys):
    own = tmp_path / "streets.toml"
    own.write_text(
        'recipe = "classroom"\n[data]\nname = "streets"\nscenes = 2\nheight = 32\nwidth = 32\n'
        "rays_down = 4\nrays_across = 16\n"
    )
    target = tmp_path / "kitti"
    assert main(["export-kitti", str(own), str(target)]) == 0
    assert "2 frames of" in capsys.readouterr().out
    assert len(list((target / "training" / "velodyne").glob("*.bin"))) == 2
    assert main(["export-kitti", str(own), str(target)]) == 1
    assert "is not empty. Nothing was written" in capsys.readouterr().err
    own.write_text('recipe = "detect"\n[data]\nname = "rooms"\n')
    assert main(["export-kitti", str(own), str(tmp_path / "other")]) == 1
    said = capsys.readouterr().err
    assert "rooms" in said and "Traceback" not in said


@pytest.mark.parametrize("where", ["file/mine.h5", "."])
def test_that_a_place_that_cannot_be_written_is_a_sentence(own_folder, tmp_path, capsys, where):
    (tmp_path / "file").write_text("")
    assert main(["import", str(own_folder), str(tmp_path / where)]) == 1
    said = capsys.readouterr().err
    assert "could not be read or written" in said
    assert "Traceback" not in said


def test_that_an_interrupted_import_is_a_sentence(own_folder, tmp_path, capsys, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.datasets.folder.gather", interrupt)
    assert main(["import", str(own_folder), str(tmp_path / "mine.h5")]) == 1
    assert "Stopped as you asked" in capsys.readouterr().err

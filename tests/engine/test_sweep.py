"""Sweeps: shared by workers, killed, left and gone on with; every cell is done exactly once, pupils after teachers."""

import json
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import optuna
import pytest
from optuna.storages import RDBStorage
from optuna.trial import TrialState

from engine.__main__ import main
from engine.control import Control
from engine.errors import ConfigError
from engine.loop import fit
from engine.store import RunStore
from engine.sweep.board import opened
from engine.sweep.command import table, work
from engine.sweep.plan import cells, load_sweep

pytestmark = pytest.mark.usefixtures("tiny_shapes")

FILE = """
name = "Tiny sweep"
seeds = [3, 4]
[experiment]
data = { name = "shapes", per_kind = 6, points = 64, validation = 0.3 }
net = { name = "pointnet_student_wide", widths = [8], head = [8] }
training = { epochs = 2, batch_size = 8, device = "cpu", threads = 1, checkpoint_seconds = 0 }
[[row]]
name = "pupil"
teacher = "master"
set = { recipe = "distil" }
[[row]]
name = "master"
set = { recipe = "teacher", "losses.ce.weight" = 1.0 }
"""
ALONE = FILE.split("[[row]]")[0]
WORKER = """
import sys, time
from pathlib import Path
from engine.control import Control
from engine.sweep.board import Beat
from engine.sweep.command import work
from engine.sweep.plan import load_sweep
def tell(event):
    print(event.kind, flush=True)
    time.sleep(float(sys.argv[3]))
words = (tell, lambda text: None)
work(load_sweep(Path(sys.argv[1])), Path(sys.argv[2]), Control(), words, join=len(sys.argv) > 4, beat=Beat(1, 2))
"""
# Takes four cells as fast as it can; to look at one takes so long that another could take it meanwhile.
TAKER = """
import sys, time
from pathlib import Path
from optuna.storages._rdb.models import TrialModel
from engine.sweep.board import opened
from engine.sweep.plan import load_sweep
look = TrialModel.find_or_raise_by_id
def slowly(*args, **options):
    found = look(*args, **options)
    time.sleep(0.2)
    return found
TrialModel.find_or_raise_by_id = slowly
with opened(load_sweep(Path(sys.argv[1])), Path(sys.argv[2]), join=True) as board:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(4):
        print(board.study.ask().user_attrs["cell"], flush=True)
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "sweep.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.fixture
def out(tmp_path):
    return tmp_path / "runs"


def silent(_value):
    """Nothing is told."""


def worked(file, out, *, join=False, control=None, tell=silent, say=silent):
    return work(load_sweep(file), out, control or Control(), (tell, say), join=join)


def trials(file, out):
    with opened(load_sweep(file), out, join=True) as board:
        return board.study.get_trials()


def done(file, out):
    """The run of every cell that is done; each must be done once."""
    complete = [trial for trial in trials(file, out) if trial.state.name == "COMPLETE"]
    found = {trial.user_attrs["cell"]: trial.user_attrs["run"] for trial in complete}
    assert len(found) == len(complete)
    return {key: RunStore(out).open(run) for key, run in found.items()}


def times(run, kind):
    return [event.time for event in run.events() if event.kind == kind]


def test_that_all_cells_are_ordinary_runs_and_pupils_name_the_teacher_of_their_seed(file, out):
    assert worked(file, out)
    runs = done(file, out)
    assert set(runs) == {f"{row}, seed {seed}" for row in ("pupil", "master") for seed in (3, 4)}
    assert len(RunStore(out).runs()) == 4
    for seed in (3, 4):
        pupil, master = runs[f"pupil, seed {seed}"], runs[f"master, seed {seed}"]
        assert pupil.experiment.teacher == master.id
        assert pupil.experiment.seed == master.experiment.seed == seed
        assert times(pupil, "started")[0] > times(master, "finished")[-1]


STARTING = """
name = "Starting"
seeds = [3]
[experiment]
data = { name = "shapes", per_kind = 6, points = 64, validation = 0.3, known = ["car", "lamp"] }
training = { epochs = 1, batch_size = 4, device = "cpu", threads = 1, checkpoint_seconds = 0 }
augment = { dropout = 0.0 }
recipe = "classify"
[experiment.net]
name = "point_transformer"
width = 12
depth = 1
heads = 3
patches = 8
patch_size = 6
tokenizer = [5, 6, 7, 12]
[[row]]
name = "second"
start = "first"
[[row]]
name = "first"
"""


def test_that_a_row_starts_from_the_run_it_names_even_in_a_sweep_of_before(tmp_path, out):
    path = tmp_path / "starting.toml"
    path.write_text(STARTING, encoding="utf-8")
    sweep = load_sweep(path)
    assert work(sweep, out, Control(), (lambda event: None, lambda text: None))
    runs = {run.name: run for run in RunStore(out).runs()}
    assert runs["second"].experiment.recipe.settings["start"] == runs["first"].id
    assert (runs["second"].path / "match.json").exists()
    remembered = out / sweep.slug / "sweep.json"
    older = json.loads(remembered.read_text(encoding="utf-8"))
    for row in older["row"]:
        del row["start"]  # as it was before rows could start anywhere
    older["row"][0]["start"] = "first"
    remembered.write_text(json.dumps(older), encoding="utf-8")
    assert work(sweep, out, Control(), (lambda event: None, lambda text: None))


def test_that_the_value_is_the_accuracy_on_validation_and_the_figures_are_the_tests(file, out):
    worked(file, out)
    runs = done(file, out)
    for trial in trials(file, out):
        run = runs[trial.user_attrs["cell"]]
        assert trial.value == run.log.values("validation/accuracy")[-1]
        assert trial.user_attrs["figures"]["acc_open"] == run.log.results()["acc_open"]
        assert trial.user_attrs["figures"]["epochs"] == 2
        assert trial.user_attrs["figures"]["device"] == "cpu"


def test_that_calling_it_again_does_nothing_twice(file, out):
    worked(file, out)
    before = done(file, out)
    assert worked(file, out)
    assert {key: run.id for key, run in done(file, out).items()} == {
        key: run.id for key, run in before.items()
    }
    assert len(trials(file, out)) == len(RunStore(out).runs()) == 4


def test_that_a_further_seed_may_be_added_but_nothing_else_be_changed(file, out):
    file.write_text(ALONE, encoding="utf-8")
    worked(file, out)
    file.write_text(ALONE.replace("[3, 4]", "[3, 4, 5]"), encoding="utf-8")
    assert worked(file, out)
    assert len(done(file, out)) == 3
    file.write_text(ALONE.replace("epochs = 2", "epochs = 3"), encoding="utf-8")
    with pytest.raises(ConfigError, match="begun with other settings"):
        worked(file, out)


def test_that_two_workers_at_once_never_take_the_same_cell(file, out):
    file.write_text(ALONE.replace("[3, 4]", "[1, 2, 3, 4, 5, 6, 7, 8]"), encoding="utf-8")
    with opened(load_sweep(file), out, join=False) as board:
        board.refill()
    command = [sys.executable, "-c", TAKER, str(file), str(out)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as first, subprocess.Popen(command, **pipes) as second:
        for child in (first, second):
            _read_until(child, "ready")
        for child in (first, second):
            child.stdin.write("go\n")
            child.stdin.flush()
        taken = [child.communicate()[0].split("\n")[:-1] for child in (first, second)]
    assert [len(keys) for keys in taken] == [4, 4]
    assert len({*taken[0], *taken[1]}) == 8


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_that_three_workers_share_a_sweep_and_the_cell_of_a_killed_one_is_resumed(file, out):
    seeds = (3, 4, 5, 6, 7)
    file.write_text(ALONE.replace("[3, 4]", f"{[*seeds]}"), encoding="utf-8")
    command = [sys.executable, "-c", WORKER, str(file), str(out)]
    with ExitStack() as stack:

        def worker(pause, *join):
            started = [*command, str(pause), *join]
            return stack.enter_context(subprocess.Popen(started, stdout=subprocess.PIPE, text=True))

        first = worker(3.0)  # so slow that it is in the middle when it is killed
        _read_until(first, "checkpoint")
        (killed,) = [
            trial.user_attrs["run"] for trial in trials(file, out) if trial.state.name == "RUNNING"
        ]
        others = [worker(0.05, "join"), worker(0.05, "join")]
        for other in others:
            _read_until(other, "started")
        first.send_signal(signal.SIGKILL)
        first.wait()
        for other in others:
            other.communicate()
            assert other.returncode == 0
    runs = done(file, out)
    assert set(runs) == {f"Tiny sweep, seed {seed}" for seed in seeds}
    assert {run.state for run in runs.values()} == {"done"}
    assert len(RunStore(out).runs()) == len(seeds)
    (again,) = [run for run in runs.values() if run.id == killed]
    assert next(event.step for event in again.events() if event.kind == "resumed") > 0
    for run in runs.values():  # done by one worker at a time, whoever it was
        started = next(event for event in run.events() if event.kind == "started")
        assert len(run.log.values("loss")) == started.epochs * started.steps_per_epoch
        assert len([event for event in run.events() if event.kind == "finished"]) == 1


def _read_until(child, kind):
    for line in child.stdout:
        if line.strip() == kind:
            return
    raise AssertionError(f"the worker ended before its first {kind}")


def test_that_a_cell_that_is_left_is_resumed_by_the_next_call(file, out):
    file.write_text(ALONE, encoding="utf-8")
    control = Control()

    def leave(event):
        if event.kind == "checkpoint" and event.step > 2:
            control.ask("leave")

    assert not worked(file, out, control=control, tell=leave)
    (left,) = RunStore(out).runs()
    assert left.state == "paused"
    assert worked(file, out)
    runs = done(file, out)
    assert len(runs) == len(RunStore(out).runs()) == 2
    resumed = [
        event.step for event in runs["Tiny sweep, seed 3"].events() if event.kind == "resumed"
    ]
    assert resumed
    assert resumed[-1] > 2


@contextmanager
def another_worker(file, out):
    """The queue as another worker sees it, who takes cells in its hands but is too slow to do them."""
    with opened(load_sweep(file), out, join=False) as board:
        board.refill()
    storage = RDBStorage(f"sqlite:///{out}/tiny-sweep/sweep.db")
    yield optuna.load_study(study_name=None, storage=storage)
    storage.remove_session()
    storage.engine.dispose()


def test_that_a_pupil_is_not_in_the_queue_before_its_teacher_is_done(file, out):
    masters = {"master, seed 3", "master, seed 4"}
    with another_worker(file, out) as study, opened(load_sweep(file), out, join=True) as board:
        assert set(board.refill()) == masters
        held = study.ask()
        assert set(board.refill()) == masters
        study.tell(held, 0.5)
        assert set(board.refill()) == masters | {"pupil, seed 3"}
        assert len(board.study.get_trials()) == 3


def test_that_meanwhile_a_worker_takes_another_cell_and_the_pupil_last(file, out):
    said = []
    with another_worker(file, out) as study:
        held = study.ask()
        assert held.user_attrs["cell"] == "master, seed 3"
        run = RunStore(out).create(cells(load_sweep(file))[0].experiment)

        def the_other_is_done(event):
            if event.kind == "finished" and said[-1].startswith("pupil, seed 4"):
                list(fit(run, Control()))
                held.set_user_attr("run", run.id)
                held.set_user_attr("figures", {})
                study.tell(held, 0.5)

        assert worked(file, out, join=True, tell=the_other_is_done, say=said.append)
    order = [text.split(":")[0] for text in said]
    assert order[:3] == ["master, seed 4", "pupil, seed 4", "pupil, seed 3"]


def test_that_a_worker_that_was_thought_dead_goes_on_and_nothing_is_done_twice(file, out):
    file.write_text(ALONE, encoding="utf-8")
    thought_dead = []
    with another_worker(file, out) as study:

        def sleeps_too_long(event):
            if event.kind == "finished" and not thought_dead:
                (trial,) = study.get_trials(states=[TrialState.RUNNING])
                study._storage.set_trial_state_values(trial._trial_id, TrialState.FAIL)
                thought_dead.append(trial)

        assert worked(file, out, join=True, tell=sleeps_too_long)
    assert len(thought_dead) == 1
    assert len(done(file, out)) == len(RunStore(out).runs()) == 2


def test_that_a_run_that_fails_is_told_with_its_sentence_and_tried_again_by_the_next_call(
    file, out
):
    said = []
    file.write_text(
        FILE.replace(
            'recipe = "teacher", ', 'recipe = "teacher", "optimiser.learning_rate" = 1.0, '
        ).replace('"losses.ce.weight" = 1.0', '"losses.ce.weight" = 1e38'),
        encoding="utf-8",
    )
    assert not worked(file, out, say=said.append)
    assert any("no number any more" in text for text in said)
    assert any("0 of 4 runs are done" in text for text in said)
    assert {trial.state.name for trial in trials(file, out)} == {"FAIL"}
    before = len(RunStore(out).runs())
    assert not worked(file, out)
    assert len(trials(file, out)) == 4
    assert len(RunStore(out).runs()) == before == 2


@pytest.mark.parametrize("option", ["--join", "--table"])
def test_that_a_sweep_that_was_not_begun_cannot_be_joined_or_told(file, out, capsys, option):
    assert main(["sweep", str(file), "--out", str(out), option]) == 1
    error = capsys.readouterr().err
    assert "There is no sweep in" in error
    assert len(error.splitlines()) == 1
    assert not out.exists()


def test_that_a_wrong_file_is_one_sentence_and_leaves_nothing_behind(file, out, capsys):
    file.write_text(FILE.replace("[[row]]", "[[rows]]"), encoding="utf-8")
    assert main(["sweep", str(file), "--out", str(out)]) == 1
    error = capsys.readouterr().err
    assert "has no key “rows”. Did you mean “row”?" in error
    assert len(error.splitlines()) == 1
    assert not out.exists()


def test_that_the_command_works_and_ends_in_a_table_with_a_line_for_every_row(file, out, capsys):
    changes = ["--set", "seeds=[5]", "--set", "training.epochs=1"]
    assert main(["sweep", str(file), "--out", str(out), *changes]) == 0
    printed = capsys.readouterr().out
    assert "2 of 2 runs are done." in printed
    text = (out / "tiny-sweep" / "table.md").read_text(encoding="utf-8")
    assert text in printed
    rows = [line.split("|")[1].strip() for line in text.splitlines()]
    assert rows == ["row", "---", "pupil", "master"]
    assert main(["sweep", str(file), "--out", str(out), *changes, "--table"]) == 0
    assert (
        capsys.readouterr().out.strip()
        == text.strip()
        == table(load_sweep(file, {"seeds": [5], "training.epochs": 1}), out).strip()
    )
    csv = (out / "tiny-sweep" / "table.csv").read_text(encoding="utf-8")
    assert csv.startswith("row,validation_mean,validation_sd,acc_known_no_threshold_mean,")
    assert Path(out / "tiny-sweep" / "sweep.db").exists()

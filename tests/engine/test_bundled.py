"""The finished run that comes with the program: whole, small, honest, and copied whole or not at all."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import bundled, state
from engine.bundled import NAME, bundled_run
from engine.datasets import place_of
from engine.datasets.shapes import make_cloud
from engine.errors import RunError
from engine.evaluation import evaluate
from engine.places import resource
from engine.predictions import TEST
from engine.predictions import read as read_predictions
from engine.recipes.teacher import load_net
from engine.store import Run, RunStore

BUNDLE = resource("demo")
FILES = sorted(path for path in BUNDLE.rglob("*") if path.is_file())
PLAIN = {".toml", ".json", ".jsonl", ".md", ".h5", ".safetensors"}
PLACES = re.compile(rb"(/(tmp|work|home|root|Users|var|opt)/|[A-Z]:\\|[\w.]+@[\w-]+\.)")


@pytest.fixture
def store(own_home: Path) -> RunStore:
    return RunStore()


@pytest.fixture(scope="module")
def run() -> Run:
    return Run(BUNDLE)


def test_that_it_is_small_and_holds_nothing_that_can_be_executed():
    assert {path.suffix for path in FILES} == PLAIN
    assert sum(path.stat().st_size for path in FILES) <= 4e6


def test_that_no_place_and_no_name_of_a_person_is_in_it(run: Run):
    for path in FILES:
        if path.suffix not in (".h5", ".safetensors"):
            assert not PLACES.search(path.read_bytes()), path.name
    predictions = run.predictions()
    told = json.dumps([predictions.cache, *predictions.names, *predictions.refused.values()])
    assert not PLACES.search(told.encode())


def test_that_it_was_trained_to_its_end_by_the_method_it_says(run: Run):
    started = run.log.started()
    assert run.state == "done"
    assert run.experiment.recipe.name == "joint"
    assert started is not None
    assert set(started.terms) >= {"kd", "crd", "ce"}
    assert len(run.log.values("loss")) == started.epochs * started.steps_per_epoch


def test_that_its_figures_follow_from_its_predictions(run: Run):
    results, predictions = run.log.results(), run.predictions()
    again = evaluate(predictions, results["score"], results["threshold"])
    assert again["counts"] == results["counts"]
    for name in ("acc_closed", "acc_open", "auroc", "oscr", "ece"):
        assert again[name] == pytest.approx(results[name], abs=1e-6)
    spread = results["intervals"]
    assert spread.keys() == again["intervals"].keys() > {"acc_closed", "auroc", "oscr", "f_measure"}
    assert all(low <= results[name] <= high for name, (low, high) in spread.items())


def test_that_its_card_tells_the_figures_of_its_test(run: Run):
    counts, card = run.log.results()["counts"], run.notes
    assert f"{counts['correct_closed']} of {counts['n_closed']} known" in card
    assert f"{counts['rejected_open']} of {counts['n_open']} strangers" in card
    assert "not scanned" in card
    assert f"**Seed** {run.experiment.seed}" in card


def test_that_its_weights_give_the_answers_that_are_stored(run: Run):
    predictions = run.predictions()
    net = load_net(run, len(predictions.known)).eval()
    tested = predictions.of(TEST)
    some = range(0, len(tested), len(tested) // 6)
    clouds = [_cloud(tested.names[sample]) for sample in some]
    with torch.inference_mode():
        logits = net(torch.from_numpy(np.stack(clouds))).logits.numpy()
    np.testing.assert_allclose(logits, tested.logits[list(some)], rtol=1e-3, atol=2e-3)


def _cloud(name: str) -> np.ndarray:
    """The built-in shape of this name, made anew."""
    kind, _, number = name.rpartition("_")
    return make_cloud(kind, 0, int(number) - 1, 1024).astype(np.float32)


def test_that_a_copy_is_an_ordinary_finished_run(store: RunStore):
    path = bundled_run(store)
    (line,) = store.runs()
    assert (line.path, line.tested, line.predicts) == (path, True, True)
    assert state.tested_checkpoint(Run(path)).is_dir()
    assert [found.name for found in store.folder.iterdir()] == [NAME]


def test_that_a_copy_says_where_its_data_are_on_this_computer(store: RunStore):
    run = Run(bundled_run(store))
    assert run.predictions().cache == str(place_of(run.experiment.data))
    assert read_predictions(BUNDLE / "predictions.h5").cache == ""


def test_that_a_copy_that_is_there_is_left_as_it_is(store: RunStore):
    path = bundled_run(store)
    Run(path).write_notes("Mine.")
    assert bundled_run(store) == path
    assert Run(path).notes == "Mine."


def test_that_one_in_the_trash_can_still_be_taken_back(store: RunStore):
    first = bundled_run(store)
    gone = store.discard(first)
    second = bundled_run(store)
    assert second != first
    assert store.restore(gone) == first
    assert len(store.runs()) == 2


def test_that_a_damaged_copy_is_not_taken_for_the_run(store: RunStore):
    first = bundled_run(store)
    (first / "predictions.h5").write_bytes(b"torn")
    second = bundled_run(store)
    assert second != first
    assert Run(second).tested


def test_that_a_copy_that_fails_leaves_nothing(store: RunStore, monkeypatch: pytest.MonkeyPatch):
    def full(source: str, target: str) -> None:
        if str(source).endswith(".safetensors"):
            raise OSError("No space left on device")
        shutil.copyfile(source, target)

    monkeypatch.setattr(bundled, "_copy_file", full)
    with pytest.raises(RunError, match="No space left"):
        bundled_run(store)
    assert list(store.folder.iterdir()) == []


def test_that_a_program_without_it_says_so(store: RunStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bundled, "resource", lambda *parts: Path("nowhere", *parts))
    with pytest.raises(RunError, match="missing from this installation"):
        bundled_run(store)
    assert not store.folder.exists()

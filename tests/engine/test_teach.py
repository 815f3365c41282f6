"""Teach it this: one row more, every old number bit for bit, what is forgotten counted, and no run where it fails."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine import state
from engine.bring.asked_run import asked_run, forget
from engine.bring.asking import Asking, Lesson
from engine.bring.grown import grown, refined
from engine.bring.new_row import Material, imprinted, learnt_row, moved_row
from engine.control import Control
from engine.datasets.cache import read_cache
from engine.evaluation import evaluate, said
from engine.experiment import Choice, Data, Experiment, Loss, Training
from engine.jobs import Job, perform
from engine.loop import fit
from engine.predictions import PRETEND, TEST, TRAIN
from engine.store import RunStore
from tests.engine.test_evaluation import made

TINY = {"per_kind": 6, "points": 64}
KIND = "lamp"


@pytest.fixture(scope="module")
def home(tmp_path_factory, shapes_cache):
    """A home with one finished run on the tiny shapes, made once."""
    home = tmp_path_factory.mktemp("taught")
    (home / "cache").mkdir()
    (home / "cache" / "datasets").symlink_to(shapes_cache)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCD_WORKBENCH_HOME", str(home))
        list(fit(RunStore().create(experiment("open_set")), Control()))
    return home


@pytest.fixture
def store(home, monkeypatch):
    monkeypatch.setenv("PCD_WORKBENCH_HOME", str(home))
    forget()
    return RunStore()


@pytest.fixture
def run(store):
    """The run that was trained, the oldest of all."""
    return store.open(store.runs()[-1].path)


def experiment(recipe, **changes):
    values = {
        "name": "Small",
        "recipe": Choice(name=recipe),
        "data": Data(name="shapes", validation=0.3, **TINY),
        "net": Choice(name="pointnet_student_wide", widths=(16, 64), head=(16,)),
        "training": Training(epochs=12, batch_size=8, device="cpu", threads=1),
    }
    return Experiment(**values | changes)


def done(**job):
    """The answer's value; a failure is its sentence."""
    last = list(perform(Job(**job), Control()))[-1]
    return last.value if last.kind == "answer" else last.sentence


def brought(folder, run, kind, number):
    """A cloud of the data as a file, asked about."""
    clouds = read_cache(next((folder / "cache" / "datasets").glob("*.h5")))
    path = folder / f"{kind}{number}.npy"
    np.save(path, clouds.points[clouds.of_kind(kind)[number]])
    return done(do="ask", ask=Asking(file=path, run=run.path, up="z"))


@pytest.fixture
def taught(home, store, run):
    answers = [brought(home, run, KIND, number) for number in range(3)]
    paths = tuple(answer["arrays"] for answer in answers)
    told = done(do="teach_kind", lesson=Lesson(run=run.path, kind="Lamp", examples=paths))
    assert isinstance(told, dict), told
    return told, store.open(told["run"]), answers


# --- the row


def test_that_an_imprinted_row_is_the_mean_direction_as_long_as_the_others():
    features = torch.tensor([[3.0, 0.0], [0.0, 5.0]])
    weight = torch.tensor([[1.0, 0.0], [0.0, 3.0]])
    half = 2 / np.sqrt(2)
    torch.testing.assert_close(imprinted(features, weight), torch.tensor([half, half]).float())


def test_that_the_learnt_row_is_for_the_examples_and_against_the_rehearsal():
    generator = torch.Generator().manual_seed(0)
    weight = torch.tensor([[4.0, 0.0, 0.0], [0.0, 4.0, 0.0]])

    def around(*place):
        return torch.tensor(place) + 0.1 * torch.randn(40, 3, generator=generator)

    old = torch.cat([around(1.0, 0.0, 0.0), around(0.0, 1.0, 0.0)])
    mine, mixed = around(0.3, 0.3, 1.0), around(0.5, 0.5, 0.0)
    parts = [(part, part @ weight.T) for part in (mine, old, mixed)]
    row, bias = learnt_row(Material(*parts), weight, 2)
    new = [features @ row + bias - logits.amax(dim=1) for features, logits in parts]
    assert (new[0] > 0).all()
    assert (new[1] < 0).all()
    assert (new[2] < 0).float().mean() > 0.9


def test_that_a_row_moves_towards_the_examples_and_keeps_its_own():
    generator = torch.Generator().manual_seed(0)
    weight = torch.tensor([[4.0, 0.0, 0.0], [0.0, 4.0, 0.0]])

    def around(*place):
        return torch.tensor(place) + 0.1 * torch.randn(40, 3, generator=generator)

    first, second = around(1.0, 0.0, 0.0), around(0.0, 1.0, 0.0)
    examples = around(0.0, 0.5, 1.0)  # taken for the second kind, and of the first
    parts = [(part, part @ weight.T) for part in (examples, torch.cat([first, second]))]
    nothing = (torch.zeros(0, 3), torch.zeros(0, 2))
    own = torch.arange(80) < 40
    row, bias = moved_row(Material(*parts, nothing), own, 0, (weight[0], torch.zeros(())), 2)

    def is_first(features):
        return features @ row + bias > features @ weight[1]

    assert (parts[0][1][:, 0] < parts[0][1][:, 1]).all()
    assert is_first(examples).all()
    assert is_first(first).all()
    assert not is_first(second).any()


def test_that_a_row_with_nothing_to_learn_stays_where_it_is():
    # Far on the right side of everything: the only pull is that to where it began.
    weight = torch.tensor([[90.0, 0.0], [0.0, 90.0]])
    features = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    parts = (features[:1], features[:1] @ weight.T), (features, features @ weight.T)
    nothing = (torch.zeros(0, 2), torch.zeros(0, 2))
    own = torch.tensor([True, False])
    row, bias = moved_row(Material(*parts, nothing), own, 0, (weight[0], torch.zeros(())), 2)
    torch.testing.assert_close((row, bias), (weight[0], torch.zeros(())))


def test_that_a_column_that_moves_is_the_only_number_that_changes():
    features = np.array([[1, 0], [0, 1], [2, 2]], np.float32)
    weight = np.array([[2, 0], [0, 2], [1, 1]], np.float32)
    old = made(
        features @ weight.T,
        [0, 1, 2],
        [TRAIN, TEST, PRETEND],
        features=features,
        weight=weight,
        bias=np.zeros(3, np.float32),
        kind=np.array([0, 1, -1]),
        kinds=("bed", "chair"),
    )
    row, examples = np.array([0.5, -1.0], np.float32), np.array([[4, 0]], np.float32)
    new = refined(old, 1, (row, 0.25), examples, ("mine.ply",))
    # 0.5 x - y + 0.25, and the example after all others; 2 x and x + y of the example as they were.
    np.testing.assert_allclose(new.logits[:, 1], [0.75, -0.75, -0.75, 2.25])
    np.testing.assert_array_equal(new.logits[:3][:, [0, 2]], old.logits[:, [0, 2]])
    assert new.logits[3, [0, 2]].tolist() == [8, 4]
    np.testing.assert_array_equal(new.weight[[0, 2]], weight[[0, 2]])
    np.testing.assert_array_equal(old.weight, weight)
    assert (new.weight[1].tolist(), new.bias.tolist()) == ([0.5, -1.0], [0, 0.25, 0])
    assert (new.labels.tolist(), new.known, new.kinds) == ([0, 1, 2, 1], old.known, old.kinds)
    assert (int(new.split[-1]), int(new.row[-1]), int(new.kind[-1])) == (TRAIN, -1, 1)


def test_that_a_column_is_added_before_the_unknown_and_no_old_number_changes():
    features = np.array([[1, 0], [0, 1], [1, 1], [2, 2], [3, 0]], np.float32)
    weight = np.array([[2, 0], [0, 2], [1, 1]], np.float32)
    old = made(
        features @ weight.T,
        [0, 1, 2, 2, 2],
        [TRAIN, TEST, TEST, PRETEND, TEST],
        features=features,
        weight=weight,
        bias=np.zeros(3, np.float32),
        kind=np.array([0, 1, 2, -1, 3]),
        kinds=("bed", "chair", "lamp", "plant"),
    )
    row, examples = np.array([0.5, -1.0], np.float32), np.array([[4, 0]], np.float32)
    new = grown(old, "lamp", (row, 0.25), examples, ("mine.ply",))
    np.testing.assert_array_equal(new.logits[:5][:, [0, 1, 3]], old.logits)
    np.testing.assert_array_equal(new.weight[[0, 1, 3]], weight)
    # 0.5 x - y + 0.25, and the example after all others.
    np.testing.assert_allclose(new.logits[:, 2], [0.75, -0.75, -0.25, -0.75, 1.75, 2.25])
    # The lamp of the test is known now; mixtures and the plant stay strangers, one number further.
    assert new.labels.tolist() == [0, 1, 2, 3, 3, 2]
    assert (new.known, new.names[-1]) == (("bed", "chair", "lamp"), "mine.ply")
    assert (int(new.split[-1]), int(new.row[-1]), int(new.kind[-1])) == (TRAIN, -1, 2)


# --- the run


def test_that_an_answer_says_what_it_is_and_why(home, run):
    known = run.predictions().known
    answer = brought(home, run, known[0], 0)
    assert answer["run"] == str(run.path)
    assert answer["about"] == answer["top"][0]["kind"]
    assert (answer["used"], answer["how"], answer["up"], answer["guessed"]) == (
        64,
        "max",
        "z",
        False,
    )
    with np.load(answer["arrays"]) as arrays:
        points, decided = arrays["points"], arrays["decided"]
    assert answer["decided"] == decided.sum() > 0
    logits = torch.from_numpy(asked_run(run).answers(points[None]).logits).double()
    chances = logits.softmax(1)[0, : len(known)].numpy()
    np.testing.assert_allclose(
        [guess["probability"] for guess in answer["top"]], np.sort(chances)[::-1][:3], atol=1e-6
    )
    unknown = logits.softmax(1)[0, len(known) :].sum()
    assert answer["none"] == pytest.approx(float(unknown), abs=1e-6)
    sure = chances.max() >= 0.5 and logits.argmax() < len(known)
    assert answer["said"] == (known[int(chances.argmax())] if sure else None)
    assert len(answer["regions"]) == 8
    assert [near["distance"] for near in answer["near"]] == sorted(
        near["distance"] for near in answer["near"]
    )
    json.dumps(answer)


def test_that_without_a_run_the_newest_answers(home, store, run):
    answer = brought(home, run, "chair", 0)
    asking = Asking(file=answer["file"], up="z")
    assert done(do="ask", ask=asking)["run"] == str(store.runs()[0].path.resolve())


def test_that_a_bad_file_or_run_is_a_sentence(home, run, tmp_path):
    (tmp_path / "bad.ply").write_bytes(b"ply\nnothing")
    assert "bad.ply" in done(do="ask", ask=Asking(file=tmp_path / "bad.ply", run=run.path))
    good = brought(home, run, "chair", 1)["file"]
    assert "no run" in done(do="ask", ask=Asking(file=good, run=tmp_path))


def test_that_no_run_at_all_is_a_sentence(tmp_path, monkeypatch, home, run):
    good = brought(home, run, "chair", 1)["file"]
    monkeypatch.setattr("engine.bundled.resource", lambda *parts: tmp_path / "nowhere")
    assert "missing from this installation" in done(do="ask", ask=Asking(file=good), runs=tmp_path)


def test_that_every_old_weight_is_bit_for_bit_what_it_was(run, taught):
    _, new, _ = taught
    before, after = (
        load_file(state.tested_checkpoint(one) / "model.safetensors") for one in (run, new)
    )
    known = len(run.predictions().known)
    assert before.keys() == after.keys()
    for name, value in before.items():
        found = after[name]
        if name.startswith("logits."):
            found = torch.cat([found[:known], found[known + 1 :]])
        assert torch.equal(found, value), name


def chances(clouds, run, kind):
    """How likely a kind is for clouds (B, N, 3), asked of the net itself."""
    logits = torch.from_numpy(asked_run(run).answers(clouds).logits).double()
    return logits.softmax(1)[:, run.predictions().known.index(kind)]


def test_that_the_new_kind_is_likelier_for_lamps_it_never_saw_than_for_what_it_knew(
    home, run, taught
):
    told, new, answers = taught
    assert told["kind"] == KIND  # the data's own name for it
    assert new.predictions().known == (*run.predictions().known, KIND)
    clouds = read_cache(next((home / "cache" / "datasets").glob("*.h5")))
    unseen = chances(clouds.points[clouds.of_kind(KIND)[3:]], new, KIND)
    tested = new.predictions().of(TEST)
    others = chances(
        clouds.points[tested.row[tested.labels < len(run.predictions().known)]], new, KIND
    )
    assert unseen.min() > others.median()
    again = done(do="ask", ask=Asking(file=answers[0]["file"], run=new.path, up="z"))
    assert (again["near"][0]["row"], again["near"][0]["name"]) == (-1, "lamp0.npy")


def test_that_what_was_forgotten_is_counted_on_the_same_test_clouds(run, taught):
    told, new, _ = taught
    before, after = (one.predictions().of(TEST) for one in (run, new))
    old = before.labels < len(before.known)
    shares = [
        (said(part, part.score, part.threshold) == part.labels)[old].mean()
        for part in (before, after)
    ]
    assert [told["taught"]["before"], told["taught"]["after"]] == pytest.approx(shares)
    assert told["taught"]["old"] == old.sum()
    assert told["taught"]["new"] == (after.labels == len(before.known)).sum() > 0
    assert told["sentence"] in new.notes.replace("\n", " ")


def test_that_the_copy_is_a_run_like_any_other(store, run, taught):
    told, new, _ = taught
    line = next(line for line in store.runs() if line.path.name == new.path.name)
    assert (line.state, line.predicts, line.name) == ("done", True, "Small + lamp")
    figures = evaluate(new.predictions(), new.predictions().score, new.predictions().threshold)
    assert {key: line.results[key] for key in ("acc_closed", "acc_open")} == {
        key: pytest.approx(figures[key]) for key in ("acc_closed", "acc_open")
    }
    assert line.results["taught"]["from"] == run.id
    assert line.started is not None and line.started.known[-1] == KIND
    with np.load(new.path / "examples.npz") as examples:
        assert examples["points"].shape == (3, 64, 3)
    for name in ("lamp0.npy", run.id, "Small", told["kind"]):
        assert name in new.notes


def test_that_the_stored_answers_are_those_of_the_new_net(home, taught):
    _, new, _ = taught
    clouds = read_cache(next((home / "cache" / "datasets").glob("*.h5")))
    tested = new.predictions().of(TEST)
    found = asked_run(new).answers(clouds.points[tested.row])
    np.testing.assert_allclose(found.logits, tested.logits, atol=1e-4)


def test_that_a_second_kind_can_be_taught_to_the_copy(home, taught):
    _, new, _ = taught
    answer = brought(home, new, "guitar", 0)
    told = done(
        do="teach_kind", lesson=Lesson(run=new.path, kind="guitar", examples=(answer["arrays"],))
    )
    assert told["name"] == "Small + lamp + guitar"
    assert RunStore().open(told["run"]).predictions().known[-2:] == (KIND, "guitar")
    with np.load(f"{told['run']}/examples.npz") as examples:
        assert examples["names"].tolist() == ["lamp0.npy", "lamp1.npy", "lamp2.npy", "guitar0.npy"]
        assert examples["points"].shape == (4, 64, 3)


def test_that_a_known_kind_is_corrected_and_only_its_row_moves(home, store, run):
    known = run.predictions().known
    wrong, place = brought(home, run, KIND, 0), 1
    lesson = Lesson(run=run.path, kind=known[place].upper(), examples=(wrong["arrays"],))
    told = done(do="teach_kind", lesson=lesson)
    assert told["name"] == f"Small + more {known[place].replace('_', ' ')}"
    assert told["kind"] == known[place]
    new = store.open(told["run"])
    assert new.predictions().known == known
    before, after = (
        load_file(state.tested_checkpoint(one) / "model.safetensors") for one in (run, new)
    )
    others = [row for row in range(len(before["logits.weight"])) if row != place]
    for name, value in before.items():
        if name.startswith("logits."):
            assert not torch.equal(after[name][place], value[place])
            assert torch.equal(after[name][others], value[others])
        else:
            assert torch.equal(after[name], value), name
    with np.load(wrong["arrays"]) as arrays:
        cloud = arrays["points"][None]
    assert chances(cloud, new, known[place]) > chances(cloud, run, known[place])
    # What is told is what is stored: the taught kind apart from the others.
    old, now = (one.predictions().of(TEST) for one in (run, new))
    right, still = (said(part, part.score, part.threshold) == part.labels for part in (old, now))
    mine, rest = old.labels == place, (old.labels < len(known)) & (old.labels != place)
    figures = told["taught"]
    assert (figures["before"], figures["after"]) == pytest.approx(
        (right[rest].mean(), still[rest].mean())
    )
    assert (figures["new_before"], figures["new_right"], figures["new"]) == (
        right[mine].sum(),
        still[mine].sum(),
        mine.sum(),
    )
    assert "right before" in told["sentence"]
    assert "has moved" in new.notes
    found = asked_run(new).answers(
        read_cache(next((home / "cache" / "datasets").glob("*.h5"))).points[now.row]
    )
    np.testing.assert_allclose(found.logits, now.logits, atol=1e-4)


def test_that_what_cannot_be_taught_is_refused_and_leaves_no_run(
    home, store, run, tmp_path, monkeypatch
):
    path = brought(home, run, KIND, 0)["arrays"]
    before = {line.id for line in store.runs()}

    def refused(kind="thing", example=path):
        return done(do="teach_kind", lesson=Lesson(run=run.path, kind=kind, examples=(example,)))

    assert "needs a name" in refused(" \n ")
    np.savez(tmp_path / "short.npz", points=np.zeros((3, 3)))
    assert "3 points" in refused(example=tmp_path / "short.npz")
    (tmp_path / "bad.npz").write_bytes(b"no zip")
    assert "bad.npz" in refused(example=tmp_path / "bad.npz")
    monkeypatch.setattr("engine.bring.teach.write", lambda *_: 1 / 0)
    assert "unexpected" in refused()
    assert {line.id for line in store.runs()} == before
    assert sorted(path.name for path in store.folder.iterdir()) == sorted(before)


@pytest.mark.usefixtures("tiny_shapes")
def test_that_a_last_layer_of_another_sort_is_refused(tmp_path):
    small = Training(epochs=1, batch_size=8, device="cpu", threads=1)
    run = RunStore(tmp_path).create(experiment("arpl", training=small, losses={"arpl": Loss()}))
    list(fit(run, Control()))
    path = tmp_path / "thing.npy"
    np.save(path, np.random.default_rng(0).normal(size=(100, 3)))
    answer = done(do="ask", ask=Asking(file=path, run=run.path))
    lesson = Lesson(run=run.path, kind="thing", examples=(answer["arrays"],))
    assert "no plain one" in done(do="teach_kind", lesson=lesson)

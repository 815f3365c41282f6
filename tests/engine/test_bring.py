"""Bring your own: how a thing is taken, what is answered about it and why, by hand and by direct computation."""

from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from engine.bring import thing as thing_module
from engine.bring.answer import _otherwise, _spoke, answered
from engine.bring.asked_run import AskedRun, find_run
from engine.bring.asking import UPS, Asking
from engine.bring.deciding import deciding
from engine.bring.familiar import familiar
from engine.bring.preferred import DEMO, preferred
from engine.bring.regions import regions
from engine.bring.thing import Thing, read_thing, thinned
from engine.bring.upright import likely_ups, turned
from engine.bundled import bundled_run
from engine.errors import FormatError
from engine.experiment import Experiment, OpenSet
from engine.nets import Output, build
from engine.predictions import PRETEND, TEST, TRAIN, VALIDATION
from engine.store import RunStore, RunSummary
from tests.engine.sample_files import write
from tests.engine.test_evaluation import made
from tests.engine.test_even import cells_at


def table(points=600, seed=0):
    """A flat top on four legs, z up, longer than wide."""
    rng = np.random.default_rng(seed)
    top = rng.uniform([-1, -0.6, 0.9], [1, 0.6, 1.0], (points // 2, 3))
    corners = np.array([[x, y] for x in (-0.95, 0.95) for y in (-0.55, 0.55)])
    legs = np.c_[corners[rng.integers(0, 4, points // 2)], rng.uniform(0, 0.9, points // 2)]
    return np.concatenate([top, legs + rng.normal(0, 0.01, legs.shape)])


# --- how it is taken


@pytest.mark.parametrize("up", UPS)
@pytest.mark.parametrize("quarter", range(4))
def test_that_a_way_up_is_a_rotation_that_puts_its_axis_up(up, quarter):
    matrix = turned(np.eye(3), up, quarter).T
    assert np.linalg.det(matrix) == pytest.approx(1)
    axis = np.zeros(3)
    axis["xyz".index(up[-1])] = -1 if up.startswith("-") else 1
    np.testing.assert_allclose(turned(axis[None], up, quarter)[0], [0, 0, 1])


def test_that_z_stays_as_it_is_and_a_quarter_turns_x_to_y():
    np.testing.assert_allclose(turned(np.eye(3), "z"), np.eye(3))
    np.testing.assert_allclose(turned(np.eye(3), "z", 1), [[0, 1, 0], [-1, 0, 0], [0, 0, 1]])


@pytest.mark.parametrize("up", ["z", "y"])
def test_that_a_table_is_stood_on_its_legs(up):
    matrix = turned(np.eye(3), up).T
    assert likely_ups(table() @ matrix, ".ply")[0] == up


def box_chair(path, top, thick):
    """An OBJ file, y up: a seat, a back and four legs of boxes."""
    half, leg, seat = 0.35, 0.05, 0.4
    boxes = [
        ((-half, seat, -half), (half, seat + thick, half)),
        ((-half, seat + thick, -half), (half, top, thick - half)),
        *(
            ((x, 0.0, z), (x + leg, seat, z + leg))
            for x in (-half, half - leg)
            for z in (-half, half - leg)
        ),
    ]
    corners = [corner for box in boxes for corner in product(*zip(*box, strict=True))]
    sides = ((1, 2, 4, 3), (5, 7, 8, 6), (1, 5, 6, 2), (3, 4, 8, 7), (1, 3, 7, 5), (2, 6, 8, 4))
    lines = ["v {} {} {}".format(*corner) for corner in corners]
    for first in range(0, len(corners), 8):
        lines += ["f " + " ".join(str(first + corner) for corner in side) for side in sides]
    path.write_text("\n".join(lines))


@pytest.mark.parametrize("top", [0.8, 1.3])
def test_that_a_plain_chair_in_an_obj_file_has_y_up(tmp_path, top):
    # By its shape it would lie on its flat back: only the custom of the format tells.
    box_chair(tmp_path / "chair.obj", top, 0.05)
    thing = read_thing(Asking(file=tmp_path / "chair.obj"), 256)
    assert (thing.up, thing.ups[0], thing.guessed) == ("y", "y", True)


def test_that_all_ways_up_are_told_the_likeliest_first():
    ups = likely_ups(table(), ".ply")
    assert sorted(ups) == sorted(UPS)
    assert ups[0] == "z"
    assert likely_ups(table(), ".glb")[:2] == ("y", "z")  # what it says, then how it would stand


class Standing:
    """Names what is taller than it is wide a pole, as surely as it is told; knows nothing else."""

    known, count = ("pole", "plate"), 64

    def __init__(self, sure):
        self.sure = sure
        self.predictions = SimpleNamespace(unknown_column=2)

    def answers(self, clouds, votes=False):
        high, deep, wide = np.ptp(clouds, axis=1)[:, ::-1].T
        stands = high > 2 * np.maximum(deep, wide)
        rest = (1 - self.sure) / 2
        chances = np.where(stands[:, None], (self.sure, rest, rest), (0.1, 0.1, 0.8))
        return SimpleNamespace(logits=np.log(chances))

    def decide(self, found):
        best = int(found.logits[0].argmax())
        return (best if best < 2 else 2), float(np.exp(found.logits[0, :2].max()))


def test_that_a_thing_that_lies_is_said_to_be_known_if_it_stood(tmp_path):
    rng = np.random.default_rng(0)
    bar = tmp_path / "bar.xyz"
    np.savetxt(bar, rng.uniform((-1, -0.1, -0.1), (1, 0.1, 0.1), (500, 3)))
    asking = Asking(file=bar)
    thing = replace(read_thing(asking, 64), ups=("z", "y", "x", "-z", "-y", "-x"), guessed=True)
    told = _otherwise(asking, thing, Standing(0.9))
    assert told is not None and told["up"] in ("x", "-x")
    assert (told["kind"], told["label"]) == ("pole", 0)
    assert told["probability"] == pytest.approx(0.9)
    assert _otherwise(asking, thing, Standing(0.7)) is None  # not surely enough
    assert _otherwise(asking, replace(thing, guessed=False), Standing(0.9)) is None


def test_that_a_gltf_scene_says_itself_that_y_is_up():
    assert likely_ups(table(), ".glb")[0] == "y"


def test_that_a_mesh_becomes_so_many_points_in_a_ball_of_1(tmp_path):
    thing = read_thing(Asking(file=write(tmp_path, "ply")), 256)
    assert (thing.points.shape, thing.mesh, thing.read) == ((256, 3), True, 8)
    assert np.abs(thing.points.mean(axis=0)).max() < 1e-6
    assert np.linalg.norm(thing.points, axis=1).max() == pytest.approx(1, abs=1e-6)
    assert thing.size == pytest.approx((2, 2, 2))
    assert len(np.unique(thing.points, axis=0)) == 256


def test_that_points_are_thinned_farthest_first():
    line = np.c_[np.linspace(0, 1, 101), np.zeros((101, 2))].astype(np.float32)
    # The first point, then the far end, then the middle, then the quarters.
    np.testing.assert_allclose(thinned(line, 5)[:, 0], [0, 1, 0.5, 0.25, 0.75], atol=1e-6)


def test_that_too_few_points_are_each_used_equally_often(tmp_path):
    path = tmp_path / "few.xyz"
    path.write_text("0 0 0\n1 0 0\n0 1 0\n0 0 1\n")
    points = read_thing(Asking(file=path, up="z"), 10).points
    counts = np.unique(points, axis=0, return_counts=True)[1]
    assert sorted(counts.tolist()) == [2, 2, 3, 3]


def test_that_the_whole_scan_lies_in_the_frame_of_the_points_and_begins_evenly(tmp_path):
    path = tmp_path / "table.npy"
    np.save(path, table(600))
    thing = read_thing(Asking(file=path, up="-y", quarter=1), 64)
    assert thing.whole.shape == (600, 3)
    far = np.linalg.norm(thing.points[:, None] - thing.whole[None], axis=2).min(axis=1)
    assert far.max() < 1e-6
    upright = read_thing(Asking(file=path, up="z"), 64)  # so that cells are those of the file
    cells = cells_at(upright.whole.astype(np.float64), 2)
    occupied = len(np.unique(cells))
    assert len(np.unique(cells[:occupied])) == occupied


def test_that_of_a_very_large_scan_some_points_are_kept_each_once(tmp_path, monkeypatch):
    monkeypatch.setattr(thing_module, "_SHOWN", 100)
    path = tmp_path / "large.npy"
    np.save(path, table(500))
    whole = read_thing(Asking(file=path, up="z"), 32).whole
    assert len(np.unique(whole, axis=0)) == len(whole) == 100


def test_that_a_mesh_has_no_points_of_its_own_to_show(tmp_path):
    path = tmp_path / "one.off"
    path.write_text("OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n")
    assert not len(read_thing(Asking(file=path, up="z"), 32).whole)


def test_that_turning_a_thing_turns_its_points_and_nothing_else(tmp_path):
    path = tmp_path / "table.npy"
    np.save(path, table())
    upright, fallen = (read_thing(Asking(file=path, up=up), 128) for up in ("z", "-y"))
    # A mesh is sampled and a scan thinned in the same way however it stands.
    np.testing.assert_allclose(turned(upright.points, "-y"), fallen.points, atol=1e-5)
    assert (upright.guessed, fallen.up) == (False, "-y")


@pytest.mark.parametrize("name", ["one place.xyz", "missing.ply", "empty.obj", "thing.exe"])
def test_that_a_file_without_a_shape_is_refused_in_a_sentence(tmp_path, name):
    path = tmp_path / name
    if name != "missing.ply":
        path.write_text("1 1 1\n1 1 1\n" if "xyz" in name else "")
    with pytest.raises(FormatError) as caught:
        read_thing(Asking(file=path), 64)
    assert name in caught.value.sentence


def test_that_a_file_without_a_shape_is_told_with_what_to_do(tmp_path):
    path = tmp_path / "notes.obj"
    path.write_text("a letter")
    with pytest.raises(FormatError) as caught:
        answered(Asking(file=path), SimpleNamespace(count=64))
    told = caught.value.sentence
    assert told.startswith("“notes.obj” was not read: it holds no points. Nothing was changed. ")
    assert "take another file" in told


# --- what it was decided by


def test_that_the_deciding_points_are_those_of_the_maximum():
    torch.manual_seed(3)
    net = build("pointnet_student", 4, widths=(32,), head=(8,)).eval()
    points = torch.randn(50, 3)
    layer = net.widest
    raw = layer.norm(layer.linear(points)) if layer.norm else layer.linear(points)
    expected = np.zeros(50, bool)
    expected[raw.argmax(dim=0).numpy()] = True
    mask, how = deciding(net, points, 0)
    assert how == "max"
    np.testing.assert_array_equal(mask, expected)


class Weighed(nn.Module):
    """The logit of kind 0 is the weighted sum of x over the points; kind 1 is always 0."""

    def __init__(self, weights):
        super().__init__()
        self.weights = nn.Parameter(torch.as_tensor(weights, dtype=torch.float32))

    def forward(self, points):
        first = (points[:, :, 0] * self.weights).sum(dim=1)
        logits = torch.stack([first, torch.zeros_like(first)], dim=1)
        return Output(logits, logits)


def test_that_without_a_maximum_the_points_that_carry_half_of_the_pull_are_told():
    # Pulls 4, 3, 2, 1 of 10: the two strongest carry 7, one alone only 4.
    mask, how = deciding(Weighed([1.0, -4.0, 3.0, 2.0]), torch.randn(4, 3), 0)
    assert (how, mask.tolist()) == ("gradient", [False, True, True, False])


def test_that_a_net_without_a_pull_says_nothing():
    assert deciding(Weighed([0.0, 0.0]), torch.randn(2, 3), 0) == (None, "")


# --- what spoke for it


class Height(nn.Module):
    """A logit of twice the mean height, against 0."""

    def __init__(self):
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(2.0))

    def forward(self, points):
        mean = self.slope * points[:, :, 2].mean(dim=1)
        logits = torch.stack([mean, torch.zeros_like(mean)], dim=1)
        return Output(logits, logits)


def thing_of(points):
    points = np.asarray(points, np.float32)
    return Thing(points, points, len(points), False, "z", False, (1.0, 1.0, 1.0), 0)


def asked(net, predictions, count=64):
    own = SimpleNamespace(training=SimpleNamespace(votes=1), open_set=OpenSet())
    run = SimpleNamespace(experiment=own)
    return AskedRun(run, net, predictions, familiar(predictions), count)


def test_that_regions_are_a_partition_and_each_cloud_lacks_its_own():
    thing = thing_of(table(200))
    parts = regions(thing, 5)
    assert set(parts.region.tolist()) == set(range(5))
    assert parts.left_out.shape == (5, 200, 3)
    for number in range(5):
        own = {tuple(row) for row in thing.points[parts.region == number].tolist()}
        assert not own & {tuple(row) for row in parts.left_out[number].tolist()}
        middle = thing.points[parts.region == number].mean(axis=0)
        np.testing.assert_allclose(parts.centres[number], middle, atol=1e-6)


def test_that_what_spoke_for_it_is_the_direct_difference():
    predictions = made([[0.0, 0.0]] * 2, [0, 1], [TRAIN, TEST])
    thing = thing_of(table(200))
    parts = regions(thing)
    told = _spoke(thing, parts, asked(Height(), predictions), 0)

    def chance(cloud):
        return 1 / (1 + np.exp(-2 * cloud.astype(np.float64)[:, 2].mean()))

    for item in told:
        without = parts.left_out[item["number"] - 1]
        expected = chance(thing.points) - chance(without)
        assert item["change"] == pytest.approx(expected, abs=1e-5)
        # With two kinds the log-odds are the difference of the two logits.
        margin = 2 * (thing.points[:, 2].mean() - without[:, 2].mean())
        assert item["margin"] == pytest.approx(margin, abs=1e-4)
    changes = [abs(item["change"]) for item in told]
    assert changes == sorted(changes, reverse=True)


def test_that_three_points_are_three_regions():
    thing = thing_of(np.repeat(np.eye(3), 5, axis=0))
    parts = regions(thing)
    assert parts.left_out.shape == (3, 15, 3)


# --- what it is like


def test_that_the_nearest_and_the_usual_distance_are_those_of_the_angles():
    angles = np.radians([0, 10, 40, 90, 5])
    features = 3 * np.c_[np.cos(angles), np.sin(angles)].astype(np.float32)
    found = familiar(
        made(
            [[0.0, 0.0]] * 5,
            [0, 0, 1, 1, 2],  # the last one is a stranger
            [TRAIN, TEST, TRAIN, VALIDATION, TEST],
            features=features,
        )
    )
    assert found.sample.tolist() == [0, 1, 2, 3]
    near = found.nearest(np.array([0.0, 7.0], np.float32), 2)
    assert [sample for sample, _ in near] == [3, 2]
    assert near[0][1] == pytest.approx(0, abs=1e-6)
    assert near[1][1] == pytest.approx(1 - np.cos(np.radians(50)), abs=1e-6)
    # Of those not learnt from: 10 degrees to the nearest, and 50 degrees.
    away = 1 - np.cos(np.radians([10, 50]))
    assert found.usual == pytest.approx(np.percentile(away, [5, 95]), abs=1e-6)


def test_that_a_run_without_fresh_samples_has_no_usual_distance():
    assert familiar(made([[0.0, 0.0]] * 2, [0, 1], [TRAIN, PRETEND])).usual is None


# --- the run's own rule


def test_that_the_runs_own_score_and_threshold_decide():
    features = np.eye(2, dtype=np.float32)
    own = made(
        [[3.0, 0.0], [0.0, 3.0]],
        [0, 1],
        [TRAIN, TRAIN],
        features=features,
        weight=3 * features,
        bias=np.zeros(2, np.float32),
        score="max_logit",
        threshold=2.0,
    )
    net = asked(Height(), own)
    sure = SimpleNamespace(
        logits=np.array([[0.0, 2.5]], np.float32), features=np.zeros((1, 2), np.float32)
    )
    assert net.decide(sure) == (1, pytest.approx(2.5))
    unsure = SimpleNamespace(
        logits=np.array([[1.5, 0.0]], np.float32), features=np.zeros((1, 2), np.float32)
    )
    assert net.decide(unsure) == (2, pytest.approx(1.5))


def test_that_a_trained_unknown_may_outvote_the_highest_probability():
    own = made([[3.0, 0.0, 0.0]] * 2, [0, 1], [TRAIN, TRAIN], threshold=0.3)
    found = SimpleNamespace(
        logits=np.array([[1.0, 0.0, 1.1]], np.float32), features=np.zeros((1, 2), np.float32)
    )
    said, score = asked(Height(), own).decide(found)
    assert said == 2
    assert score == pytest.approx(np.exp(1) / (np.exp(1) + 1 + np.exp(1.1)), abs=1e-6)


def test_that_the_bundled_run_answers_where_no_other_has_finished(tmp_path):
    store = RunStore(tmp_path)
    assert find_run(None, store).path == bundled_run(store)


def test_that_ones_own_run_is_asked_before_the_bundled_and_that_before_the_demos_training(tmp_path):
    def line(folder, name, done=True):
        results = {"acc_closed": 0.5} if done else {}
        told = Experiment(name=name)
        where = tmp_path / folder
        return RunSummary(where, folder, name, "open_set", "done", 0.0, results, experiment=told)

    demo, bundled = line("c", DEMO), line("demo-run-2", "Student")
    newest, older = line("b", "Mine"), line("demo-runner", "Mine too")
    unfinished = line("d", "Not finished", done=False)
    assert preferred([unfinished, demo, newest, older, bundled]) is newest
    assert preferred([demo, bundled, older]) is older  # its folder only begins alike
    assert preferred([demo, bundled]) is bundled
    assert preferred([unfinished, demo]) is demo
    assert preferred([unfinished]) is None
    poor = replace(newest, results={"acc_closed": 0.1, "acc_known_no_threshold": 0.2})
    assert preferred([poor, older]) is older
    assert preferred([poor, bundled]) is bundled
    assert preferred([poor]) is poor

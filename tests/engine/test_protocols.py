"""Protocols: who is known and who is tested, on made data sets, on any data set, and on the real ModelNet40."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import registry
from engine.clouds import Clouds
from engine.control import Control
from engine.errors import ConfigError, DataError
from engine.events import Note
from engine.experiment import Data, Experiment
from engine.loop import fit
from engine.nets import describe
from engine.protocols import kind_lists, merging, titles, unfit
from engine.split import split
from engine.store import RunStore
from tests.engine.stack_files import ran


def clouds(counts, known):
    """counts: for every kind, how many clouds for training and for testing."""
    kinds = tuple(sorted(counts))
    labels = np.repeat(np.arange(len(kinds)), [sum(counts[kind]) for kind in kinds])
    train = np.concatenate([np.repeat([True, False], counts[kind]) for kind in kinds])
    return Clouds(
        points=np.zeros((len(labels), 2, 3), np.float32),
        labels=labels,
        train=train,
        names=tuple(f"c{row}" for row in range(len(labels))),
        kinds=kinds,
        known=known,
        title="Made",
    )


def parts(data, seed=7, **settings):
    return split(data, Experiment(seed=seed, data=Data(**settings)))


FEW = clouds({"bed": (9, 3), "chair": (8, 2), "cup": (40, 20), "tent": (4, 5)}, ("bed", "chair"))


def before_there_were_protocols(data, known, seed, share):
    """train, validation and watch as they were drawn when there was one protocol only."""
    generator = np.random.default_rng(seed)
    train, validation = [], []
    for kind in known:
        rows = generator.permutation(
            np.flatnonzero(data.train & (data.labels == data.kinds.index(kind)))
        )
        held = min(max(1, round(len(rows) * share)), len(rows) - 1)
        validation.append(rows[:held])
        train.append(rows[held:])
    others = ~np.isin(data.labels, [data.kinds.index(kind) for kind in known])
    rows = [np.sort(np.concatenate(train)), np.sort(np.concatenate(validation))]
    return [*rows, np.flatnonzero(data.train & others), np.flatnonzero(~data.train & others)]


@pytest.mark.parametrize("seed", [1, 7, 2**31 - 1])
def test_that_the_usual_protocol_divides_as_it_always_did(seed):
    now = parts(FEW, seed, validation=0.3)
    rows = [now.train, now.validation, now.watch, now.test_strangers]
    for one, other in zip(
        rows, before_there_were_protocols(FEW, ("bed", "chair"), seed, 0.3), strict=True
    ):
        assert np.array_equal(one, other)


def test_that_the_papers_protocol_tests_33_of_every_stranger_kind_and_watches_the_rest_of_the_training_part():
    drawn = parts(FEW, protocol="paper990")
    assert np.bincount(FEW.labels[drawn.test_strangers], minlength=4).tolist() == [0, 0, 33, 9]
    assert drawn.notes == ("“tent” has only 9 clouds; all of them are tested, not 33.",)
    assert FEW.train[drawn.test_strangers].any()
    assert FEW.train[drawn.watch].all()
    assert not set(drawn.watch) & set(drawn.test_strangers)
    left = 40 - FEW.train[drawn.test_strangers][FEW.labels[drawn.test_strangers] == 2].sum()
    assert np.bincount(FEW.labels[drawn.watch], minlength=4).tolist() == [0, 0, left, 0]


def test_that_the_papers_protocol_learns_and_checks_on_the_same_clouds_as_the_usual_one():
    usual, paper = parts(FEW), parts(FEW, protocol="paper990")
    assert np.array_equal(usual.train, paper.train)
    assert np.array_equal(usual.validation, paper.validation)
    assert np.array_equal(usual.test, paper.test)


def test_that_the_seed_decides_which_strangers_are_drawn():
    first, again, other = (parts(FEW, seed, protocol="paper990") for seed in (1, 1, 2))
    assert np.array_equal(first.test_strangers, again.test_strangers)
    assert not np.array_equal(first.test_strangers, other.test_strangers)


def test_that_a_kinds_draw_is_its_own_whatever_other_kinds_are_strangers():
    one = parts(FEW, protocol="paper990", known=("bed", "tent"))
    other = parts(FEW, protocol="paper990")
    cups = [rows[FEW.labels[rows] == 2] for rows in (one.test_strangers, other.test_strangers)]
    assert np.array_equal(*cups)


def test_that_known_kinds_are_drawn_by_their_own_seed():
    many = clouds({f"k{number:02d}": (4, 2) for number in range(40)}, ("k00", "k01"))
    settings = {"protocol": "random", "known_count": 10}
    first, again = (parts(many, seed, known_seed=3, **settings) for seed in (1, 2))
    other = parts(many, known_seed=4, **settings)
    assert first.known == again.known != other.known
    assert len(set(first.known)) == 10
    assert list(first.known) == sorted(first.known)
    assert len(first.test_strangers) == 30 * 2
    assert set(first.known) | set(first.strangers) == set(many.kinds)


def test_that_more_known_kinds_than_there_are_is_a_sentence():
    with pytest.raises(DataError, match="5 kinds were to be known, but Made has 4"):
        parts(FEW, protocol="random", known_count=5)


def test_that_an_unknown_protocol_is_a_sentence_that_names_those_there_are():
    with pytest.raises(
        ConfigError, match="“data.protocol” will not do: it can be standard1560, paper990"
    ):
        Experiment.from_document({"data": {"protocol": "paper99"}})


made_sets = st.lists(st.tuples(st.integers(2, 60), st.integers(0, 60)), min_size=2, max_size=6)


@given(made_sets, st.sampled_from(["standard1560", "paper990", "random"]), st.integers(0, 99))
def test_that_no_cloud_has_two_uses_and_none_that_is_tested_was_learnt_from_or_watched(
    counts, protocol, seed
):
    data = clouds({f"k{n}": pair for n, pair in enumerate(counts)}, ("k0", "k1"))
    found = parts(data, seed, protocol=protocol, known_count=2)
    rows = [found.train, found.validation, found.watch, found.test, found.test_strangers]
    together = np.concatenate(rows)
    assert len(together) == len(set(together))
    assert data.train[np.concatenate(rows[:3])].all()
    assert not data.train[found.test].any()
    strange = {data.kinds.index(kind) for kind in found.strangers}
    assert set(data.labels[found.watch]) | set(data.labels[found.test_strangers]) <= strange
    assert (
        found.targets[np.concatenate([found.watch, found.test_strangers])] == len(found.known)
    ).all()
    if protocol != "paper990":
        assert len(together) == len(data)


# The benchmark's lists of kinds


def test_that_the_benchmarks_lists_divide_their_kinds_without_overlap():
    assert set(kind_lists()) == {"SN1", "SN2", "SN3", "SR1", "SR2", "SR12", "SR13", "SR23"}
    for each in kind_lists().values():
        names = [name for group in (*each.known, *each.strangers) for name in group]
        assert len(names) == len(set(names))
    shapenet = [kind_lists()[name] for name in ("SN1", "SN2", "SN3")]
    assert [len(each.known) for each in shapenet] == [18, 18, 18]
    assert len({group for each in shapenet for group in each.known}) == 54
    assert set(kind_lists()["SR12"].known) == set(
        kind_lists()["SR1"].known + kind_lists()["SR2"].known
    )
    assert len(titles()) == 3 + 8


def shapenet(of_group):
    names = [
        of_group(group) for group in (*kind_lists()["SN1"].known, *kind_lists()["SN1"].strangers)
    ]
    return clouds(dict.fromkeys(names, (4, 2)), (names[0], names[1]))


@pytest.mark.parametrize(
    "spelling", [lambda g: g[0], lambda g: g[1], lambda g: g[0].title().replace(" ", "_")]
)
def test_that_shapenet_kinds_are_found_by_name_number_or_spelling(spelling):
    data = shapenet(spelling)
    found = parts(data, protocol="SN2")
    assert len(found.known) == 18
    assert {spelling(("trash bin", "02747177")), spelling(("bag", "02773838"))} <= set(found.known)
    assert spelling(("mug", "03797390")) in found.strangers
    assert len(found.strangers) == 36
    assert len(found.test_strangers) == 36 * 2
    assert found.notes == ()


SCANNED_KINDS = (
    *("bag", "bed", "bin", "box", "cabinet", "chair", "desk", "display"),
    *("door", "pillow", "shelf", "sink", "sofa", "table", "toilet"),
)
SCANNED = clouds(dict.fromkeys(SCANNED_KINDS, (6, 3)), ("bag", "bed"))


def test_that_desk_and_table_are_one_answer_where_the_benchmark_says_so():
    found = parts(SCANNED, protocol="SR23")
    assert found.known == (
        "bag",
        "bed",
        "bin",
        "box",
        "cabinet",
        "desk",
        "display",
        "pillow",
        "toilet",
    )
    assert set(found.targets[SCANNED.of_kind("table")]) == {found.known.index("desk")}
    assert np.bincount(found.targets[found.test]).tolist() == [3, 3, 3, 3, 3, 6, 3, 3, 3]
    assert found.strangers == ("chair", "door", "shelf", "sink", "sofa")


def test_that_scanned_strangers_are_tested_whole_and_none_is_watched():
    found = parts(SCANNED, protocol="SR12")
    assert len(found.test_strangers) == 5 * 9
    assert len(found.watch) == 0


def test_that_kinds_in_no_list_have_no_use():
    data = clouds(dict.fromkeys((*SCANNED.kinds, "rocket"), (4, 2)), ("bag", "bed"))
    found = parts(data, protocol="SR1")
    rows = np.concatenate(
        [found.train, found.validation, found.watch, found.test, found.test_strangers]
    )
    assert not set(rows) & set(data.of_kind("rocket"))


def test_that_a_list_whose_kinds_are_not_there_is_a_sentence():
    with pytest.raises(
        DataError, match="“SN1” needs a kind called “bench”, and Made has none. Nothing was learnt"
    ):
        parts(FEW, protocol="SN1")


def test_that_the_lists_a_data_set_cannot_follow_are_named_with_what_they_lack():
    found = unfit(SCANNED)
    assert set(found) == {"SN1", "SN2", "SN3"}
    assert found["SN1"] == "The protocol “SN1” needs a kind called “bench”, and Made has none."
    assert unfit(shapenet(lambda group: group[0])).keys() & {"SN1", "SN2", "SN3"} == set()


def test_that_strangers_that_are_not_there_are_told():
    kinds = (
        "bed",
        "bookshelf",
        "chair",
        "desk",
        "door",
        "monitor",
        "sink",
        "sofa",
        "table",
        "toilet",
    )
    found = parts(clouds(dict.fromkeys(kinds, (4, 2)), kinds), protocol="SR1")
    assert found.known == ("bookshelf", "chair", "door", "sink", "sofa")
    assert found.strangers == ("bed", "desk", "monitor", "table", "toilet")
    assert found.notes == ("Made has no bag, bin, box, cabinet, pillow; they are not tested.",)


def test_that_a_teacher_of_joined_kinds_is_no_teacher_of_single_ones():
    assert merging(Data(protocol="SR2")) != merging(Data())
    assert merging(Data(protocol="paper990")) == merging(Data(protocol="random")) == ""


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        ({"protocol": "random", "known_count": 7}, 7),
        ({"protocol": "SR2"}, 4),
        ({"known": ("bed", "chair", "sofa")}, 3),
        ({}, 10),
    ],
)
def test_that_the_size_of_a_net_is_told_for_the_kinds_it_will_have(settings, count):
    assert describe(Experiment(data=Data(**settings)))["classes"] == count


@pytest.mark.usefixtures("tiny_shapes")
def test_that_a_run_tells_what_its_protocol_could_not_give_and_tests_the_drawn_strangers(tmp_path):
    experiment = Experiment().with_values(
        **{
            "data": {"name": "shapes", "per_kind": 6, "points": 64, "protocol": "paper990"},
            "net": {"name": "pointnet_student_wide", "widths": [8], "head": [8]},
            "training": {"epochs": 1, "batch_size": 8, "device": "cpu", "threads": 1},
        }
    )
    run = RunStore(tmp_path).create(experiment)
    events = list(fit(run, Control()))
    told = [event.text for event in events if isinstance(event, Note)]
    assert sum("has only 6 clouds; all of them are tested" in text for text in told) == 30
    assert events[-1].outcome == "done"
    assert run.predictions().of(1).labels.tolist().count(10) == 30 * 6


@pytest.fixture(scope="module")
def modelnet40(real_data):
    source = registry.make(
        "dataset", "modelnet", {"path": str(real_data / "modelnet40"), "points": 16}
    )
    return ran(source.read(Control()))[0]


@pytest.mark.slow
@pytest.mark.parametrize(("protocol", "strangers"), [("standard1560", 1560), ("paper990", 990)])
def test_that_the_real_modelnet40_has_the_counts_the_protocols_are_named_after(
    modelnet40, protocol, strangers
):
    found = parts(modelnet40, protocol=protocol)
    assert (len(found.test), len(found.test_strangers)) == (908, strangers)
    assert len(found.train) + len(found.validation) == 3991
    assert not set(found.watch) & set(found.test_strangers)
    assert np.array_equal(found.test_strangers, parts(modelnet40, protocol=protocol).test_strangers)
    assert found.notes == ()

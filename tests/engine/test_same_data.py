"""A teacher that may know what its student is tested on is refused; where that cannot be told, it is said."""

import pytest

from engine.errors import ConfigError
from engine.evaluation import choose
from engine.experiment import Choice, Data, OpenSet, Training
from engine.recipes.same_data import doubt_about, held_apart
from engine.store import RunStore
from tests.engine.test_loop import QUICK, experiment, train


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


@pytest.fixture
def teacher_of(store):
    return lambda **data: store.create(experiment(data=Data(**data)))


def test_that_a_teacher_of_the_same_data_raises_no_doubt(teacher_of):
    usual = {"per_kind": 60, "seed": 0}  # what is left out has its usual value
    assert doubt_about(teacher_of(name="shapes"), Data(name="shapes", **usual)) == ""


@pytest.mark.parametrize(
    ("learnt", "wanted", "apart"),
    [
        ((1, -1, 0.1), (1, -1, 0.1), False),
        ((1, -1, 0.1), (2, -1, 0.1), True),
        ((1, 7, 0.1), (2, 7, 0.1), False),
        ((1, 7, 0.1), (7, -1, 0.1), False),  # the seed of the split is the same
        ((1, -1, 0.2), (1, -1, 0.1), False),  # it held back those and more
        ((1, -1, 0.1), (1, -1, 0.2), True),
    ],
)
def test_that_a_teacher_that_held_back_other_clouds_is_told_from_one_that_did_not(
    store, learnt, wanted, apart
):
    def of(seed, split_seed, validation):
        data = Data(name="shapes", split_seed=split_seed, validation=validation)
        return experiment(seed=seed, data=data)

    told = held_apart(store.create(of(*learnt)), of(*wanted))
    assert bool(told) is apart
    assert not apart or "Give both one data.split_seed" in told


def test_that_a_pupil_of_another_seed_says_so_and_lets_no_rule_choose_for_its_teacher(store):
    short = Training(epochs=1, **QUICK)
    master = store.create(experiment(recipe=Choice(name="teacher"), seed=1, training=short))
    train(master)
    pupils = [
        store.create(
            experiment(recipe=Choice(name="distil"), teacher=master.id, seed=seed, training=short)
        )
        for seed in (1, 2)
    ]
    noted = [
        [e.text for e in train(pupil) if e.kind == "note" and "held back other clouds" in e.text]
        for pupil in pupils
    ]
    assert [len(texts) for texts in noted] == [0, 1]
    same, other = (pupil.predictions() for pupil in pupils)
    assert (same.peeked, other.peeked) == (False, True)
    rule = OpenSet(rule="recall")
    assert choose(same.as_teacher(), rule)[0] == choose(other, rule)[0] == "msp"
    with pytest.raises(ConfigError, match="the teacher has learnt from some"):
        choose(other.as_teacher(), rule)


def test_that_what_a_teacher_held_back_is_noted_once_however_often_its_pupil_is_resumed(store):
    short = Training(epochs=2, **QUICK)
    master = store.create(experiment(recipe=Choice(name="teacher"), seed=1, training=short))
    train(master)
    asked = experiment(recipe=Choice(name="distil"), teacher=master.id, seed=2, training=short)
    pupil = store.create(asked)
    both = train(pupil, stop_at=1), train(pupil)
    noted = [
        [e for e in events if "held back other clouds" in getattr(e, "text", "")] for events in both
    ]
    assert [len(events) for events in noted] == [1, 0]
    assert both[1][-1].outcome == "done" and pupil.predictions().peeked


def test_that_points_and_what_is_held_back_may_differ(teacher_of):
    teacher = teacher_of(name="shapes", points=64, validation=0.3, split_seed=5, shots=3)
    assert doubt_about(teacher, Data(name="shapes", points=128)) == ""


@pytest.mark.parametrize(
    ("learnt", "wanted", "why"),
    [
        ({"name": "folder", "path": "/x"}, {"name": "shapes"}, "it learnt from “folder”"),
        ({"name": "shapes", "seed": 1}, {"name": "shapes"}, "data.seed is 1, not 0"),
        (
            {"name": "folder", "path": "/x", "test_share": 0.5},
            {"name": "folder", "path": "/y"},
            "data.test_share is 0.5, not 0.2",
        ),
        (
            {"name": "modelnet", "path": "/x", "protocol": "SR1"},
            {"name": "modelnet", "path": "/x"},
            "those of the protocol “SR1”",
        ),
    ],
)
def test_that_a_teacher_of_other_data_or_another_test_part_is_refused(
    teacher_of, learnt, wanted, why
):
    with pytest.raises(ConfigError, match="It may know clouds this run is tested on") as refused:
        doubt_about(teacher_of(**learnt), Data(**wanted))
    assert why in refused.value.sentence
    assert "Nothing was started" in refused.value.sentence


def test_that_the_same_data_at_another_place_are_allowed_with_a_sentence(teacher_of, tmp_path):
    teacher = teacher_of(name="folder", path=str(tmp_path / "old"))
    doubt = doubt_about(teacher, Data(name="folder", path=str(tmp_path / "new")))
    assert f"opened at {tmp_path / 'old'}" in doubt
    assert "if they are not, it may know clouds" in doubt


def test_that_another_spelling_of_the_same_place_is_the_same_place(teacher_of, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    teacher = teacher_of(name="folder", path=str(tmp_path / "link"))
    assert doubt_about(teacher, Data(name="folder", path=f"{tmp_path}/x/../data/")) == ""


@pytest.mark.parametrize("old", [{"smoothness": 3}, {"points": -1}])
def test_that_settings_of_an_older_version_are_allowed_with_a_sentence(teacher_of, old):
    assert "by an older version" in doubt_about(
        teacher_of(name="shapes", **old), Data(name="shapes")
    )


def test_that_an_older_version_does_not_hide_another_test_part(teacher_of):
    with pytest.raises(ConfigError, match="data.per_kind is 4, not 60"):
        doubt_about(teacher_of(name="shapes", smoothness=3, per_kind=4), Data(name="shapes"))


@pytest.mark.usefixtures("tiny_shapes")
def test_that_a_named_teacher_is_asked_before_a_run_begins_and_what_is_trusted_is_noted(store):
    quick = Training(epochs=1, checkpoint_seconds=0, **QUICK)
    teacher = store.create(experiment(recipe=Choice(name="teacher"), training=quick))
    train(teacher)
    pupil = experiment(recipe=Choice(name="distil"), teacher=teacher.id, training=quick)
    settings = teacher.path / "run.toml"
    same = settings.read_text("utf-8")
    assert "per_kind = 6" in same
    settings.write_text(same.replace("per_kind = 6", "per_kind = 7"), "utf-8")
    refused = train(store.create(pupil))[-1]
    assert "data.per_kind is 7, not 6" in refused.sentence
    assert refused.detail == ""
    settings.write_text(same.replace("per_kind = 6", "per_kind = 6\nsmoothness = 3"), "utf-8")
    run = store.create(pupil)
    events = train(run, stop_at=1, wish="finish")
    notes = [event.text for event in events if event.kind == "note"]
    assert any("by an older version" in text for text in notes)
    settings.write_text(same.replace("per_kind = 6", "per_kind = 7"), "utf-8")
    assert train(run)[-1].outcome == "done"  # it has learnt from this teacher already


def test_that_several_teachers_are_found_by_their_names_and_stay_the_teachers(store):
    short = Training(epochs=1, **QUICK)
    peers = [
        store.create(experiment(name=name, seed=seed, training=short))
        for name, seed in (("First peer", 1), ("Second peer", 1), ("First peer", 2))
    ]
    for peer in peers[:2]:
        train(peer)
    wanted = experiment(
        recipe=Choice(name="distil"), teacher="First peer + Second peer", seed=1, training=short
    )
    pupil = store.create(wanted)
    first = next(event for event in train(pupil, stop_at=1) if event.kind == "started")
    assert first.teachers == [peers[0].id, peers[1].id]
    train(peers[2])  # newer, of the same name
    again = next(event for event in train(pupil) if event.kind == "started")
    assert again.teachers == first.teachers
    last = train(store.create(wanted.with_values(teacher="Third peer")))[-1]
    assert "no finished run “Third peer”" in last.sentence

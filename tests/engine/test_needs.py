"""A loss that would train nothing is refused before anything is made of it, or left out where it is only usual."""

import pytest
from torch import nn

from engine import registry
from engine.check import check
from engine.errors import ConfigError
from engine.experiment import Choice, Experiment, Loss, Training
from engine.recipes.needs import SOURCES, idle, need_of
from engine.store import RunStore
from tests.engine.test_loop import QUICK, experiment, train


def asked(recipe, *losses, net="auto", **settings):
    return Experiment(
        recipe=Choice(name=recipe),
        net=Choice(name=net, **settings),
        losses=dict.fromkeys(losses, Loss()),
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            asked("student", "uniform"),
            "“Undecided on mixtures” .uniform. needs mixtures.*recipe “[A-Z].*” .outlier_exposure.",
        ),
        (asked("distil", "ce", "uniform"), ".uniform. needs mixtures of clouds"),
        (
            asked("student", "arpl"),
            ".arpl. needs a last layer of reciprocal points.*recipe “[A-Z].*” .arpl.",
        ),
        (asked("open_set", "ce", "arpl"), ".arpl. needs a last layer of reciprocal points"),
        (
            asked("student", "ce", "transform"),
            "needs a net that turns its features.*pointnet_student",
        ),
        (
            asked("teacher", "transform", net="pointnet2_teacher"),
            "needs a net that turns its features",
        ),
        (asked("teacher", "transform", net="pointnet_teacher", widths=[8]), "turns its features"),
        (asked("distil", "ce", "attention"), "says something of single points"),
    ],
)
def test_that_a_term_that_would_train_nothing_is_refused_in_a_sentence(wrong, words):
    with pytest.raises(ConfigError, match=words):
        check(wrong)


@pytest.mark.parametrize(
    "right",
    [
        asked("outlier_exposure", "ce", "uniform"),
        asked("joint", "kd", "ce", "uniform"),
        asked("arpl", "arpl"),
        asked("arpl", "arpl", "ce"),
        asked("teacher", "ce", "transform"),
        asked("student", "ce", "transform", net="pointnet_teacher"),
        asked("teacher", "ce", "transform", net="pointnet2_teacher"),
    ],
)
def test_that_a_term_that_has_what_it_needs_is_taken(right):
    check(right)


@pytest.mark.usefixtures("tiny_shapes")
def test_that_a_usual_term_is_left_out_of_a_net_that_cannot_have_it(tmp_path):
    tiny = {"centres": [8, 4], "neighbours": [4, 2], "patch_widths": [4], "region_widths": [8]}
    net = Choice(name="pointnet2_teacher", **tiny, widths=[8], head=[8])
    wanted = experiment(
        recipe=Choice(name="teacher"), net=net, training=Training(epochs=1, **QUICK)
    )
    events = train(RunStore(tmp_path).create(wanted))
    assert next(event for event in events if event.kind == "started").terms == ["ce"]
    assert events[-1].outcome == "done"


@pytest.mark.usefixtures("tiny_shapes")
def test_that_a_student_follows_its_teachers_attention_point_by_point(tmp_path):
    store, short = RunStore(tmp_path), Training(epochs=1, **QUICK)
    train(store.create(experiment(recipe=Choice(name="teacher"), training=short)))
    losses = {"ce": Loss(), "attention": Loss(weight=1000.0)}
    wanted = experiment(
        recipe=Choice(name="distil"), teacher="latest", losses=losses, training=short
    )
    events = train(store.create(wanted))
    assert events[-1].outcome == "done"
    assert all(e.values["loss/attention"] > 0 for e in events if "loss" in getattr(e, "values", {}))
    remembered = wanted.with_values(**{"augment.variants": 2})
    last = train(store.create(remembered))[-1]
    assert last.kind == "failed" and "without augment.variants" in last.sentence


@pytest.mark.parametrize("name", registry.names("loss"))
def test_that_every_loss_looks_at_something_there_are_words_for(name):
    assert registry.get("loss", name).extra["from"] in SOURCES
    assert idle(name, nn.Identity(), mixes=False) == bool(need_of(name))

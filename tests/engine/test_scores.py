"""What holds for every open-set score: direction, finite values, the same again, sentences for what is missing."""

from dataclasses import fields, replace

import pytest
import torch

from engine import registry
from engine.errors import ConfigError
from engine.metrics.open_set import auroc
from engine.scores import Evidence, Train, score
from tests.engine.open_set_toy import FIELDS, KINDS, evidence, only

NAMES = registry.names("score")
IN_THE_TOY = {
    "ash_b": {"percentile": 90.0},  # 4 of the 40 features speak
    "openmax": {"tail": 5},  # 20 of the 60 samples of a kind are no tail
}


def needs(name):
    return registry.get("score", name).extra["needs"]


def rate(name, given, **settings):
    return registry.make("score", name, settings)(given)


def some(full, rows):
    """The same evidence about only these samples."""
    own = set(Evidence.__dataclass_fields__) - {"weight", "bias", "train"}
    return replace(full, **{name: getattr(full, name)[rows] for name in own})


def test_that_all_scores_of_the_notes_are_there():
    wanted = (
        "msp max_logit energy entropy gen odin react ash_b ash_s scale dice gradnorm knn nearest mahalanobis "
        "relative_mahalanobis vim kl_matching she nnguide fdbd prototype openmax unknown_probability "
        "known_minus_unknown disagreement feature_gap"
    )
    assert set(wanted.split()) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_that_a_score_ranks_known_above_strangers(name):
    chosen = IN_THE_TOY.get(name, {})
    known, strange = rate(name, evidence(), **chosen), rate(name, evidence(strange=True), **chosen)
    assert auroc(known, strange) > 0.95


@pytest.mark.parametrize("name", NAMES)
def test_that_a_score_is_one_finite_number_a_sample_and_the_same_again(name):
    torch.manual_seed(4)
    full = evidence(strange=True)
    wild = torch.randn_like(full.features).relu() * 50
    full = replace(full, features=wild, logits=wild @ full.weight.T)
    once, again = rate(name, full), rate(name, full)
    assert once.shape == (60,)
    assert once.dtype == torch.float32
    assert torch.isfinite(once).all()
    assert torch.equal(once, again)


@pytest.mark.parametrize("name", NAMES)
def test_that_a_score_does_not_depend_on_who_else_is_in_the_batch(name):
    full = evidence()
    alone = torch.cat([rate(name, some(full, slice(row, row + 1))) for row in range(5)])
    torch.testing.assert_close(alone, rate(name, full)[:5], rtol=1e-4, atol=1e-5)
    assert rate(name, some(full, slice(0, 0))).shape == (0,)


@pytest.mark.parametrize("name", NAMES)
def test_that_a_score_needs_what_it_says_and_nothing_else(name):
    full = evidence()
    # A trained “unknown” logit may widen the softmax of a score that does not need it.
    rest = full if "unknown" in needs(name) else replace(full, unknown=None)
    assert torch.equal(rate(name, only(full, needs(name))), rate(name, rest))
    for missing in needs(name):
        with pytest.raises(ConfigError, match=f"The score “{name}” needs "):
            rate(name, only(full, set(needs(name)) - {missing}))


@pytest.mark.parametrize("name", NAMES)
def test_that_a_score_tells_the_window_what_it_needs_and_where_it_is_from(name):
    extra = registry.schema("score")[name]
    assert extra["needs"]
    assert set(extra["needs"]) <= set(FIELDS)
    assert extra["paper"] and extra["term"] and extra["about"].endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_that_half_precision_is_computed_in_full(name):
    full = evidence()
    halves = {
        field.name: getattr(full, field.name).half()
        for field in fields(Evidence)
        if field.name != "train"
    }
    found = rate(name, replace(full, **halves))
    assert found.dtype == torch.float32
    assert torch.isfinite(found).all()


@pytest.mark.parametrize("name", [name for name in NAMES if "train" in needs(name)])
def test_that_an_empty_training_set_is_refused_in_a_sentence(name):
    full = evidence()
    parts = (full.train.features, full.train.logits, full.train.labels, full.train.teacher_features)
    with pytest.raises(ConfigError, match="but there is not one"):
        rate(name, replace(full, train=Train(*(part[:0] for part in parts))))


# --- the one function ---------------------------------------------------------------------------


def given(full, *names):
    return {name: getattr(full, name) for name in names}


def test_that_the_function_is_the_registered_score():
    full = evidence()
    parts = given(full, "logits", "features", "weight", "bias", "train")
    assert torch.equal(score("knn", **parts, k=7), rate("knn", full, k=7))
    assert torch.equal(score("ash", **parts), rate("ash_s", full))


def test_that_an_unknown_output_is_told_apart_wherever_it_stands():
    full = evidence()
    row = torch.zeros(1, full.features.shape[1])
    row[0, -4:] = 1
    bank = full.train
    pseudo = torch.cat([bank.features, torch.rand(20, bank.features.shape[1])])
    marks = torch.cat([bank.labels, torch.full((20,), KINDS)])
    for column in (0, KINDS):
        weight = torch.cat([row, full.weight] if column == 0 else [full.weight, row])
        bias = torch.cat(
            [torch.zeros(1), full.bias] if column == 0 else [full.bias, torch.zeros(1)]
        )
        parts = {
            "logits": full.features @ weight.T + bias,
            "features": full.features,
            "weight": weight,
            "bias": bias,
            "train": Train(pseudo, pseudo @ weight.T + bias, marks),
            "teacher_logits": full.teacher_logits,
            "unknown_column": column,
        }
        for name in ("energy", "openmax", "react", "mahalanobis", "fdbd", "disagreement"):
            torch.testing.assert_close(score(name, **parts), rate(name, full), rtol=1e-4, atol=1e-5)
        unknown = parts["logits"].softmax(1)[:, column]
        torch.testing.assert_close(score("unknown_probability", **parts), -unknown)
        # As the window counts: the softmax over all outputs, the largest known one.
        known = parts["logits"].softmax(1)[:, [c for c in range(KINDS + 1) if c != column]]
        torch.testing.assert_close(score("msp", **parts), known.amax(1))


def test_that_wrong_words_and_shapes_are_sentences():
    full = evidence()
    with pytest.raises(ConfigError, match="Did you mean “energy”"):
        score("enegry", full.logits)
    with pytest.raises(ConfigError, match="no key “temprature”. Did you mean “temperature”"):
        score("energy", full.logits, temprature=2.0)
    with pytest.raises(ConfigError, match="no output 9"):
        score("energy", full.logits, unknown_column=9)
    with pytest.raises(ConfigError, match="only be told apart in logits"):
        score("react", features=full.features, unknown_column=5)
    with pytest.raises(ConfigError, match="features and logits do not fit: 3 against 60 samples"):
        score("gradnorm", full.logits, full.features[:3])
    with pytest.raises(ConfigError, match="needs 2 axes"):
        score("energy", full.logits[0])


@pytest.mark.parametrize("column", [-4, -1, 0, 3])
def test_that_an_output_is_named_from_either_end(column):
    logits = torch.arange(8.0).reshape(2, 4)
    parts = Evidence(logits).split(column)
    assert torch.equal(parts.unknown, logits[:, column])
    assert parts.logits.shape == (2, 3) and logits[0, column] not in parts.logits[0]


@pytest.mark.parametrize("column", [-5, 4])
def test_that_an_output_beyond_either_end_is_refused(column):
    with pytest.raises(ConfigError, match=f"no output {column} among 4 logits"):
        Evidence(torch.zeros(2, 4)).split(column)


def test_that_training_samples_of_the_unknown_are_left_out_and_labels_keep_their_numbers():
    train = Train(torch.arange(6.0).reshape(3, 2), torch.eye(3), torch.tensor([0, 2, 1]))
    found = Evidence(torch.zeros(1, 3), train=train).split(2).train
    assert found.features.tolist() == [[0, 1], [4, 5]]
    assert found.logits.tolist() == [[1, 0], [0, 0]]
    assert found.labels.tolist() == [0, 1]
    bare = Evidence(torch.zeros(1, 3), train=Train(torch.ones(3, 2))).split(2).train
    assert len(bare.features) == 3 and bare.labels is None


@pytest.mark.parametrize("name", [name for name in NAMES if "weights" in needs(name)])
def test_that_a_last_layer_without_a_bias_has_one_of_zeros(name):
    full = evidence()
    zeros = replace(full, bias=torch.zeros(KINDS))
    assert torch.equal(rate(name, replace(full, bias=None)), rate(name, zeros))


@pytest.mark.parametrize("name", ["knn", "nnguide"])
def test_that_as_many_neighbours_as_training_samples_may_be_asked_for(name):
    assert torch.isfinite(rate(name, evidence(), k=300)).all()


@pytest.mark.parametrize("name", ["knn", "nnguide"])
def test_that_more_neighbours_than_training_samples_are_refused(name):
    with pytest.raises(ConfigError, match="only 300"):
        rate(name, evidence(), k=301)


@pytest.mark.parametrize("name", ["ash_b", "ash_s", "scale"])
def test_that_negative_features_are_refused_where_they_make_no_sense(name):
    full = evidence()
    with pytest.raises(ConfigError, match="after a ReLU"):
        rate(name, replace(full, features=full.features - 1))


@pytest.mark.parametrize("name", ["openmax", "she"])
def test_that_a_kind_without_training_samples_is_named(name):
    full = evidence()
    bank = full.train
    rows = bank.labels != 3
    short = Train(bank.features[rows], bank.logits[rows], bank.labels[rows])
    with pytest.raises(ConfigError, match="known kind number 3"):
        rate(name, replace(full, train=short))
    strangers = replace(bank, labels=bank.labels + 1)
    with pytest.raises(ConfigError, match=r"0\.\.4; found 1\.\.5"):
        rate(name, replace(full, train=strangers))


@pytest.mark.parametrize("name", ["mahalanobis", "relative_mahalanobis"])
def test_that_training_samples_without_any_spread_are_refused(name):
    full = evidence()
    alike = Train(torch.ones(10, full.features.shape[1]), None, torch.arange(10) % 5)
    with pytest.raises(ConfigError, match="all alike"):
        rate(name, replace(full, train=alike))


def test_that_vim_says_when_no_direction_is_left():
    full = evidence()
    with pytest.raises(ConfigError, match="fewer directions"):
        rate("vim", full, dimension=40)
    few = replace(full.train, features=full.train.features[:6], logits=None, labels=None)
    few = replace(few, teacher_features=None)
    with pytest.raises(ConfigError, match="leave unused"):
        rate("vim", replace(full, train=few))


# name, setting, default, values that are allowed, values just beyond
SETTINGS = [
    ("ash_b", "percentile", 65, (0, 98), (-0.01, 98.01)),
    ("ash_s", "percentile", 90, (0, 98), (-0.01, 98.01)),
    ("scale", "percentile", 85, (0, 98), (-0.01, 98.01)),
    ("dice", "percentile", 90, (0, 99.9), (-0.01, 100)),
    ("react", "percentile", 90, (0, 100), (-0.01, 100.01)),
    ("energy", "temperature", 1, (1e-9, 1e6), (0, 1e6 + 0.5)),
    ("odin", "temperature", 1000, (1e-9, 1e6), (0, 1e6 + 0.5)),
    ("disagreement", "temperature", 1, (1e-9, 1e3), (0, 1000.5)),
    ("gen", "gamma", 0.1, (1e-9, 0.999), (0, 1)),
    ("gen", "top", 0, (0, 40), (-1,)),
    ("knn", "k", 50, (1, 10**6), (0,)),
    ("nnguide", "k", 10, (1, 10**6), (0,)),
    ("openmax", "tail", 20, (3, 10**6), (2,)),
    ("openmax", "alpha", 3, (1, 100), (0,)),
    ("vim", "dimension", 0, (0, 10**6), (-1,)),
    ("feature_gap", "ridge", 1e-3, (1e-9, 1e3), (0, 1000.5)),
]


@pytest.mark.parametrize(("name", "setting", "default", "allowed", "beyond"), SETTINGS)
def test_that_a_setting_begins_as_published_and_is_held_to_its_bounds(
    name, setting, default, allowed, beyond
):
    assert getattr(registry.make("score", name, {}).settings, setting) == default
    for value in allowed:
        assert getattr(registry.make("score", name, {setting: value}).settings, setting) == value
    for value in beyond:
        with pytest.raises(ConfigError, match=setting):
            registry.make("score", name, {setting: value})


def test_that_every_number_that_can_be_set_has_its_bounds_tried():
    tried = {(name, setting) for name, setting, *_ in SETTINGS}
    there = {
        (name, field)
        for name in NAMES
        for field, value in registry.make("score", name, {}).settings
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    assert there == tried

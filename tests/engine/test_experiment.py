"""Experiments: TOML in and out, wrong keys named with the file and the nearest right one."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import registry
from engine.errors import ConfigError
from engine.experiment import Choice, Experiment, Loss, load
from engine.usual_weights import USUAL_WEIGHTS


def write(tmp_path, text):
    path = tmp_path / "run.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_that_a_score_may_be_given_by_its_name_or_with_its_own_settings():
    plain, own = (
        Experiment.from_document({"open_set": {"score": score}}).open_set.score
        for score in ("knn", {"name": "knn", "k": 5})
    )
    assert (plain.name, plain.settings, own.name, own.settings) == ("knn", {}, "knn", {"k": 5})
    later = Experiment.from_document({"open_set": {"score": "knn"}}).with_values(
        **{"open_set.score.k": 5}
    )
    assert later.open_set.score == own


def test_that_an_experiment_survives_toml(tmp_path):
    experiment = Experiment(
        name="Round trip",
        recipe=Choice(name="distil"),
        losses={"kd": Loss(weight=0.3, temperature=9.0)},
    )
    assert load(write(tmp_path, experiment.to_toml())) == experiment


def test_that_a_name_alone_stands_for_a_choice(tmp_path):
    experiment = load(write(tmp_path, 'recipe = "teacher"\nnet = "pointnet_student_wide"'))
    assert (experiment.recipe.name, experiment.net.name) == ("teacher", "pointnet_student_wide")


def test_that_a_choice_keeps_its_own_settings(tmp_path):
    experiment = load(write(tmp_path, '[data]\nname = "modelnet"\npath = "here"\nvalidation = 0.2'))
    assert experiment.data.settings == {"path": "here"}
    assert experiment.data.validation == 0.2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[training]\nepocs = 3", "run.toml has no key “training.epocs”. Did you mean “epochs”"),
        ("sed = 3", "run.toml has no key “sed”. Did you mean “seed”"),
        ("[training]\nepochs = 0", "the value 0 of “training.epochs” will not do"),
        ("[training]\nepochs = 'many'", "the value 'many' of “training.epochs” will not do"),
        ("[optimiser]\nlearning_rate = nan", "“optimiser.learning_rate” will not do"),
        ("losses = 3", "the value 3 of “losses” will not do"),
        ("[data]\nprotocol = 'nobody'", "of “data.protocol” will not do: it can be standard1560, "),
        ("# " + "x" * (128 << 10), "is longer than 128 kB, so it is no experiment"),
        ("seed = 1" + "0" * 5000, "holds tables or numbers that no experiment needs"),
        ("this is no toml", "run.toml is not a TOML file"),
        ("", ""),
    ],
)
def test_that_a_wrong_file_is_explained(tmp_path, text, sentence):
    path = write(tmp_path, text)
    if not sentence:
        assert load(path) == Experiment()
        return
    with pytest.raises(ConfigError) as error:
        load(path)
    assert sentence in error.value.sentence.replace("run.toml:", "run.toml")
    assert "Nothing was started" in error.value.sentence


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00bad"])
def test_that_a_missing_or_binary_file_is_a_sentence(tmp_path, content):
    path = tmp_path / "x.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match="Nothing was started"):
        load(path)


def test_that_values_change_by_dotted_path(tmp_path):
    path = write(tmp_path, 'net = "pointnet_student"')
    experiment = load(path, {"training.epochs": 3, "net.dropout": 0.0, "losses.kd.weight": 0.5})
    assert experiment.training.epochs == 3
    assert experiment.net == Choice(name="pointnet_student", dropout=0.0)
    assert experiment.losses["kd"].weight == 0.5


def test_that_a_path_through_a_value_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="is a value, not a table"):
        load(write(tmp_path, "seed = 1"), {"seed.deeper": 3})


@given(st.text(string.printable, max_size=60))
def test_that_no_text_gives_anything_but_an_experiment_or_a_sentence(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("toml") / "any.toml"
    path.write_text(text, encoding="utf-8")
    try:
        load(path)
    except ConfigError as error:
        assert error.sentence


def test_that_a_name_becomes_one_line():
    assert Experiment(name="  two\n lines ").name == "two lines"


@pytest.mark.parametrize("name", registry.names("loss"))
def test_that_a_term_without_a_weight_has_the_one_that_its_loss_calls_usual(name, tmp_path):
    usual = registry.get("loss", name).extra.get("usual", 1.0)
    path = tmp_path / "named.toml"
    path.write_text(f"[losses.{name}]\nwarmup_epochs = 2", encoding="utf-8")
    assert load(path).losses[name].weight == usual
    assert load(path, {f"losses.{name}.weight": 0.5}).losses[name].weight == 0.5
    assert Experiment().with_values(**{f"losses.{name}": {}}).losses[name].weight == usual


def test_that_a_usual_weight_is_that_of_a_loss_there_is():
    assert set(USUAL_WEIGHTS) <= set(registry.names("loss"))
    assert Experiment(losses={"pkt": {}}).losses["pkt"].weight == 30000

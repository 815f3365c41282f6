"""What a recipe learns from follows the open data and the recipe."""

import numpy as np
import pytest

from engine.clouds import Clouds
from engine.experiment import Choice, Experiment
from engine.jobs import whole_schema
from workbench.models.material import (
    follows,
    pairs_of,
    pairs_to_learn,
    suited,
    takes_pairs,
    title_of,
)

SHAPES = Choice(name="shapes", per_kind=12)
MODELNET = Choice(name="modelnet", path="/there", points=512)
KNOWN = ("bed", "chair")


@pytest.fixture(scope="module")
def schema():
    return whole_schema()


def draft(recipe, **data):
    return Experiment().with_values(recipe=recipe, data={"name": "shapes"} | data)


def test_that_only_recipes_that_say_so_take_pairs(schema):
    assert takes_pairs(draft("align"), schema)
    assert not takes_pairs(draft("classify"), schema)
    assert not takes_pairs(draft("align"), {})


@pytest.mark.parametrize(
    ("opened", "name", "own"),
    [
        (SHAPES, "shapes_views", {"colours": False}),
        (MODELNET, "modelnet_views", {"path": "/there"}),
        (Choice(name="folder", path="/mine"), "modelnet_views", {"path": "/mine"}),
        (Choice(name="prepared", path="/file.h5"), "shapes_views", {"colours": False}),
    ],
)
def test_that_pairs_go_with_the_open_data_where_they_are_files(opened, name, own):
    found = pairs_of(opened)
    assert (found.name, found.settings) == (name, own)


def test_that_a_draft_gets_what_its_recipe_can_learn_from_and_keeps_what_will_do(schema):
    taught = suited(draft("align", validation=0.3, known=KNOWN), schema, MODELNET, KNOWN)
    assert (taught.data.name, taught.data.known, taught.data.validation) == (
        "modelnet_views",
        (),
        0.3,
    )
    own = taught.with_values(**{"data.views": 5})
    assert suited(own, schema, SHAPES, KNOWN) == own
    back = suited(own.with_values(recipe="student"), schema, SHAPES, KNOWN)
    assert (back.data.name, back.data.known, back.data.settings) == (
        "shapes",
        KNOWN,
        {"per_kind": 12},
    )
    assert suited(own.with_values(recipe="student"), {}, SHAPES, KNOWN).data == own.data


def test_that_pairs_follow_the_open_data_only_where_nobody_changed_them(schema):
    data = suited(draft("align"), schema, MODELNET, KNOWN).data
    assert follows(data, MODELNET)
    assert not follows(data, SHAPES)
    assert not follows(data.model_copy(update={"views": 3}), MODELNET)


def test_that_pairs_to_learn_from_are_counted_where_they_can_be(schema):
    clouds = Clouds(
        points=np.zeros((10, 4, 3), np.float32), labels=np.zeros(10, int), train=np.arange(10) < 8,
        names=tuple("abcdefghij"), kinds=("bed",), known=("bed",), title="Mine",
    )  # fmt: skip
    made = draft(
        "align", name="shapes_views", kinds=["bed", "chair"], per_kind=10, views=3, test_share=0.2
    )
    assert pairs_to_learn(made.data, schema, None, SHAPES) == round(2 * 8 * 3 * 0.9)
    rendered = draft("align", name="modelnet_views", path="/there", validation=0.5)
    assert pairs_to_learn(rendered.data, schema, clouds, MODELNET) == 8 * 2 / 2
    assert pairs_to_learn(rendered.data, schema, clouds, SHAPES) == 0
    assert (
        pairs_to_learn(draft("align", name="frames", path="/x").data, schema, clouds, SHAPES) == 0
    )
    assert title_of(made, schema, clouds) == "Built-in shapes and their pictures"
    assert title_of(draft("student"), schema, clouds) == "Mine"
    assert title_of(draft("student"), schema, None) == ""

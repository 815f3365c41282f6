"""The folded rows of recipes that learn from pictures."""

import pytest

from engine.experiment import Experiment
from engine.jobs import whole_schema
from workbench.models.pair_sections import Around
from workbench.models.recipes import changed
from workbench.models.sections import sections

AROUND = Around("There is one.", (("run-1", "Pictures · explains 42 %"),))


@pytest.fixture(scope="module")
def schema():
    return whole_schema()


def found(schema, recipe, data, **own):
    values = {f"recipe.{key}": value for key, value in own.items()}
    draft = Experiment().with_values(recipe=recipe, data=data, **values)
    return {section.key: section for section in sections(draft, schema, None, AROUND)}


def fields(section):
    return {field.path: field for field in section.fields}


def test_that_learning_from_pictures_has_its_own_rows_and_none_about_kinds(schema):
    rows = found(schema, "align", "shapes_views")
    assert list(rows)[:5] == ["pairs", "image_teacher", "ideas", "start", "net"]
    assert not {"data", "open_set"} & set(rows)
    assert [f"losses.{name}" in rows for name in ("mse", "cosine", "match", "reconstruction")] == [
        True
    ] * 4
    titles = [rows[key].title for key in ("pairs", "image_teacher", "ideas", "start")]
    assert titles == ["Pairs", "Teacher of pictures", "Ideas", "Starts from"]
    assert rows["ideas"].note == "32 ideas"
    assert found(schema, "align", "shapes_views", concepts=False)["ideas"].note == "none"


def test_that_pairs_show_the_settings_of_the_source_that_was_chosen(schema):
    made = fields(found(schema, "align", "shapes_views")["pairs"])
    assert set(made["data.name"].options) == set(schema["pairs"])
    assert {"data.per_kind", "data.colours", "data.validation"} <= set(made)
    frames = fields(found(schema, "align", "frames")["pairs"])
    assert frames["data.path"].place == "folder"
    assert "data.per_kind" not in frames


def test_that_the_teacher_says_which_it_is_and_what_it_needs(schema):
    own = fields(found(schema, "align", "shapes_views")["image_teacher"])
    assert own["recipe.image_teacher.name"].why == "There is one."
    assert "recipe.image_teacher.folder" in own
    other = fields(
        found(schema, "align", "shapes_views", image_teacher="clip_caption")["image_teacher"]
    )
    assert other["recipe.image_teacher.clip"].place == "file"
    assert other["recipe.image_teacher.name"].why != "There is one."


def test_that_every_setting_of_the_recipe_is_in_one_of_its_rows(schema):
    rows = found(schema, "align", "shapes_views")
    told = [path for key in ("image_teacher", "ideas", "start") for path in fields(rows[key])]
    own = schema["recipe"]["align"]["schema"]["properties"]
    assert {path.split(".")[1] for path in told} == set(own)
    assert len(told) == len(set(told))


def test_that_fine_tuning_offers_runs_to_start_from_and_still_has_kinds(schema):
    rows = found(schema, "classify", "shapes")
    own = fields(rows["start"])
    assert list(own) == ["recipe.start", "recipe.mode"]
    assert own["recipe.start"].offers == (("", "From scratch"), *AROUND.starts)
    assert rows["start"].note == "from scratch"
    assert {"data", "open_set"} <= set(rows)
    assert (
        found(schema, "classify", "shapes", start="run-1")["start"].note
        == "Pictures · explains 42 %"
    )
    assert found(schema, "classify", "shapes", start="/a/b.pth")["start"].note == "b.pth"


def test_that_every_score_can_be_chosen_with_the_settings_it_has(schema):
    plain = fields(found(schema, "student", "shapes")["open_set"])["open_set.score.name"]
    assert plain.options == ("auto", *schema["score"]) and len(plain.labels) == len(plain.options)
    draft = Experiment().with_values(**{"open_set.score": "knn"})
    own = fields(next(one for one in sections(draft, schema) if one.key == "open_set"))
    assert "open_set.score.k" in own
    other = changed(
        draft.with_values(**{"open_set.score.k": 5}), schema, "open_set.score.name", "gen"
    )
    assert (other.open_set.score.name, other.open_set.score.settings) == ("gen", {})

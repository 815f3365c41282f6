"""What Set-up tells of runs that learn from pictures, and what it misses."""

import pytest

from engine.experiment import Experiment
from engine.jobs import whole_schema
from engine.store import RunStore
from tests.workbench.made_cards import write_card
from workbench.models.picture_setup import amiss, around, built_in, narrow, pre_trained, start_of
from workbench.models.picture_teachers import NONE_YET


@pytest.fixture(scope="module")
def schema():
    return whole_schema()


def draft(**dotted):
    values = {key.replace("__", "."): value for key, value in dotted.items()}
    return Experiment().with_values(**{"recipe": "align", "data": "shapes_views"} | values)


def test_that_runs_to_start_from_are_those_that_learnt_from_pictures(make_run, aligned_run):
    make_run("Names kinds", {"acc_closed": 0.5})
    run = aligned_run("Pictures")
    found = pre_trained(RunStore().runs())
    assert [one.id for one in found] == [run.id]
    told = around(draft(), found)
    assert told.starts == ((run.id, "Pictures · explains 42 % of what the picture’s teacher says"),)
    assert told.teacher == NONE_YET


def test_that_what_a_draft_starts_from_has_a_name(aligned_run):
    run = aligned_run("Pictures")
    runs = RunStore().runs()
    assert start_of(draft(), runs) == ("", None)
    name, found = start_of(draft(recipe__start=run.id), runs)
    assert (name, found.id) == ("Pictures", run.id)
    assert start_of(draft(recipe__start="/there/weights.pth"), runs) == ("weights.pth", None)
    assert start_of(draft(recipe__start="C:\\there\\weights.pth"), runs) == ("weights.pth", None)


def test_that_no_teacher_yet_is_nothing_amiss_for_it_is_trained_first(schema):
    assert amiss(draft(), schema) == ""
    assert built_in(draft()) is None


def test_that_a_teacher_that_errs_too_often_is_amiss(schema):
    write_card(kind=0.4, accepted=False)
    assert "errs too often" in amiss(draft(), schema)


def test_that_a_folder_without_a_teacher_is_amiss(schema):
    assert "holds no teacher" in amiss(draft(recipe__image_teacher__folder="/nowhere"), schema)


def test_that_pairs_without_their_place_are_amiss(schema):
    assert amiss(draft(data="frames"), schema) == (
        "Nobody has said yet where “Frames of indoor scans” lie. Name the place under “Pairs”."
    )
    assert amiss(draft(data={"name": "frames", "path": "/x"}), schema) == ""


def test_that_a_teacher_without_its_files_is_amiss(schema):
    wanted = draft(recipe__image_teacher__name="clip_caption")
    assert "CLIP file and the ClipCap file" in amiss(wanted, schema)
    named = wanted.with_values(**{"recipe.image_teacher.clip": "a"})
    assert "needs the ClipCap file." in amiss(named, schema)
    assert amiss(named.with_values(**{"recipe.image_teacher.clipcap": "b"}), schema) == ""
    assert built_in(wanted) is None


def test_that_sizes_are_upper_bounds_with_the_built_in_teacher_only(schema):
    assert narrow(draft(), schema)
    assert not narrow(draft(recipe__image_teacher__name="clip_caption"), schema)
    assert not narrow(draft(recipe="student"), schema)

"""What the Mixtures page knows without a window: shares and counts of a deal, places on the way, sources, drafts."""

import numpy as np
import pytest

from engine.experiment import Choice, Experiment
from engine.jobs import whole_schema
from engine.orbit import Orbit, project
from tests.workbench.made_clouds import made_clouds
from workbench.models.mixture import STOPS, Deal, scene_of
from workbench.models.mixture_draft import can_mix, with_mixture
from workbench.models.mixture_sources import Sources
from workbench.models.mixture_words import checks, chips, frames
from workbench.models.recipes import changed
from workbench.models.sections import sections, values_of

# Two clouds of three points: the first gets both firsts and its own third, the second the rest.
WHOLE = Deal(np.array([[0, 1, 0], [1, 0, 1]]), np.array([[0, 0, 2], [1, 1, 2]]))
# The first point of cloud 0 is taken twice, the last of cloud 1 never.
TORN = Deal(np.array([[0, 0, 0], [1, 0, 1]]), np.array([[0, 1, 2], [0, 0, 1]]))


def clouds_of(count, points=50):
    return made_clouds(points=points).points[[6 * place for place in range(count)]]


def shuffled(count, points=50, seed=0):
    number = np.random.default_rng(seed).permutation(count * points).reshape(count, points)
    return Deal(number // points, number % points)


@pytest.fixture(scope="module")
def schema():
    return whole_schema()


@pytest.fixture
def sources():
    made = Sources()
    clouds = made_clouds()
    made.set_clouds(clouds, clouds.kinds)
    return made


def kinds_of(sources):
    return [sources.kind(row) for row in sources.rows]


# a deal


def test_that_shares_are_counted_by_hand_and_sum_to_one():
    assert WHOLE.shares.tolist() == [[2 / 3, 1 / 3], [1 / 3, 2 / 3]]
    assert TORN.shares.tolist() == [[1, 0], [1 / 3, 2 / 3]]
    assert np.allclose(shuffled(4).shares.sum(axis=1), 1)


def test_that_what_is_ticked_is_counted_on_the_deal():
    assert [check.holds for check in checks(WHOLE, ["bed", "chair"])] == [True, True, True]
    lost, twice, kinds = checks(TORN, ["bed", "bed"])
    assert (lost.holds, lost.words) == (False, "1 of 6 points are left out")
    assert (twice.holds, twice.words) == (False, "1 point is used more than once")
    assert (kinds.holds, kinds.words) == (False, "Two sources are of one kind")


def test_that_the_chips_claim_nothing_that_is_not_so():
    assert chips(None, 6) == ["6 points"]
    assert chips(WHOLE, 6) == ["6 points in, 6 points out", "no point is added or lost"]
    assert chips(TORN, 6)[1] == "1 left behind"


def test_that_an_answer_of_the_engine_becomes_a_deal():
    plain = {"source": [[0, 1]], "index": [[3, 4]], "points": None}
    assert Deal.from_answer(plain).points is None
    moved = Deal.from_answer({**plain, "points": [[[0, 1, 2], [3, 4, 5.5]]]})
    assert moved.points.tolist() == [[[0, 1, 2], [3, 4, 5.5]]]


# a scene


@pytest.mark.parametrize("count", [2, 3, 4])
def test_that_every_point_of_a_shuffle_is_there_once_and_keeps_its_cloud(count):
    clouds = clouds_of(count)
    scene = scene_of(clouds, shuffled(count))
    assert np.bincount(scene.source).tolist() == [50] * count
    for source in range(count):
        own = scene.at(0.4)[scene.source == source]
        assert sorted(map(tuple, own.tolist())) == sorted(map(tuple, clouds[source].tolist()))


def test_that_clouds_are_whole_while_apart_and_again_when_dealt():
    clouds, deal = clouds_of(3), shuffled(3)
    scene = scene_of(clouds, deal)
    start, end = scene.at(0), scene.at(1)
    for source in range(3):  # as far apart from one another as the cloud is in itself
        own = start[scene.source == source]
        assert np.allclose(np.ptp(own, axis=0), np.ptp(clouds[source], axis=0), atol=1e-5)
    for output in range(3):
        shift = (
            end[50 * output : 50 * output + 50] - clouds[deal.source[output], deal.index[output]]
        )
        assert np.allclose(shift, shift[0], atol=1e-6)


def test_that_the_film_holds_still_between_its_two_movements_and_never_jumps():
    scene = scene_of(clouds_of(3), shuffled(3))
    heap = scene.at(0.33)
    for time in (0.4, 0.5, 0.6):
        assert (scene.at(time) == heap).all()
    assert np.allclose(scene.at(0.165), (scene.at(0) + heap) / 2, atol=1e-6)  # half a smoothstep
    assert np.allclose(scene.at(0.8), (heap + scene.at(1)) / 2, atol=1e-6)
    assert np.allclose(
        scene.at(0.7) - heap, (scene.at(1) - heap) * 0.15625, atol=1e-5
    )  # 3/16 - 2/64
    steps = [np.abs(scene.at(t / 100) - scene.at((t + 1) / 100)).max() for t in range(100)]
    assert max(steps) < 0.2


def test_that_without_a_deal_the_points_stay_in_the_heap():
    scene = scene_of(clouds_of(2), None)
    assert (scene.at(1) == scene.at(0.5)).all()
    assert len(scene.source) == 100


def test_that_a_point_that_moves_ends_where_the_engine_put_it():
    clouds = clouds_of(2, 3)
    moved = np.arange(18, dtype=np.float32).reshape(2, 3, 3)
    scene = scene_of(clouds, Deal(WHOLE.source, WHOLE.index, moved))
    end = scene.at(1).reshape(2, 3, 3)
    for output in range(2):
        assert np.allclose(np.diff(end[output], axis=0), np.diff(moved[output], axis=0), atol=1e-5)


def test_that_what_no_cloud_takes_stays_behind_and_what_two_take_is_there_twice():
    clouds = clouds_of(2, 3)
    scene = scene_of(clouds, TORN)
    assert len(scene.source) == 7
    away = Orbit().axes()[2]
    left = scene.at(1)[-1]
    assert (scene.at(0)[-1] != left).any()
    assert left @ away < (scene.at(1)[:-1] @ away).min()
    twice = (scene.heap == clouds[0, 0]).all(axis=1)
    assert twice.sum() == 2


@pytest.mark.parametrize("count", [2, 3, 4])
def test_that_all_is_in_the_picture_all_the_time(count):
    scene = scene_of(clouds_of(count), shuffled(count))
    for time in (0, 0.2, 0.5, *STOPS):
        seen = project(scene.at(time), scene.frame, Orbit(), 800, 500)
        assert (seen[:, :2] > 0).all()
        assert (seen[:, 0] < 800).all() and (seen[:, 1] < 500).all()


# sources


def test_that_sources_are_of_different_kinds_and_only_clouds_to_learn_from(sources):
    clouds = made_clouds()
    for count in (2, 3, 4):
        sources.set_count(count)
        assert len(set(kinds_of(sources))) == len(sources.rows) == count
        assert clouds.train[list(sources.rows)].all()


def test_that_a_swap_changes_one_cloud_and_not_its_kind(sources):
    before, kinds = sources.rows, kinds_of(sources)
    sources.swap(1)
    assert kinds_of(sources) == kinds
    assert [a == b for a, b in zip(before, sources.rows, strict=True)] == [True, False, True]


def test_that_a_swapped_kind_is_one_that_was_not_there_and_all_come_by(sources):
    seen = set()
    for _ in range(4):
        sources.swap_kind(0)
        assert len(set(kinds_of(sources))) == 3
        seen.add(kinds_of(sources)[0])
    assert seen == {"ball", "tube"}
    sources.set_count(4)
    rows = sources.rows
    sources.swap_kind(0)
    assert not sources.can_swap_kind
    assert sources.rows == rows


def test_that_the_only_cloud_of_a_kind_stays():
    clouds = made_clouds(each=3)  # one to learn from, two for the test
    sources = Sources()
    sources.set_clouds(clouds, clouds.kinds)
    before = sources.rows
    sources.swap(0)
    assert not sources.can_swap(0)
    assert sources.rows == before


def test_that_a_kind_that_becomes_a_stranger_leaves_and_the_others_stay(sources):
    clouds, before = made_clouds(), sources.rows
    sources.set_clouds(sources._clouds, ("ball", "night_stand", "tube"))
    assert kinds_of(sources) == ["ball", "night_stand", "tube"]
    assert sources.rows[0] == before[0]
    sources.set_clouds(clouds, ("ball",))
    assert (sources.most, len(sources.rows)) == (1, 1)


def test_that_kinds_without_a_cloud_to_learn_from_are_no_sources():
    clouds = made_clouds()
    clouds.train[clouds.of_kind("cone")] = False
    sources = Sources()
    sources.set_clouds(clouds, clouds.kinds)
    assert sources.kinds == ("ball", "night_stand", "tube")


# words and drafts


def test_that_every_way_of_mixing_has_words_of_its_own_and_unknown_ones_true_words(schema):
    notes = {frames(name).note for name in schema["mixture"]}
    assert len(notes) == len(schema["mixture"])
    assert frames("something new").note == "The heap only shows what goes in."


@pytest.mark.parametrize("recipe", ["open_set", "joint", "outlier_exposure"])
def test_that_a_recipe_that_learns_from_mixtures_stays_with_its_other_settings(schema, recipe):
    draft = Experiment(recipe=Choice(name=recipe, ratio=0.5, sources=[2, 3]), name="Mine")
    after = with_mixture(draft, schema, Choice(name="cut", least=0.5), 4)
    assert after.recipe.name == recipe
    assert after.recipe.settings == {
        "ratio": 0.5,
        "sources": [4],
        "mixture": {"name": "cut", "least": 0.5},
    }
    assert after.losses == draft.losses


def test_that_any_other_recipe_becomes_the_one_with_a_way_out(schema):
    after = with_mixture(Experiment(), schema, Choice(name="shuffle"), 3)
    assert (after.recipe.name, after.name) == ("open_set", "Student with a way out")
    assert set(after.losses) == {"ce"}
    assert not can_mix({})


def test_that_set_up_shows_what_was_taken_over(schema):
    after = with_mixture(Experiment(), schema, Choice(name="cut", least=0.5), 3)
    section = next(one for one in sections(after, schema) if one.key == "mixtures")
    assert section.note == "Cut and joined, 3"
    assert "recipe.mixture.least" in [field.path for field in section.fields]
    assert "mixtures" not in [one.key for one in sections(Experiment(), schema)]
    other = changed(after, schema, "recipe.mixture.name", "rigid")
    assert other.recipe.settings == {"mixture": {"name": "rigid"}, "sources": [3]}
    short = Experiment(recipe=Choice(name="joint", mixture="parts"))
    assert values_of(short)["recipe"]["mixture"] == {"name": "parts"}

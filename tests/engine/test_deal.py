"""A mixture told point by point: it is the mixture of a run, and what it says of every point is true."""

import json

import numpy as np
import pytest
import torch

from engine import registry
from engine.control import Control
from engine.datasets import write_cache
from engine.deal import deal, numbered
from engine.device import seeded
from engine.events import from_line, to_line
from engine.experiment import Choice
from engine.jobs import Job, Mixing, perform
from tests.workbench.made_clouds import made_clouds

NAMES = registry.names("mixture")
ROWS = (1, 7, 14)  # a ball, a cone, a night stand


@pytest.fixture
def cache(tmp_path):
    path = tmp_path / "made.h5"
    write_cache(path, made_clouds(points=60))
    return path


def points_of(rows=ROWS):
    return torch.from_numpy(made_clouds(points=60).points[list(rows)])


def told(cache, name="shuffle", seed=3, rows=ROWS, **settings):
    mixture = Choice(name=name, **settings)
    return deal(Mixing(cache=cache, rows=rows, mixture=mixture, seed=seed))


def numbers(answer):
    return np.array(answer["source"]) * 60 + np.array(answer["index"])


def sentence(cache, **asked):
    events = list(perform(Job(do="mix", mix=Mixing(cache=cache, **asked)), Control()))
    assert [event.kind for event in events] == ["failed"]
    assert events[0].detail == ""
    return events[0].sentence


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("every", [False, True])
def test_that_what_a_point_carries_changes_no_draw_and_no_place(name, count, every):
    clouds = torch.randn(3, count, 50, 3, generator=torch.Generator().manual_seed(count))
    mixture = registry.make("mixture", name, {})
    plain, followed = torch.Generator().manual_seed(9), torch.Generator().manual_seed(9)
    mixed = mixture(clouds, plain, every)
    carried = mixture(torch.stack([numbered(group) for group in clouds]), followed, every)
    assert torch.equal(carried[..., :3], mixed)
    assert torch.equal(plain.get_state(), followed.get_state())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [0, 3, 2**31 - 1])
def test_that_the_answer_is_what_the_mixture_makes_from_this_seed(cache, name, seed):
    answer = told(cache, name, seed)
    generator = seeded(torch.device("cpu"), seed)
    expected = registry.make("mixture", name, {})(points_of()[None], generator, True)[0]
    if answer["points"] is None:
        found = points_of().reshape(-1, 3)[torch.from_numpy(numbers(answer))]
    else:
        found = torch.tensor(answer["points"])
    assert torch.equal(found, expected)


@pytest.mark.parametrize("name", ["shuffle", "parts"])
def test_that_the_union_is_kept_no_point_lost_and_none_twice(cache, name):
    for seed in range(20):
        assert sorted(numbers(told(cache, name, seed)).ravel()) == list(range(3 * 60))


def test_that_a_moved_point_is_told_with_the_point_it_was(cache):
    answer = told(cache, "rigid", least=1.0, most=1.0)
    source, index = np.array(answer["source"]), np.array(answer["index"])
    placed = np.array(answer["points"], dtype=np.float32)
    original = points_of().numpy()[source, index]
    for output in range(3):
        still = source[output] == output  # a point of the base has not moved
        assert (placed[output][still] == original[output][still]).all()
        assert 20 <= still.sum() < 60
        for other in {0, 1, 2} - {output}:  # a piece moves as a whole
            piece = source[output] == other
            shift = (placed - original)[output][piece]
            assert piece.sum() >= 1
            assert np.ptp(shift, axis=0).max() < 1e-5


def test_that_only_the_mixture_that_moves_points_gives_places(cache):
    assert [name for name in NAMES if told(cache, name)["points"] is not None] == ["rigid"]


def test_that_the_same_seed_deals_the_same_and_another_does_not(cache):
    assert told(cache, seed=5) == told(cache, seed=5)
    assert told(cache, seed=5) != told(cache, seed=6)


def test_that_the_settings_of_a_mixture_count(cache):
    whole = np.array(told(cache, "cut", least=1.0, most=1.0, rows=(1, 7))["source"])
    assert (whole[0] == 1).sum() == 30  # half of sixty


def test_that_the_job_answers_in_one_event_that_survives_the_wire(cache):
    asked = Mixing(cache=cache, rows=ROWS, mixture=Choice(name="rigid"), seed=4)
    job = Job.model_validate(json.loads(Job(do="mix", mix=asked).model_dump_json()))
    (answer,) = perform(job, Control())
    assert (answer.kind, answer.question) == ("answer", "mix")
    assert from_line(to_line(answer)).value == deal(asked)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"rows": (0, 1)}, "each of another kind"),
        ({"rows": (0,)}, "two or more clouds"),
        ({"rows": ()}, "two or more clouds"),
        ({"rows": (0, 23)}, "“tube” is not known"),
        ({"rows": (0, 7), "known": ("ball",)}, "“cone” is not known"),
        ({"rows": (0, 999)}, "has not all the clouds"),
        ({"rows": (0, -1)}, "has not all the clouds"),
        ({"rows": (0, 7), "mixture": Choice(name="shufle")}, "shuffle"),
        ({"rows": (0, 7), "mixture": Choice(name="cut", least=2.0)}, "least"),
    ],
)
def test_that_what_cannot_be_mixed_is_refused_with_a_sentence(cache, asked, words):
    assert words in sentence(cache, **asked)


def test_that_a_point_that_is_no_number_is_refused(tmp_path):
    clouds = made_clouds(points=8)
    clouds.points[7, 3, 1] = np.nan
    write_cache(tmp_path / "bad.h5", clouds)
    assert "“cone_0001” has points that are no numbers" in sentence(
        tmp_path / "bad.h5", rows=(0, 7)
    )


def test_that_a_missing_cache_and_a_missing_request_are_sentences(tmp_path):
    assert "Open the data set again" in sentence(tmp_path / "gone.h5", rows=(0, 7))
    (event,) = perform(Job(do="mix"), Control())
    assert event.sentence == "Nothing was named that could be mixed."

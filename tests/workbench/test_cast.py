"""Set-up counts the kinds that the protocol names or draws, not those of the Data page."""

import numpy as np
import pytest

from engine.clouds import Clouds
from engine.experiment import Data
from workbench.models.cast import Cast, cast_of

SCANNED = ("bed", "chair", "desk", "door", "lamp", "monitor", "shelf", "sink", "sofa", "table", "toilet")  # fmt: skip


def clouds(kinds):
    """Ten clouds of each kind, eight of them for training."""
    return Clouds(
        points=np.zeros((10 * len(kinds), 8, 3), np.float32),
        labels=np.repeat(np.arange(len(kinds)), 10),
        train=np.tile([True] * 8 + [False] * 2, len(kinds)),
        names=tuple(str(row) for row in range(10 * len(kinds))),
        kinds=kinds,
        known=kinds[:2],
        title="Made",
    )


def test_that_without_a_protocol_of_its_own_the_data_page_chooses():
    for protocol in ("standard1560", "paper990"):
        found = cast_of(clouds(SCANNED), Data(protocol=protocol), ("sofa", "bed", "chair"))
        assert (found.known, found.words, found.problem) == (("bed", "chair", "sofa"), "", "")


def test_that_kinds_drawn_by_lot_are_those_of_the_draw():
    data = Data(protocol="random", known_count=5, known_seed=3)
    found = cast_of(clouds(SCANNED), data, ("bed", "chair"))
    assert len(found.known) == 5
    assert found == cast_of(clouds(SCANNED), data, ("sofa", "sink"))
    assert (
        found.known != cast_of(clouds(SCANNED), data.model_copy(update={"known_seed": 4}), ()).known
    )
    assert "drawn by lot" in found.words


def test_that_a_list_counts_answers_and_learns_every_kind_behind_them():
    everything = clouds(SCANNED)
    found = cast_of(everything, Data(protocol="SR2"), ("chair", "door"))
    assert found.known == ("bed", "desk", "monitor", "toilet")
    assert set(found.learnt) == {"bed", "desk", "table", "monitor", "toilet"}
    assert found.words.startswith(
        "The protocol “3DOS SR2: Made to scanned, second kinds known” names them"
    )
    assert "Made has no bag, bin, box, cabinet, pillow" in found.words
    # five kinds of eight training clouds, a fifth held back
    assert found.training_clouds(everything, Data(validation=0.2)) == 32


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (Data(protocol="SN1"), "needs a kind called “bench”, and Made has none"),
        (Data(protocol="random", known_count=12), "12 kinds were to be known, but Made has 11"),
    ],
)
def test_that_what_cannot_be_cast_is_a_sentence(data, why):
    found = cast_of(clouds(SCANNED), data, ("bed", "chair"))
    assert found.known == ()
    assert why in found.problem


def test_that_without_data_there_is_nobody():
    assert cast_of(None, Data(protocol="SN1"), ()) == Cast()
    assert Cast().training_clouds(None, Data()) == 0

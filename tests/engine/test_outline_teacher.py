"""Outlines by Mask R-CNN: which kinds are told, what is painted, and what happens when it finds nothing."""

import numpy as np
import pytest
import torch
from torch import nn

from engine import outline_teacher
from engine.errors import ConfigError, FormatError
from engine.outline_teacher import mask_rcnn, outlined, outlines_of
from tests.engine.small_drives import SHAPE, frame
from tests.engine.test_voices import ended, gate

PERSON, CAR, KITE = 1, 3, 38


class Looking(nn.Module):
    """Answers as Mask R-CNN would: one thing of each (kind, score), the n-th on row n."""

    def __init__(self, *things: tuple[int, float]) -> None:
        super().__init__()
        self.things, self.seen = things, []
        self.weight = nn.Parameter(torch.ones(1))

    def forward(self, pictures):
        self.seen += pictures
        masks = torch.zeros(len(self.things), 1, *SHAPE)
        for row in range(len(self.things)):
            masks[row, 0, row] = 0.75
        kinds, scores = (torch.tensor(list(column)) for column in zip(*self.things, strict=True))
        return [{"masks": masks, "labels": kinds, "scores": scores}]


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """The voice of a net that finds these things in two frames, when so many kinds are asked for."""

    def ask(net, count):
        monkeypatch.setattr(outline_teacher, "mask_rcnn", lambda path: net)
        (tmp_path / "rcnn.pth").write_bytes(b"weights")
        frames = [frame(), frame(name="two")]
        return ended(outlines_of(str(tmp_path / "rcnn.pth"), frames, count, gate)), frames

    return ask


def test_that_only_what_is_sure_is_outlined():
    net = Looking((CAR, 0.5), (PERSON, 0.49))
    picture = np.full((*SHAPE, 3), 255, np.uint8)
    masks, kinds, scores = outlined(net, picture)
    assert (kinds.tolist(), scores.tolist()) == ([CAR], [0.5])
    assert np.array_equal(np.flatnonzero(masks[0].any(axis=1)), [0])
    assert net.seen[0].shape == (3, *SHAPE) and net.seen[0].max() == 1


def test_that_the_kinds_found_most_often_are_told_each_on_its_map(asked):
    net = Looking(
        (CAR, 0.9), (CAR, 0.8), (PERSON, 0.9), (PERSON, 0.2), (KITE, 0.6), (KITE, 0.6), (KITE, 0.6)
    )
    voice, (own, _) = asked(net, 2)
    kite, car = voice.of(own).features
    assert np.flatnonzero(kite.any(axis=1)).tolist() == [4, 5, 6]
    assert np.flatnonzero(car.any(axis=1)).tolist() == [0, 1]
    assert voice.sentences == ("The outline teacher “rcnn.pth” (Mask R-CNN) tells kind 38, car.",)


def test_that_kinds_that_are_never_found_have_empty_maps(asked):
    voice, (own, _) = asked(Looking((PERSON, 0.9)), 3)
    assert voice.of(own).features.any(axis=(1, 2)).tolist() == [True, False, False]
    assert voice.sentences[0].endswith("tells person.")


def test_that_a_frame_of_the_training_part_is_asked_about_once(asked):
    net = Looking((CAR, 0.9))
    voice, (own, _) = asked(net, 1)
    assert len(net.seen) == 2
    voice.of(own)
    assert len(net.seen) == 3  # its answer was not kept longer than it was needed


def test_that_other_weights_have_another_mark(asked):
    marks = []
    for weight in (1.0, 1.0, 2.0):
        net = Looking((CAR, 0.9))
        net.weight.data.fill_(weight)
        marks.append(asked(net, 1)[0].mark)
    assert marks[0] == marks[1] != marks[2]


def test_that_a_teacher_that_finds_nothing_is_refused_before_anything_starts(asked):
    with pytest.raises(
        ConfigError, match="finds nothing in the training frames. Nothing was started"
    ):
        asked(Looking((CAR, 0.1)), 2)


def test_that_weights_of_another_net_are_a_sentence(tmp_path):
    torch.save({"weight": torch.ones(2)}, tmp_path / "other.pth")
    with pytest.raises(FormatError, match="“other.pth” was not used: its “backbone.* is missing"):
        mask_rcnn(tmp_path / "other.pth")

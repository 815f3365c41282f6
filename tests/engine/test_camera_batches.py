"""Batches of pictures: drawn from seed and step, mirrored with their boxes and maps, coloured but never moved."""

import numpy as np
import pytest
import torch

from engine.camera_batches import DriveBatch, Views, ViewSettings, changed, view_of
from engine.drives import Frame
from engine.experiment import Experiment
from engine.projection import Calibration
from engine.teaching_maps import FeatureMap

CPU = torch.device("cpu")
STILL = {"flip": False, "brightness": 0.0, "contrast": 0.0, "noise": 0.0}
SIZE = (6, 10)


def frame(number, boxes=1):
    rng = np.random.default_rng(number)
    return Frame(
        name=f"{number}",
        image=rng.integers(0, 256, (*SIZE, 3), np.uint8),
        points=np.zeros((0, 4), np.float32),
        of_points=np.zeros(0, np.int16),
        owner=np.zeros(0, np.int32),
        calibration=Calibration(np.eye(3, 4), np.eye(4)),
        boxes=np.tile(np.array([[1, 2, 4, 5]], np.float32), (boxes, 1)),
        labels=np.zeros(boxes, np.int16),
        solids=np.full((boxes, 7), np.nan, np.float32),
        depths=np.full(boxes, 9, np.float32),
        ignored=np.array([[6, 0, 9, 3]], np.float32),
    )


def told(number):
    rng = np.random.default_rng([number, 1])
    return FeatureMap(rng.normal(size=(2, *SIZE)).astype(np.float32), rng.random(SIZE) < 0.5)


def views(count=9, seed=3, boxes=1, batch=4, **settings):
    experiment = Experiment(seed=seed, training={"batch_size": batch})
    frames = [frame(number, boxes) for number in range(count)]
    maps = {"laser": [told(number) for number in range(count)]}
    own = ViewSettings(**settings)
    return Views(frames, [each.depths for each in frames], maps, own, (experiment, CPU))


def test_that_a_frame_is_shown_as_it_is_with_nothing_where_its_map_is_not_valid():
    own = view_of(frame(2), np.array([np.nan]), {"laser": told(2)})
    assert torch.equal(
        (own.image * 255).round().byte(), torch.from_numpy(frame(2).image).permute(2, 0, 1)
    )
    assert own.truth.boxes.tolist() == [[1, 2, 4, 5]] and own.truth.labels.dtype == torch.int64
    assert own.truth.depths.isnan().all() and own.truth.ignored.tolist() == [[6, 0, 9, 3]]
    values, valid = own.maps["laser"]
    assert torch.equal(valid, torch.from_numpy(told(2).valid))
    assert not values[:, ~valid].any()
    assert torch.equal(values[:, valid], torch.from_numpy(told(2).features)[:, valid])


def test_that_a_mirror_moves_picture_boxes_and_maps_alike():
    before = view_of(frame(2), np.array([9.0]), {"laser": told(2)})
    after = before.mirrored()
    assert after.truth.boxes.tolist() == [[6, 2, 9, 5]]
    assert torch.equal(after.image[:, 2:5, 6:9], before.image[:, 2:5, 1:4].flip(2))
    for old, new in zip(before.maps["laser"], after.maps["laser"], strict=True):
        assert torch.equal(new[..., 6:9], old[..., 1:4].flip(-1))
    assert torch.equal(after.mirrored().image, before.image)


def test_that_about_every_second_picture_is_mirrored_and_colours_stay_within_reach():
    before = view_of(frame(1), np.array([9.0]), {})
    settings = ViewSettings(brightness=0.0, contrast=0.0, noise=0.0)
    pictures = [changed(before, settings, np.random.default_rng(seed)).image for seed in range(200)]
    turned = [torch.allclose(image, before.image.flip(2), atol=1e-6) for image in pictures]
    assert 70 < sum(turned) < 130
    wild = ViewSettings(flip=False, brightness=0.5, contrast=0.5, noise=0.3)
    image = changed(before, wild, np.random.default_rng(0)).image
    assert image.min() >= 0 and image.max() <= 1 and not torch.equal(image, before.image)


def test_that_brightness_is_a_share_of_the_picture():
    before = view_of(frame(1), np.array([9.0]), {})
    own = ViewSettings(flip=False, brightness=0.2, contrast=0.0, noise=0.0)
    factors = [
        (changed(before, own, np.random.default_rng(seed)).image / before.image).nanmedian().item()
        for seed in range(60)
    ]
    assert 0.8 <= min(factors) < 0.85 and 1.15 < max(factors) <= 1.2 + 1e-6


def test_that_a_batch_follows_from_seed_and_step_alone():
    one, other = views(), views()
    other.at(0)
    a, b = one.at(5), other.at(5)
    assert isinstance(a, DriveBatch)
    assert torch.equal(a.images, b.images) and torch.equal(a.rows, b.rows)
    assert torch.equal(a.maps["laser"].values, b.maps["laser"].values)
    assert not torch.equal(a.rows, views(seed=4).at(5).rows)
    assert (one.steps, one.size, a.epoch, a.known) == (2, 4, 2.5, 0)


def test_that_every_frame_is_shown_once_a_pass_with_its_own_map():
    own = views(8, **STILL)
    rows = torch.cat([own.at(step).rows for step in range(2)])
    assert sorted(rows.tolist()) == list(range(8))
    batch = own.at(0)
    for place, row in enumerate(batch.rows.tolist()):
        assert torch.allclose(batch.images[place], own.view(row).image, atol=1e-6)
        assert torch.equal(batch.maps["laser"].valid[place], torch.from_numpy(told(row).valid))


@pytest.mark.parametrize("boxes", [0, 3])
def test_that_pictures_may_hold_no_box_or_several(boxes):
    batch = views(boxes=boxes).plain(np.array([1, 2]))
    assert [len(own) for own in batch.truths] == [boxes, boxes]
    assert batch.truths[0].boxes.shape == (boxes, 4) and batch.images.shape == (2, 3, *SIZE)

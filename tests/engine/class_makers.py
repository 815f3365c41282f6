"""Tiny nets, pictures and truths for tests of the camera student."""

import numpy as np
import torch

from engine import registry
from engine.camera_batches import DriveBatch
from engine.nets.classroom import Fed, PictureTruth

TINY = {
    "width": 8, "wide": 8, "hidden": 8, "features": 8, "pyramid": (8, 8, 8, 8), "levels": 8, "head": 16,
    "laser": 3, "outlines": 2, "looks": (),
}  # fmt: skip
SIZE = (32, 48)


def a_net(things=2, seed=0, **changes):
    torch.manual_seed(seed)
    settings = registry.configure("camera_net", "classroom_small", {**TINY, **changes})
    return registry.get("camera_net", "classroom_small")(settings, things)


def truth(boxes=(), labels=(), depths=None, ignored=()):
    count = len(boxes)
    return PictureTruth(
        torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        torch.tensor(labels, dtype=torch.int64),
        torch.tensor([10.0] * count if depths is None else depths),
        torch.tensor(ignored, dtype=torch.float32).reshape(-1, 4),
    )


def squares(count, seed=0, size=SIZE):
    """Pictures of noise, each with one bright square; how far it is away follows from its colour."""
    rng = np.random.default_rng(seed)
    images, truths, maps = [], [], []
    for _ in range(count):
        image = rng.random((3, *size), np.float32) * 0.3
        side = int(rng.integers(8, 15))
        top, left = (int(rng.integers(0, edge - side)) for edge in size)
        label = int(rng.integers(0, 2))
        colour = np.array([[0.9, 0.9, 0.2], [0.2, 0.9, 0.9]][label], np.float32)
        image[:, top : top + side, left : left + side] = colour[:, None, None]
        inside = np.zeros(size, np.float32)
        inside[top : top + side, left : left + side] = 1
        images.append(image)
        truths.append(truth([[left, top, left + side, top + side]], [label], [[8.0, 40.0][label]]))
        maps.append(np.stack([inside * (label == 0), inside * (label == 1)]))
    values = torch.from_numpy(np.stack(maps).astype(np.float32))
    valid = torch.ones(count, *size, dtype=torch.bool)
    laser = torch.cat([values * 2 - 1, values[:, :1] * 0 + 5], dim=1)  # the last never changes
    sparse = torch.from_numpy(rng.random((count, *size)) < 0.5)
    told = {"outlines": Fed(values, valid), "laser": Fed(laser * sparse[:, None], sparse)}
    return DriveBatch(torch.from_numpy(np.stack(images)), truths, told, torch.arange(count), 0.0)

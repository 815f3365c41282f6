"""What a student of pictures looked at, for tests: shapes and their pictures, attention along random ways."""

import numpy as np

from engine.concept_maps import ConceptMaps
from engine.control import Control
from engine.datasets.pairs.shapes_views import ShapesViews
from engine.render import Camera

GRID = 7
_FEATURES = 24


def made(
    ideas=32,
    layers=4,
    heads=3,
    patches=24,
    size=16,
    kinds=("chair", "sofa"),
    per_kind=2,
    views=1,
    points=256,
    side=32,
):
    """Likeness is the cosine of sums of features each idea's attention picks; words are the nearest pair's."""
    pairs = _pairs(kinds, per_kind, views, points, side)
    rng = np.random.default_rng(5)
    centres = np.stack([_farthest(cloud, patches) for cloud in pairs.points])
    away = np.linalg.norm(pairs.points[:, None] - centres[:, :, None], axis=3)
    attention = _attention(
        centres, rng.normal(size=(ideas, 3)), rng.uniform(1, 9, (layers, heads, ideas))
    )
    rollout = attention.mean((1, 2))
    thoughts = np.einsum(
        "mcg,mgf->mcf", rollout, np.sin(3 * centres @ rng.normal(size=(3, _FEATURES)))
    )
    whole = thoughts.sum(1)
    taught = whole + 0.4 * whole.std() * rng.normal(size=whole.shape)
    likeness = _cosine(whole, taught)
    less = whole[:, None] - thoughts
    without = _cosine(less, taught[:, None])
    strength = likeness[:, None] - without
    captions = np.array(pairs.captions)
    near = _nearest(taught, taught, skip_own=True)
    return ConceptMaps(
        points=pairs.points,
        centres=centres.astype(np.float32),
        members=np.argsort(away, axis=2)[:, :, :size].astype(np.int32),
        images=pairs.images,
        cells=_cells(pairs, centres),
        likeness=likeness.astype(np.float32),
        names=pairs.names,
        captions=pairs.captions,
        teacher_words=pairs.captions,
        student_words=tuple(captions[near].tolist()),
        grid=GRID,
        title="Made",
        made=True,
        attention=attention.astype(np.float16),
        rollout=rollout.astype(np.float16),
        without=without.astype(np.float32),
        words_without=tuple(tuple(captions[_nearest(row, taught)].tolist()) for row in less),
        ideas=tuple(pairs.kinds[pairs.labels[strength[:, c].argmax()]] for c in range(ideas)),
    )


def _pairs(kinds, per_kind, views, points, side):
    settings = ShapesViews.Settings(
        kinds=kinds, per_kind=per_kind, views=views, points=points, side=side
    )
    source = ShapesViews(settings)
    source.title = "Made"
    reading = source.read(Control())
    while True:
        try:
            next(reading)
        except StopIteration as done:
            return done.value


def _farthest(cloud, count):
    chosen, away = [0], np.full(len(cloud), np.inf)
    while len(chosen) < count:
        away = np.minimum(away, np.linalg.norm(cloud - cloud[chosen[-1]], axis=1))
        chosen.append(int(away.argmax()))
    return cloud[chosen]


def _attention(centres, directions, steepness):
    """(M, L, H, C, G): the farther along an idea's direction a patch lies, the more it is looked at."""
    along = centres @ (directions / np.linalg.norm(directions, axis=1, keepdims=True)).T
    raised = np.exp(steepness[None, :, :, :, None] * along.transpose(0, 2, 1)[:, None, None])
    return raised / raised.sum(-1, keepdims=True)


def _cells(pairs, centres):
    side = pairs.images.shape[1]
    camera = Camera(pairs.intrinsics, pairs.extrinsics, side, side)
    pixels, _ = camera.project(centres)
    inside = camera.inside(pixels)
    column, row = np.moveaxis(np.nan_to_num(np.floor((pixels + 0.5) * GRID / side)), -1, 0)
    return np.where(inside, row * GRID + column, -1).astype(np.int16)


def _cosine(a, b):
    return (a * b).sum(-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)


def _nearest(thoughts, taught, skip_own=False):
    like = _cosine(thoughts[:, None], taught[None])
    if skip_own:
        np.fill_diagonal(like, -2)
    return like.argmax(1)

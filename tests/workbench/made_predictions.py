"""Random predictions for tests: known kinds mostly right, strangers less sure."""

from dataclasses import replace

import numpy as np

from engine.clouds import Clouds
from engine.datasets.cache import write_cache
from engine.predictions import TEST, Predictions

KNOWN = ("bed", "chair", "night_stand")
STRANGERS = ("bench", "guitar")
KINDS = tuple(sorted(KNOWN + STRANGERS))


def made(
    seed=0,
    known=60,
    strangers=40,
    validation=30,
    pretend=0,
    trained_unknown=True,
    teacher=True,
    **changes,
):
    """Test samples first (known, then strangers), then known validation samples, then mixtures of them."""
    generator = np.random.default_rng(seed)
    width = len(KNOWN)
    labels = np.r_[
        generator.integers(0, width, known),
        np.full(strangers, width),
        generator.integers(0, width, validation),
        np.full(pretend, width),
    ]
    names = [
        KNOWN[label] if label < width else STRANGERS[generator.integers(len(STRANGERS))]
        for label in labels
    ]
    count = len(labels)

    def logits(columns):
        values = generator.normal(size=(count, columns))
        is_known = labels < width
        values[np.flatnonzero(is_known), labels[is_known]] += 3
        return values.astype(np.float32)

    values = {
        "logits": logits(width + trained_unknown),
        "teacher_logits": logits(width) if teacher else None,
        "features": generator.normal(size=(count, 4)).astype(np.float32),
        "labels": labels.astype(np.int64),
        "kind": np.array([KINDS.index(name) for name in names], dtype=np.int64),
        "row": np.arange(count),
        "split": np.repeat([1, 0, 2], [known + strangers, validation, pretend]).astype(np.uint8),
        "names": tuple(f"{name}_{i:04d}" for i, name in enumerate(names)),
        "kinds": KINDS,
        "known": KNOWN,
        "threshold": 0.5,
        "cache": "",
    }
    mixed = values["split"] == 2
    values["kind"][mixed], values["row"][mixed] = -1, -1
    return Predictions(**(values | changes))


def scored(seed=0, **changes):
    """With mixtures, and two scores of very different size beside the highest probability; one is refused."""
    plain = made(seed, pretend=25, **changes)
    generator = np.random.default_rng(seed + 100)
    sure = np.sort(plain.logits[:, : len(KNOWN)], axis=1)[:, -1]
    noise = generator.normal(size=len(plain))
    far = -2000 + 300 * sure + 200 * noise
    return replace(
        plain,
        scores={
            "energy": (sure + 0.3 * noise).astype(np.float32),
            "mahalanobis": far.astype(np.float32),
        },
        refused={"vim": "The score “vim” needs training samples."},
        teacher_scores={}
        if plain.teacher_logits is None
        else {"energy": plain.teacher_logits.max(1)},
    )


def with_clouds(predictions, folder):
    """The same with a cache of random clouds of 32 points in a folder, one for every sample."""
    points = np.random.default_rng(0).normal(size=(len(predictions), 32, 3)).astype(np.float32)
    clouds = Clouds(
        points=points / np.abs(points).max(),
        labels=np.maximum(predictions.kind, 0),
        train=predictions.split != TEST,
        names=predictions.names,
        kinds=KINDS,
        known=KNOWN,
        title="Made",
        made=True,
    )
    write_cache(folder / "made.h5", clouds)
    return replace(predictions, cache=str(folder / "made.h5"))

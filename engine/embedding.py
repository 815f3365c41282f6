"""A map of the model's mind: the penultimate features of a tested run, laid out in two dimensions."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from engine.atomic import writing
from engine.errors import ConfigError, RunError
from engine.events import Event, Figure, Phase
from engine.formats.npy import arrays_of
from engine.predictions import PRETEND, TEST, Predictions
from engine.words import say

if TYPE_CHECKING:
    from engine.store import Run

Method = Literal["tsne", "pca", "umap"]
Side = Literal["test", "pretend"]
Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

MOST = 3000
_FEWEST = 5
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, BadZipFile)
_PERPLEXITY = 30.0


@dataclass(frozen=True)
class Embedding:
    """place (M, 2), in no unit; sample (M,): indices into predictions.h5; whole: how many there were to choose from."""

    place: Floats
    sample: Rows
    whole: int


def embed(run: "Run", method: Method, side: Side) -> Iterator[Event]:
    """Write artifacts/embedding-<method>-<side>.npz, unless it was made of these very predictions, and name it.

    side “test”: known and strangers of the test part; “pretend”: known of the test part and mixtures of validation
    clouds (Figure 5 a and b of the paper). At most 3,000 clouds, drawn by the run's seed. Raises RunError for a run
    that was not tested, ConfigError where the method cannot be had.
    """
    predictions, seed = run.predictions(), run.experiment.seed
    target = run.artifacts / f"embedding-{method}-{side}.npz"
    mark = _mark(run.predictions_path, seed)
    if not _fresh(target, mark):
        chosen, whole = drawn(predictions, side, seed)
        yield Phase(
            run=run.id,
            name=say("Drawing the map"),
            detail=say("{chosen:,} clouds", chosen=len(chosen)),
        )
        place = laid_out(predictions.features[chosen], method, seed)
        _write(target, mark, Embedding(place, chosen, whole))
    path = target.relative_to(run.path)
    yield Figure(run=run.id, name=target.stem, path=path.as_posix())


def read_embedding(path: Path) -> Embedding:
    """Read such a file; raises RunError where it is missing or damaged."""
    try:
        file = arrays_of(path, ("place", "sample", "whole"))
        found = Embedding(file["place"], file["sample"], int(file["whole"]))
    except _UNREADABLE as error:
        raise RunError(
            say(
                "The map {path} could not be read ({error}). The run was not harmed: ask for the map "
                "again.",
                path=path.name,
                error=error,
            )
        ) from None
    return found


def drawn(predictions: Predictions, side: Side, seed: int) -> tuple[Rows, int]:
    """The samples of a map in order, at most 3,000, and how many there were; RunError where there are too few."""
    known = predictions.labels < len(predictions.known)
    tested = predictions.split == TEST
    asked = tested if side == "test" else (tested & known) | (predictions.split == PRETEND)
    rows = np.flatnonzero(asked & np.isfinite(predictions.features).all(1))
    if side == "pretend" and not (predictions.split == PRETEND).any():
        raise RunError(
            say("This run stored no mixtures of validation clouds. Nothing was changed.")
        )
    if len(rows) < _FEWEST:
        raise RunError(
            say(
                "A map needs at least {fewest} tested clouds; this run has {rows}. Nothing was changed.",
                fewest=_FEWEST,
                rows=len(rows),
            )
        )
    if len(rows) <= MOST:
        return rows, len(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, MOST, replace=False)), len(rows)


def laid_out(features: Floats, method: Method, seed: int) -> Floats:
    """Features (M, F) as places (M, 2). The same features and seed give the same places."""
    from threadpoolctl import threadpool_limits

    width = features.shape[1]
    if width < 2:  # one number a cloud is a line: nothing is gained by bending it
        return np.pad(features, ((0, 0), (0, 2 - width))).astype(np.float32)
    with threadpool_limits(1):  # sums in another order end in another map
        return np.asarray(_reducer(method, len(features), seed).fit_transform(features), np.float32)


def _reducer(method: Method, samples: int, seed: int) -> Any:
    if method == "tsne":
        from sklearn.manifold import TSNE

        perplexity = min(_PERPLEXITY, (samples - 1) / 3)
        return TSNE(init="pca", perplexity=perplexity, random_state=seed)
    if method == "pca":
        from sklearn.decomposition import PCA

        return PCA(2, svd_solver="full")
    if find_spec("umap") is None:
        raise ConfigError(
            say(
                "UMAP needs the package umap-learn, which is not installed here. Nothing was changed. "
                "Install it, or look at t-SNE or PCA."
            )
        )
    from umap import UMAP

    return UMAP(n_neighbors=min(15, samples - 1), random_state=seed)


def _mark(predictions: Path, seed: int) -> str:
    with predictions.open("rb") as file:
        return f"{hashlib.file_digest(file, 'sha256').hexdigest()} {seed} {MOST}"


def _fresh(target: Path, mark: str) -> bool:
    try:
        file = arrays_of(target, ("place", "sample", "made_from"))
        return str(file["made_from"]) == mark and len(file["place"]) == len(file["sample"])
    except _UNREADABLE:
        return False


def _write(target: Path, mark: str, made: Embedding) -> None:
    target.parent.mkdir(exist_ok=True)
    with writing(target) as temporary, temporary.open("wb") as file:
        np.savez(file, place=made.place, sample=made.sample, whole=made.whole, made_from=mark)

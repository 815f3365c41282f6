"""A scan of 10,000,000 points read from a file and thinned to a cloud, in seconds of processor time."""

import tempfile
from pathlib import Path

import numpy as np

from engine.formats import cloud_of, read_shape
from tests.benchmarks.figures import below, busy

POINTS, KEPT, BUDGET = 10_000_000, 4096, 10.0


def main() -> None:
    """Tell how long it takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.npy"
        np.save(path, np.random.default_rng(0).normal(size=(POINTS, 3)).astype(np.float32))

        def read() -> None:
            cloud_of(read_shape(path), path, KEPT, np.random.default_rng(0))

        below(f"{POINTS:,} points read and thinned to {KEPT:,}", busy(read), BUDGET, "s")


if __name__ == "__main__":
    main()

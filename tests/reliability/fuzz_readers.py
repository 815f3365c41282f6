"""Lets atheris look for new paths through the readers: `python -m tests.reliability.fuzz_readers --minutes 5`.

Not one of the tests: it needs `pip install atheris`, and stops at the first file that ends in anything but sound points
or one sentence, which it leaves in the folder it names. The first byte of a case chooses the file's ending.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-not-found]
import numpy as np

with atheris.instrument_imports(include=["engine.formats"]):
    from engine import registry
    from engine.errors import FormatError
    from engine.formats import read_cloud, suffixes

    registry.names("format")  # all readers are loaded here, where they are instrumented
from tests.engine import sample_files
from tests.reliability.specimens import check_sentence

_LARGEST = 4096  # bytes of a case: all samples are smaller


def main() -> None:
    """Look for so many minutes, from one sound file of every variety."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp())
    endings = sorted(suffixes())
    corpus, cases = home / "corpus", home / "cases"
    for folder in (corpus, cases):
        folder.mkdir()
    for kind in sample_files.kinds():
        sample = sample_files.write(cases, kind)
        start = bytes([endings.index(sample.suffix)])
        (corpus / kind).write_bytes(start + sample.read_bytes())
        sample.unlink()

    def try_one(data: bytes) -> None:
        path = cases / f"case{endings[data[0] % len(endings)] if data else '.ply'}"
        path.write_bytes(data[1:])
        try:
            cloud = read_cloud(path, 16, np.random.default_rng(0))
        except FormatError as error:
            check_sentence(error.sentence)
        else:
            assert cloud.shape == (16, 3) and np.isfinite(cloud).all()
        path.unlink()

    print(f"What is found is left in {home}.", flush=True)
    limits = [
        f"-max_total_time={round(60 * options.minutes)}",
        f"-max_len={_LARGEST}",
        "-timeout=20",
    ]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={home}/", str(corpus)], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

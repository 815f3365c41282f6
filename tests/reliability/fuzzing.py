"""Damage a specimen case by case and watch its reader: the case's number alone decides what is damaged and how."""

import contextlib
import logging
import resource
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from engine.errors import EngineError
from tests.reliability.mutators import mutated
from tests.reliability.specimens import Bench, Specimen, check_sentence

ROOM = (
    192 << 20
)  # bytes that a reader of files of a few kB may take beyond what the program has already
SECONDS = 2.0


@dataclass
class Tally:
    """What came of the cases: read all the same, refused with a sentence, and the slowest of them in seconds."""

    cases: int = 0
    read: int = 0
    refused: int = 0
    slowest: float = 0.0


class Broken(AssertionError):
    """A reader did what it must not; says which case, so that it can be had again."""


def fuzz(specimen: Specimen, cases: Iterator[int] | range) -> Tally:
    """Try the cases; Broken at the first that ends in anything but something sound or one sentence."""
    bench, tally = Bench(specimen), Tally()
    try:
        bench.read()  # what is loaded only now must not count as the memory of a damaged file
        with little_memory(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for case in cases:
                _try(bench, case, tally)
    finally:
        bench.clear()
    return tally


def damage(bench: Bench, case: int) -> Path:
    """Damage the file that this case is about, and return it."""
    rng = Random(f"{bench.specimen.name} {case}")
    path = rng.choice(list(bench.files))
    path.write_bytes(mutated(bench.files[path], rng))
    return path


def _try(bench: Bench, case: int, tally: Tally) -> None:
    path = damage(bench, case)
    began = time.process_time()
    try:
        judge(bench, tally)
    except Exception as error:
        where = f"{bench.specimen.name}, case {case}, {path.name} ({path.stat().st_size} bytes)"
        raise Broken(f"{where}: {type(error).__name__}: {error}") from error
    seconds = time.process_time() - began
    tally.slowest = max(tally.slowest, seconds)
    if seconds > SECONDS:
        raise Broken(f"{bench.specimen.name}, case {case}: took {seconds:.1f} s")
    path.write_bytes(bench.files[path])


def judge(bench: Bench, tally: Tally) -> None:
    """Read what lies on the bench; any error but an EngineError with a good sentence passes on."""
    tally.cases += 1
    try:
        bench.read()
        tally.read += 1
    except EngineError as error:
        check_sentence(error.sentence)
        tally.refused += 1


@contextlib.contextmanager
def little_memory(room: int = ROOM) -> Iterator[None]:
    """No more memory than this beyond what is in use now, where the system can hold a process to it."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        yield
        return
    used = int(statm.read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    logging.getLogger("PIL").setLevel(logging.ERROR)
    resource.setrlimit(resource.RLIMIT_AS, (used + room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)

"""Damage files for as long as there is time: `python -m tests.reliability.fuzz --minutes 10 [--only ply]`.

Every case has a number, and the number alone says what is damaged: what is found can be had again with
`--only NAME --first CASE --cases 1`. `fuzz_readers.py` looks for new paths instead.
"""

import argparse
import os
import random
import sys
import tempfile
import time

from tests.reliability.fuzzing import Broken, Tally, fuzz
from tests.reliability.specimens import Specimen, cloud_formats, data_sets, runs


def main() -> int:
    """All specimens by turns; the number of failures is told and is the exit status (at most 100)."""
    options = _options()
    os.environ["PCD_WORKBENCH_HOME"] = tempfile.mkdtemp()
    specimens = [
        one for one in cloud_formats() + data_sets() + runs() if options.only in ("", one.name)
    ]
    end, first, failures = time.monotonic() + 60 * options.minutes, options.first, 0
    first = random.randrange(10**9) if first is None else first
    while True:
        for specimen in specimens:
            failures += _some(specimen, range(first, first + options.cases))
        first += options.cases
        if time.monotonic() > end or options.cases == 1:
            print(f"{failures} failures")
            return min(failures, 100)


def _some(specimen: Specimen, cases: range) -> int:
    """Try these cases, going on after each failure; returns how many there were."""
    failures, at, tally = 0, cases.start, Tally()
    while at < cases.stop:
        try:
            tally = fuzz(specimen, range(at, cases.stop))
            break
        except Broken as broken:
            failures += 1
            print(f"FAILED {broken}", flush=True)
            at = int(str(broken).split("case ")[1].split(",")[0].split(":")[0]) + 1
    print(f"{specimen.name}: from {cases.start}, {failures} failures, {tally}", flush=True)
    return failures


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--only", default="", help="the name of one specimen")
    parser.add_argument("--first", type=int, help="the first case; else a random one")
    parser.add_argument("--cases", type=int, default=500, help="how many at a time")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

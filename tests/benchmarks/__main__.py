"""Runs every benchmark and writes one table: `python -m tests.benchmarks [--repeats N] [NAME ...]` (make bench).

Each ratio is the median of rounds in which both ways are timed in turn, in processor time. Needs a screen, or xvfb-run.
"""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figures import Figure

NAMES = ("critical", "crd", "points", "scans", "threshold", "curves", "compare")
TABLE = Path("build/bench.md")


def figures(name: str, options: list[str]) -> list[Figure]:
    """What one benchmark tells, in a process of its own."""
    command = [sys.executable, "-m", f"tests.benchmarks.bench_{name}", "--json", *options]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [Figure(**json.loads(line)) for line in said.splitlines() if line.startswith("{")]


def table(found: list[Figure]) -> str:
    """As Markdown, with the machine and its load under it."""
    lines = ["| what | measured | plain | goal | |", "|---|---|---|---|---|"]
    for each in found:
        mark = "yes" if each.met else "no"
        lines.append(f"| {each.what} | {each.value} | {each.plain} | {each.goal} | {mark} |")
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    lines += ["", f"{os.cpu_count()} cores, {platform.machine()}, load {load} at the end."]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print what is found as it is found; the table last, and into build/bench.md."""
    options = sys.argv[sys.argv.index("--repeats") :] if "--repeats" in sys.argv else []
    asked = [name for name in sys.argv[1:] if name in NAMES]
    found: list[Figure] = []
    for name in asked or NAMES:
        found += figures(name, options[:2])
        print(f"{name}: {len(found)} figures so far", file=sys.stderr, flush=True)
        TABLE.parent.mkdir(exist_ok=True)
        TABLE.write_text(table(found), encoding="utf-8")  # what was found stays, whatever comes
    print(table(found))


if __name__ == "__main__":
    main()

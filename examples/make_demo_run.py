"""Trains the finished run that comes with the program and packs it into resources/demo:
`python examples/make_demo_run.py [--runs FOLDER]`. It took 26 minutes beside other trainings on two cores, without a
graphics chip.

Nothing in it is made up: a teacher is trained first, then the student; what is packed is the student's run folder
without what only going on with it would need. What is in FOLDER already is not trained again.
"""

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

import h5py

from engine.atomic import write_text
from engine.bundled import NAME
from engine.events import Event, Figure, Finished, Metric, Note, Progress, Started, to_line
from engine.experiment import Experiment, load
from engine.jobs import Job
from engine.predictions import TEST
from engine.state import tested_checkpoint
from engine.store import Run, RunStore
from engine.terminal import follow

EXAMPLES = Path(__file__).parent
TARGET = EXAMPLES.parent / "resources" / "demo"
_CARD = """\
# The demo's finished run

This run came with the program. It was really trained, by `python examples/make_demo_run.py`, and nothing in it was
changed by hand.

- **Shapes**: the program's built-in data set, {clouds} clouds of {kinds} kinds. They are made by a generator, not \
scanned, so the figures say nothing about real scans.
- **Teacher**: {teacher_words}
- **Student**: {student_words} It learnt from the teacher's soft answers (KD), from how the teacher arranges shapes \
(CRD), from the labels (CE), and from mixtures of known shapes to answer “none of these” (the k + 1 answer).
- **Seed** {seed}, on {device}: one run, so another seed would give somewhat other figures.
- **At its own threshold {threshold:g}**: {right} of {known} known test shapes kept and named right \
({acc_closed:.1%}), {rejected} of {strangers} strangers turned away ({acc_open:.1%}). Without a threshold \
{plain} of {known} are named right. How well strangers are told from known ones at every threshold: AUROC {auroc:.3f}.
- **Left out to stay small**: the optimiser's state (so this run cannot go on learning), all checkpoints but the \
tested one, the log lines of preparing and testing, and every progress line but the last.
"""


def main() -> int:
    """Train what is missing, pack the student's run, say how large it is."""
    parser = argparse.ArgumentParser("make_demo_run", description="Makes resources/demo.")
    parser.add_argument("--runs", type=Path, help="train here, and take what was trained before")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(options.runs or Path(folder))
        teacher = _trained(store, load(EXAMPLES / "demo_teacher.toml"))
        student = _trained(store, load(EXAMPLES / "demo_student.toml"))
        pack(student, teacher, TARGET)
    size = sum(path.stat().st_size for path in TARGET.rglob("*") if path.is_file())
    print(f"{TARGET.name}: {size / 1e6:.2f} MB")
    return 0


def _trained(store: RunStore, experiment: Experiment) -> Run:
    """A finished run of this experiment: one that is there, else it is trained now."""
    for line in store.runs():
        if line.tested and line.experiment == experiment:
            return Run(line.path)
    last = follow(Job(do="train", experiment=experiment, runs=store.folder))
    if not isinstance(last, Finished) or not last.results:
        sys.exit("It was not trained to its end; nothing was packed.")
    return store.open(last.run)


def pack(run: Run, teacher: Run, target: Path) -> None:
    """Put what a copy of the run needs into the target folder, in the place of what was there."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in ("run.toml", "env.json"):
        shutil.copyfile(run.path / name, target / name)
    events = _kept(run)
    lines = (
        to_line(event.model_copy(update={"run": NAME, "number": number}))
        for number, event in enumerate(events)
    )
    write_text(target / "events.jsonl", "".join(f"{line}\n" for line in lines))
    _pack_predictions(run.predictions_path, target / "predictions.h5")
    _pack_weights(tested_checkpoint(run), target / "checkpoints")
    write_text(target / "notes.md", card(run, teacher))


def _kept(run: Run) -> list[Event]:
    events = run.events()
    last = [event for event in events if isinstance(event, Progress)][-1:]
    return [
        event
        for event in events
        if isinstance(event, Started | Metric | Figure | Finished | Note) or event in last
    ]


def _pack_predictions(source: Path, target: Path) -> None:
    """The same numbers, compressed; where the data lie is for the copy to say."""
    with h5py.File(source, "r") as old, h5py.File(target, "w") as new:
        about = json.loads(old.attrs["about"]) | {"cache": ""}
        new.attrs["about"] = json.dumps(about)

        def copy(name: str, item: object) -> None:
            if isinstance(item, h5py.Dataset):
                kind = h5py.string_dtype() if name == "names" else item.dtype
                packed = {"compression": "gzip", "compression_opts": 9, "shuffle": True}
                new.create_dataset(name, data=item[:], dtype=kind, **packed)

        old.visititems(copy)


def _pack_weights(checkpoint: Path, target: Path) -> None:
    folder = target / checkpoint.name
    folder.mkdir(parents=True)
    weights = shutil.copyfile(checkpoint / "model.safetensors", folder / "model.safetensors")
    meta = json.loads((checkpoint / "meta.json").read_text(encoding="utf-8"))
    meta["sha256"] = {weights.name: hashlib.sha256(weights.read_bytes()).hexdigest()}
    write_text(folder / "meta.json", json.dumps(meta, indent=1))


def card(run: Run, teacher: Run) -> str:
    """What there is to know about it, with the figures of its test."""
    results, predictions = run.log.results(), run.predictions()
    started = run.log.started()
    if started is None:
        sys.exit("The run never began; nothing was packed.")
    counts = results["counts"]
    return _CARD.format(
        clouds=int(predictions.row.max()) + 1,
        kinds=len(predictions.kinds),
        teacher_words=_net_words(teacher),
        student_words=_net_words(run),
        seed=run.experiment.seed,
        device="the processor" if started.device.startswith("cpu") else started.device,
        threshold=results["threshold"],
        right=counts["correct_closed"],
        known=counts["n_closed"],
        acc_closed=results["acc_closed"],
        rejected=counts["rejected_open"],
        strangers=int((predictions.of(TEST).labels == len(predictions.known)).sum()),
        acc_open=results["acc_open"],
        plain=counts["correct_no_threshold"],
        auroc=results["auroc"],
    )


def _net_words(run: Run) -> str:
    """Size, budget and how right it is without a threshold."""
    started, results = run.log.started(), run.log.results()
    if started is None:
        sys.exit("The run never began; nothing was packed.")
    counts = results["counts"]
    return (
        f"{started.parameters:,} parameters, {started.epochs} passes over {started.train} clouds of "
        f"{len(started.known)} kinds; {counts['correct_no_threshold']} of {counts['n_closed']} known test shapes "
        "right without a threshold."
    )


if __name__ == "__main__":
    sys.exit(main())

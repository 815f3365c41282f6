"""pcd-engine: the engine without a window."""

import os

os.environ.setdefault(
    "OMP_WAIT_POLICY", "PASSIVE"
)  # before torch: spinning threads cost 10-30x on a busy machine

import argparse
import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.control import Control, Wish
from engine.errors import ConfigError
from engine.events import Event, Failed, Finished
from engine.experiment import Choice, load
from engine.failed import failed
from engine.jobs import Job
from engine.narrate import narrate
from engine.predictions import PRETEND, TEST, WATCH, Predictions
from engine.terminal import News, follow, on_interrupt, told
from engine.words import counted, say


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns 0, or 1 after a sentence on the error stream."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except BrokenPipeError:
        sys.stderr.close()
    except KeyboardInterrupt:
        print(say("Stopped as you asked. Nothing was written."), file=sys.stderr)
    except Exception as error:  # noqa: BLE001  whatever it is, a person reads a sentence
        print(failed(error).sentence, file=sys.stderr)
    return 1


def run(options: argparse.Namespace) -> int:
    """Train what a file says, and write a report about it if asked to."""
    changes = dict(_setting(text) for text in options.set)
    if options.processes:
        changes["training.processes"] = options.processes
    experiment = load(options.file, changes)
    last = follow(Job(do="train", experiment=experiment, runs=options.out))
    if options.report is not None and isinstance(last, Finished) and last.results:
        _report([last.run], options.report, options.out)
    return _code(last)


def resume(options: argparse.Namespace) -> int:
    """Go on with a run that was paused, interrupted or finished early."""
    return _code(follow(Job(do="resume", run=options.run, runs=options.out)))


def image_teacher(options: argparse.Namespace) -> int:
    """Train the built-in image teacher, or go on with it."""
    values = dict(_setting(text) for text in options.set)
    stopping = say("Stopping: what was learnt so far is saved; call it again to go on.")
    return _code(follow(Job(do="teach_pictures", image_teacher=values), stopping))


def _code(last: Event | None) -> int:
    return int(isinstance(last, Failed))


def evaluate(options: argparse.Namespace) -> int:
    """Figures of a tested run, by any open-set score, at any threshold or where validation would put it."""
    from engine import evaluation, registry
    from engine.scoring import rated
    from engine.store import RunStore

    run = RunStore(options.out).open(options.run)
    predictions = run.predictions()
    score, threshold = options.score or predictions.score, options.threshold
    if score == "auto":
        score = evaluation.best_score(predictions)
    elif score not in predictions.scores:
        registry.get("score", score)  # refuses a name that no score has
    if options.set:
        predictions = rated(predictions, _score_as_set(score, options.set))
    evaluation.score_of(predictions, score)  # refuses one that this run cannot have
    if options.rule:
        asked = {"score": Choice(name=score), "rule": options.rule}
        own = run.experiment.open_set.model_copy(update=asked)
        _, threshold = evaluation.choose(predictions, own)
    elif threshold is None:
        threshold = _own_threshold(predictions, score, bool(options.set))
    if threshold != threshold:
        raise ConfigError(say("The threshold must be a number. Nothing was changed."))
    if score == "msp" and not 0 <= threshold <= 1:
        raise ConfigError(
            say("The threshold is a probability: it must be from 0 to 1. Nothing was changed.")
        )
    figures = evaluation.evaluate(predictions, score, threshold)
    if options.scores:
        figures["scores"] = _ranks(predictions)
    text = json.dumps(_json(figures), indent=1, allow_nan=False)
    print(text if options.json else narrate(Finished(results=figures)))
    if options.scores and not options.json:
        print(_table_of_scores(figures["scores"]))
    return 0


def _score_as_set(score: str, texts: list[str]) -> Choice:
    own = dict(map(_setting, texts))
    if "name" in own:
        raise ConfigError(
            say(
                "“name” is no setting of a score, so --set cannot change it. Nothing was changed. Name "
                "the score with --score."
            )
        )
    return Choice(name=score, **own)


def _ranks(predictions: Predictions) -> dict[str, dict[str, float]]:
    """AUROC of every score by part: on test, on mixtures of validation clouds, on watched strangers."""
    from engine.evaluation import ranks

    parts = {"test": TEST, "mixtures": PRETEND, "watched": WATCH}
    columns = {words: ranks(predictions, part) for words, part in parts.items()}
    return {
        name: {words: found[name] for words, found in columns.items()} for name in columns["test"]
    }


def _table_of_scores(scores: dict[str, dict[str, float]]) -> str:
    lines = [say("AUROC by score           test  mixtures  watched")]
    for name, found in sorted(scores.items(), key=lambda pair: -pair[1]["mixtures"]):
        lines.append(f"  {name:<21}" + "  ".join(f"{value:>7.3f}" for value in found.values()))
    return "\n".join(lines)


def _own_threshold(predictions: Predictions, score: str, otherwise: bool) -> float:
    """The run's own, which is a value of its own score only, as that was set."""
    if otherwise or score != predictions.score:
        raise ConfigError(
            say(
                "The run's threshold belongs to the score “{score}” as the run set it. Nothing was "
                "changed. Name one with --threshold, or a rule with --rule.",
                score=predictions.score,
            )
        )
    return predictions.threshold


def _json(value: Any) -> Any:
    """The same with null for what was not measured: JSON has no NaN."""
    if isinstance(value, dict):
        return {key: _json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json(inner) for inner in value]
    return None if value != value else value


def import_data(options: argparse.Namespace) -> int:
    """Turn a folder of files into one prepared HDF5 file."""
    from engine import registry
    from engine.datasets import write_cache
    from engine.datasets.detect import detect

    choice = detect(options.source)
    source = registry.make("dataset", choice.name, choice.settings)
    clouds = told(source.read(Control()))
    write_cache(options.destination, clouds)
    for problem in clouds.problems:
        print(say("note: {problem}", problem=problem))
    print(
        say(
            "{clouds} clouds of {kinds} kinds are in {destination}.",
            clouds=len(clouds),
            kinds=len(clouds.kinds),
            destination=options.destination,
        )
    )
    return 0


def export_kitti(options: argparse.Namespace) -> int:
    """Write the streets that an experiment learns from as files like KITTI’s, for other tools."""
    from engine.datasets.drives import kitti_export, prepare_drive

    data = load(options.file, dict(_setting(text) for text in options.set)).data
    drive = told(prepare_drive(data, Control()))
    kitti_export.export_kitti(drive, options.folder)
    print(
        say(
            "{frames} of “{drive}” are in {folder}.",
            frames=counted(len(drive), "frame"),
            drive=drive.title,
            folder=options.folder,
        )
    )
    return 0


def report(options: argparse.Namespace) -> int:
    """One HTML file about one or more tested runs."""
    _report(options.run, options.out, options.runs)
    return 0


def sweep(options: argparse.Namespace) -> int:
    """Train all runs of a sweep file and write their table; more workers may --join."""
    from engine.places import runs_folder
    from engine.sweep.command import table, work
    from engine.sweep.plan import load_sweep

    plan = load_sweep(options.file, dict(_setting(text) for text in options.set))
    out = options.out or runs_folder()
    if options.table:
        print(table(plan, out))
        return 0
    control = Control()
    on_interrupt(
        control, Wish.LEAVE, say("Leaving: what was learnt so far is saved; call it again.")
    )
    words = (News().tell, lambda text: print(text, flush=True))
    return 0 if work(plan, out, control, words, join=options.join) else 1


def show_schema(_options: argparse.Namespace) -> int:
    """The settings of everything there is, as JSON."""
    from engine.jobs import whole_schema

    print(json.dumps(whole_schema(), indent=1))
    return 0


def _report(runs: list[str], target: Path, folder: Path | None) -> None:
    from engine.jobs import whole_schema
    from engine.report import write_report
    from engine.schema import remember
    from engine.store import RunStore

    store = RunStore(folder)
    known = remember(whole_schema) if len(runs) > 1 else {}
    write_report([store.open(run) for run in runs], target, known)
    print(say("The report is in {target}.", target=target))


def _setting(text: str) -> tuple[str, Any]:
    """'training.epochs=3' as path and value; a value that is no TOML is a string."""
    path, equals, value = text.partition("=")
    if not equals:
        raise ConfigError(
            say("“{text}” is not of the form key=value. Nothing was started.", text=text)
        )
    try:
        return path.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return path.strip(), value.strip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pcd-engine", description=say("pcd-engine: the engine without a window.")
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, command: Callable[[argparse.Namespace], int], words: str
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=words, description=words)
        sub.set_defaults(command=command)
        return sub

    sub = add("run", run, say("Train what a file says, and write a report about it if asked to."))
    sub.add_argument("file", type=Path, help=say("an experiment in TOML"))
    sub.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help=say("change one value")
    )
    sub.add_argument("--out", type=Path, help=say("the folder for run folders"))
    sub.add_argument(
        "--processes", type=int, metavar="N", help=say("so many processes share every batch")
    )
    sub.add_argument(
        "--report", type=Path, metavar="FILE", help=say("write an HTML report when the run is done")
    )
    sub = add(
        "resume", resume, say("Go on with a run that was paused, interrupted or finished early.")
    )
    sub.add_argument("run", type=Path, help=say("a run folder, or a run's id"))
    sub.add_argument("--out", type=Path, help=say("the folder the run folders are in"))
    sub = add(
        "image-teacher", image_teacher, say("Train the built-in image teacher, or go on with it.")
    )
    sub.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help=say("change one value")
    )
    sub = add(
        "evaluate",
        evaluate,
        say(
            "Figures of a tested run, by any open-set score, at any threshold or where validation would put it."
        ),
    )
    sub.add_argument("run", help=say("a run folder, or a run's id"))
    where = sub.add_mutually_exclusive_group()
    where.add_argument("--threshold", type=float, help=say("instead of the run's own"))
    where.add_argument(
        "--rule",
        choices=("recall", "youden", "cost"),
        help=say("the threshold that validation chooses"),
    )
    sub.add_argument("--score", help=say("an open-set score, or “auto”: the best on validation"))
    sub.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=say("a setting of the score"),
    )
    sub.add_argument("--scores", action="store_true", help=say("also how well every score ranks"))
    sub.add_argument("--json", action="store_true", help=say("as JSON"))
    sub.add_argument("--out", type=Path, help=say("the folder the run folders are in"))
    sub = add(
        "export-kitti",
        export_kitti,
        say(
            "Write the streets that an experiment learns from as files like KITTI’s, for other tools."
        ),
    )
    sub.add_argument("file", type=Path, help=say("an experiment in TOML that learns from streets"))
    sub.add_argument("folder", type=Path, help=say("a new folder"))
    sub.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help=say("change one value")
    )
    sub = add("import", import_data, say("Turn a folder of files into one prepared HDF5 file."))
    sub.add_argument("source", type=Path, help=say("a folder or file"))
    sub.add_argument("destination", type=Path, help=say("the HDF5 file to write"))
    sub = add("report", report, say("One HTML file about one or more tested runs."))
    sub.add_argument("run", nargs="+", help=say("run folders or ids"))
    sub.add_argument(
        "--out", type=Path, default=Path("report.html"), help=say("the HTML file to write")
    )
    sub.add_argument("--runs", type=Path, help=say("the folder the run folders are in"))
    sub = add(
        "sweep",
        sweep,
        say("Train all runs of a sweep file and write their table; more workers may --join."),
    )
    sub.add_argument("file", type=Path, help=say("a sweep in TOML"))
    sub.add_argument("--out", type=Path, help=say("the folder for run folders"))
    sub.add_argument(
        "--join", action="store_true", help=say("work on a sweep that was started before")
    )
    sub.add_argument(
        "--table", action="store_true", help=say("only write the table of what is done")
    )
    sub.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help=say("change one value")
    )
    add("schema", show_schema, say("The settings of everything there is, as JSON."))
    return parser


if __name__ == "__main__":
    sys.exit(main())

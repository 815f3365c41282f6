"""Commands about runs that were tested: their figures, and a report."""

import json
from pathlib import Path
from typing import Any

from engine.commands.options import Commands, Options, add, add_changes, add_folder, changes
from engine.errors import ConfigError
from engine.events import Finished
from engine.experiment import Choice
from engine.narrate import narrate
from engine.predictions import PRETEND, TEST, WATCH, Predictions
from engine.words import say


def add_evaluate(commands: Commands) -> None:
    """`evaluate`."""
    words = say(
        "Figures of a tested run, by any open-set score, at any threshold or where validation would put it."
    )
    sub = add(commands, "evaluate", evaluate, words)
    sub.add_argument("run", help=say("a run folder, or a run's id"))
    where = sub.add_mutually_exclusive_group()
    where.add_argument("--threshold", type=float, help=say("instead of the run's own"))
    where.add_argument(
        "--rule",
        choices=("recall", "youden", "cost"),
        help=say("the threshold that validation chooses"),
    )
    sub.add_argument("--score", help=say("an open-set score, or “auto”: the best on validation"))
    add_changes(sub, say("a setting of the score"))
    sub.add_argument("--scores", action="store_true", help=say("also how well every score ranks"))
    sub.add_argument("--json", action="store_true", help=say("as JSON"))
    add_folder(sub)


def evaluate(options: Options) -> int:
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
    own = changes(texts)
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


def add_report(commands: Commands) -> None:
    """`report`."""
    sub = add(commands, "report", report, say("One HTML file about one or more tested runs."))
    sub.add_argument("run", nargs="+", help=say("run folders or ids"))
    sub.add_argument(
        "--out", type=Path, default=Path("report.html"), help=say("the HTML file to write")
    )
    add_folder(sub, "--runs")


def report(options: Options) -> int:
    """One HTML file about one or more tested runs."""
    write_report_of(options.run, options.out, options.runs)
    return 0


def write_report_of(runs: list[str], target: Path, folder: Path | None) -> None:
    from engine.jobs import whole_schema
    from engine.report import write_report
    from engine.schema import remember
    from engine.store import RunStore

    store = RunStore(folder)
    known = remember(whole_schema) if len(runs) > 1 else {}
    write_report([store.open(run) for run in runs], target, known)
    print(say("The report is in {target}.", target=target))

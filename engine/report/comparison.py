"""What a report of several runs begins with: one table, the paper's rows beside ours, curves over each other."""

from collections.abc import Sequence
from html import escape

import numpy as np

from engine import protocols
from engine.compare.answers import read_answers
from engine.compare.lines import FIGURES, Line, figures_of, folded, line_of
from engine.compare.paper import (
    PAPERS_PROTOCOL,
    PROTOCOLS,
    Ours,
    Row,
    ours_1,
    ours_2,
    table_1,
    table_2,
)
from engine.compare.settings import Schema, Title, differing, shown, title_of, titles
from engine.errors import RunError
from engine.report.cards import card
from engine.report.charts import Overlaid, overlaid
from engine.report.dumbbells import dumbbells
from engine.store import Run, RunStore, summary
from engine.words import of_100, say

_TOKENS = {
    "acc_closed": "known",
    "acc_open": "unknown",
    "acc_total": "accent",
    "f_measure": "accent",
}
_MOST = 10  # more colours cannot be told apart


def comparison(runs: Sequence[Run], known: Schema) -> str:
    """The sections that need more than one run, in the words of the schema. Seeds are folded into one line."""
    lines = folded(line_of(summary(run), known) for run in runs)
    paths = [path for path in differing(line.settings for line in lines) if path != "recipe.name"]
    words = titles(known)
    note = say("mean ± standard deviation over seeds, each run at its own threshold")
    return "".join(
        [
            f"<div><h1>{say('{runs} runs beside each other', runs=len(runs))}</h1></div>",
            f"<p class=lead>{_best(lines)}</p>",
            f"<p>{_sentence(lines, [title_of(path, words) for path in paths])}</p>",
            card(say("What differs"), note, _table(lines, paths, words)),
            *_printed(lines, known),
            "<div class='row wide'>",
            card(
                say("How they learnt"),
                say("validation accuracy, pass by pass"),
                overlaid(
                    _learning(lines), say("pass"), say("Known right on validation, pass by pass")
                ),
            ),
            card(
                say("Every threshold at once"),
                say("OSCR: known right against strangers let in"),
                _oscr(lines),
            ),
            "</div>",
        ]
    )


def _best(lines: Sequence[Line]) -> str:
    """Who names most known things right, and who turns most strangers away; these are often not the same."""
    told = []
    if best := _most(lines, "acc_closed", "known"):
        told.append(
            say(
                "Of known things most are named right by “{name}”, {share} of 100.",
                name=best[0],
                share=best[1],
            )
        )
    if best := _most(lines, "acc_open", "stranger"):
        told.append(
            say(
                "Of strangers most are turned away by “{name}”, {share} of 100.",
                name=best[0],
                share=best[1],
            )
        )
    return " ".join(told) or say("These runs answer different questions.")


def _most(lines: Sequence[Line], key: str, token: str) -> tuple[str, str] | None:
    """Whose figure is highest, and the figure, as markup."""
    found = [(figure.mean, line.run.name) for line in lines if (figure := line.figure(key))]
    if not found:
        return None
    share, name = max(found)
    return escape(name), f"<span class={token}>{of_100(share)}</span>"


def _sentence(lines: Sequence[Line], apart: Sequence[str]) -> str:
    if len(lines) == 1:
        return say("One set of settings, {seeds} seeds.", seeds=len(lines[0].seeds))
    if not apart:
        return say("{lines} sets of settings.", lines=len(lines))
    listed = ", ".join(escape(word[:1].lower() + word[1:]) for word in apart[:4])
    more = say(" and {apart} more", apart=len(apart) - 4) if len(apart) > 4 else ""
    return say(
        "{lines} lines that differ in {listed}{more}.", lines=len(lines), listed=listed, more=more
    )


def _table(lines: Sequence[Line], paths: Sequence[str], words: dict[str, Title]) -> str:
    figures = figures_of(lines)
    heads = [
        say("run"),
        say("recipe"),
        say("data"),
        say("seeds"),
        *(title for title, _ in figures.values()),
    ]
    heads += [title_of(path, words) for path in paths]
    rows = [
        [
            line.run.name,
            line.run.recipe,
            _data(line),
            ", ".join(str(seed) for seed in line.seeds),
            *(_percent(line, key) for key in figures),
            *(shown(path, line.settings.get(path)) for path in paths),
        ]
        for line in lines
    ]
    head = "".join(f"<th>{escape(word)}" for word in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}' for cell in row)}" for row in rows)
    return f"<div class=scroll><table><tr>{head}</tr>{body}</table></div>"


def _data(line: Line) -> str:
    """The data, and which strangers it was tested on if it met any."""
    name = line.run.experiment.data.name
    met = protocols.titles().get(line.protocol, line.protocol)
    return f"{name}, {met}" if line.run.predicts else name


def _percent(line: Line, key: str) -> str:
    figure = line.figure(key)
    return "–" if figure is None else f"{figure.text} %"


def _printed(lines: Sequence[Line], known: Schema) -> list[str]:
    """The rows of the paper that some of these runs belong to."""
    key = "acc_known_no_threshold"
    first = [(row, found) for row in table_1() if (found := ours_1(row, lines, known))]
    cards = [
        _rows(say("Table 1, and ours"), say("known kinds right, no threshold"), first, key, "known")
    ]
    for protocol in PROTOCOLS:
        second = [
            (row, found) for row in table_2() if (found := ours_2(row, lines, protocol, known))
        ]
        other = (
            ""
            if protocol == PAPERS_PROTOCOL
            else say(": other strangers than the paper’s, so no number is comparable")
        )
        words = protocols.titles()[protocol].lower()
        for key, token in _TOKENS.items():
            title = say("Table 2, and ours: {figures}", figures=FIGURES[key][0].lower())
            cards.append(
                _rows(
                    title,
                    say("threshold 0.5, {words}{other}", words=words, other=other),
                    second,
                    key,
                    token,
                )
            )
    drawn = "".join(cards)
    return [f"<div class='row wide'>{drawn}</div>"] if drawn else []


def _rows(title: str, note: str, rows: Sequence[tuple[Row, Ours]], key: str, token: str) -> str:
    rungs = [
        (_called(row), row.percent[key], figure, ours.line.measured_with)
        for row, ours in rows
        if (figure := ours.line.figure(key)) is not None
    ]
    apart = "".join(
        f"<p class=small>{escape(_apart(row, ours))}</p>"
        for row, ours in rows
        if ours.apart and ours.line.figure(key) is not None
    )
    signs = say("◇ printed in the paper · ● measured here; the bar is one standard deviation")
    mark = f"<p class=small>{escape(signs)}</p>"
    return card(title, note, dumbbells(rungs, token, title) + mark + apart) if rungs else ""


def _apart(row: Row, ours: Ours) -> str:
    return say("{row}, ours: {apart}", row=_called(row), apart="; ".join(ours.apart))


def _called(row: Row) -> str:
    return f"{row.name} {' + '.join(row.lessons).upper()}"


def _learning(lines: Sequence[Line]) -> list[Overlaid]:
    return [
        Overlaid(_name(line), np.arange(1, len(line.run.curve) + 1) / 1.0, np.array(line.run.curve))
        for line in lines[:_MOST]
        if line.run.curve and line.run.predicts
    ]


def _oscr(lines: Sequence[Line]) -> str:
    found = []
    for line in lines[:_MOST]:
        try:
            answers = read_answers(RunStore(line.run.path.parent), line.run.path)
        except RunError:
            continue
        if answers.right.size:
            found.append(Overlaid(_name(line), answers.let_in, answers.right))
    return overlaid(found, say("strangers let in"), say("Known right against strangers let in"))


def _name(line: Line) -> str:
    return say("{run}, seed {seed}", run=line.run.name, seed=line.run.experiment.seed)

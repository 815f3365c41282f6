"""What the paper printed for what a run did, or that it printed nothing comparable: never a printed number as ours."""

from html import escape

from engine.compare.lines import Line, line_of
from engine.compare.paper import PAPERS_PROTOCOL, THRESHOLD, Row, belongs, printed, table_1, table_2
from engine.store import Run, summary
from engine.words import say

_APART = say(
    "Their sampling of the data, their cut-off and the number of repeats differ from this run, so "
    "read the two side by side, not as a race."
)


def beside_paper(run: Run) -> str:
    """One paragraph, at the end of the report."""
    line = line_of(summary(run), {})
    title = escape(printed()["title"])
    parts = [_first(row) for row in table_1() if belongs(line.run, row)]
    parts += [_second(row, line) for row in table_2() if belongs(line.run, row)]
    if not parts:
        words = say(
            "Beside the paper, “{title}”: its rows are of other data, kinds, nets or lessons than "
            "this run, so none of its numbers is put beside these.",
            title=title,
        )
    else:
        words = say(
            "Beside the paper, “{title}”: {parts} {apart}",
            title=title,
            parts=" ".join(parts),
            apart=_APART,
        )
    return f"<p class=paper>{words}</p>"


def _first(row: Row) -> str:
    percent = row.percent["acc_known_no_threshold"]
    return say(
        "◇ {percent:.2f} % known right without a threshold is printed for this recipe.",
        percent=percent,
    )


def _second(row: Row, line: Line) -> str:
    percent = row.percent
    words = say(
        "◇ {acc_closed:.2f} % known and {acc_open:.2f} % strangers are printed for this recipe at "
        "the threshold {threshold:g}.",
        acc_closed=percent["acc_closed"],
        acc_open=percent["acc_open"],
        threshold=THRESHOLD,
    )
    if line.protocol != PAPERS_PROTOCOL:
        words += say(" This run met other strangers than the paper’s.")
    return words

"""The pieces every section of a report is built from."""

from collections.abc import Iterable, Sequence
from html import escape

from engine.words import of_100


def card(title: str, note: str, body: str) -> str:
    """A panel with a heading and a small note beside it; both are markup already."""
    return f"<section class=card><h2>{title}<small>{note}</small></h2>{body}</section>"


def remark(words: str) -> str:
    """Plain words as a paragraph, where there is nothing to draw."""
    return f"<p>{escape(words)}</p>"


def percent(share: float) -> str:
    """A share as markup; a dash for what was not measured."""
    return "–" if share != share else f"{of_100(share, 1)}<small> %</small>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Plain words as a table."""
    first = "".join(f"<th>{escape(word)}" for word in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}' for cell in row)}" for row in rows)
    return f"<table><tr>{first}</tr>{body}</table>"

"""All words that are said, found in the sources: each once, with the files that say it."""

import ast
import string
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, order=True)
class Message:
    """A text as it stands in the sources; of something counted, as Qt writes it: “%n file”."""

    source: str
    numerus: bool = False


def gather(root: Path = ROOT) -> tuple[dict[Message, list[str]], list[str]]:
    """Messages with the files that say them, and what is wrong: a sentence for each."""
    found: dict[Message, list[str]] = {}
    wrong: list[str] = []
    for path in sorted(
        path for part in ("engine", "workbench") for path in (root / part).rglob("*.py")
    ):
        place = path.relative_to(root).as_posix()
        for said in said_in(path.read_text(encoding="utf-8")):
            if isinstance(said, str):
                wrong.append(f"{place}: {said}")
            elif place not in found.setdefault(said, []):
                found[said].append(place)
    for said, place in _resources(root / "resources"):
        found.setdefault(said, []).append(place)
    return found, wrong


def _resources(folder: Path) -> Iterator[tuple[Message, str]]:
    """Texts that are kept in files."""
    rows = tomllib.loads((folder / "words.toml").read_text(encoding="utf-8"))["words"]
    for text in dict.fromkeys(text for row in rows for text in row):
        yield Message(text), "resources/words.toml"
    lists = tomllib.loads((folder / "protocols.toml").read_text(encoding="utf-8"))["protocols"]
    for text in dict.fromkeys(each["title"] for each in lists.values()):
        yield Message(text), "resources/protocols.toml"
    paper = tomllib.loads((folder / "paper.toml").read_text(encoding="utf-8"))
    for text in dict.fromkeys(row["name"] for row in (*paper["known_right"], *paper["open_set"])):
        yield Message(text), "resources/paper.toml"


def said_in(text: str) -> Iterator[Message | str]:
    """What one module says; a sentence where it cannot be known."""
    for call in ast.walk(ast.parse(text)):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        if call.func.id == "say":
            yield _sentence(call)
        elif call.func.id == "noun" or (call.func.id == "counted" and len(call.args) == 2):
            thing = call.args[-1]
            if isinstance(thing, ast.Constant):
                yield Message(f"%n {thing.value}", numerus=True)
            elif call.func.id == "noun":
                yield f"line {call.lineno}: `noun` is given no literal"


def _sentence(call: ast.Call) -> Message | str:
    literal = call.args[0] if len(call.args) == 1 else None
    if not isinstance(literal, ast.Constant) or not isinstance(literal.value, str):
        return f"line {call.lineno}: `say` is given no literal"
    given = {word.arg for word in call.keywords}
    if given != places(literal.value):
        return f"line {call.lineno}: “{literal.value}” is given values of other names"
    return Message(literal.value)


def places(template: str) -> set[str]:
    """The names of all places in a template, those within a format too."""
    found: set[str] = set()
    for _, name, form, _ in string.Formatter().parse(template):
        if name is not None:
            found |= {name.partition(".")[0].partition("[")[0]} | places(form or "")
    return found

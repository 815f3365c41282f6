"""The language of all words of a process: read once from resources/languages, in the files that Qt Linguist writes."""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from xml.etree import ElementTree

from engine.atomic import write_text
from engine.places import resource, settings_folder
from engine.plurals import Plural, english, plural_of

ASKED = "PCD_WORKBENCH_LANGUAGE"  # the environment, so that children of the process speak alike
SOURCE = "en"


@dataclass(frozen=True)
class Table:
    """texts: translation by source; forms: translations of things counted, one for each grammatical number; code: of
    what language."""

    texts: dict[str, str] = field(default_factory=dict)
    forms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    plural: Plural = english
    code: str = SOURCE


def languages() -> list[str]:
    """Codes of all languages there are words in; that of the sources first."""
    found = {path.stem for path in resource("languages").glob("*.ts")}
    return [SOURCE, *sorted(found - {SOURCE})]


def chosen() -> str:
    """The language that the environment asks for, else the one a person keeps to; that of the sources where there are
    no words in it."""
    asked = os.environ.get(ASKED) or kept()
    return asked if asked in languages() else SOURCE


def kept() -> str:
    """The language that was chosen for all starts to come; empty where none was."""
    with suppress(OSError, UnicodeError):
        return _place().read_text(encoding="utf-8").strip()
    return ""


def keep(code: str) -> None:
    """Choose it for all starts to come. A disk that cannot be written costs only the memory."""
    with suppress(OSError):
        _place().parent.mkdir(parents=True, exist_ok=True)
        write_text(_place(), code)


def _place() -> Path:
    # No line of the window's own file: that one is read by Qt, and words are said before Qt is loaded.
    return settings_folder() / "language.txt"


@cache
def table() -> Table:
    """All translations into the chosen language; none into that of the sources, nor from a file that is not whole:
    then what is written in the sources is said."""
    code = chosen()
    if code == SOURCE:
        return Table()
    try:
        return read(resource("languages", f"{code}.ts"))
    except (OSError, ElementTree.ParseError):
        return Table()


def spoken() -> str:
    """The language that is spoken, as HTML names it: that of the sources where a file could not be read."""
    return table().code.replace("_", "-")


def read(path: Path) -> Table:
    """The finished messages of one file; the file's name is the language's code. A message that could not be filled
    as its source is, or has not a form for every number, is left out: a slip there must not end the program.

    Raises OSError and ParseError.
    """
    plural = plural_of(path.stem)
    numbers = len({plural(count) for count in range(200)})
    texts: dict[str, str] = {}
    forms: dict[str, tuple[str, ...]] = {}
    for message in ElementTree.parse(path).iter("message"):
        source, said = message.findtext("source", ""), message.find("translation")
        if said is None or said.get("type"):  # unfinished, vanished or obsolete
            continue
        if message.get("numerus"):
            each = tuple(form.text or "" for form in said.iter("numerusform"))
            if len(each) == numbers and all("%n" in form for form in each):
                forms[source] = each
        elif said.text and fits(source, said.text):
            texts[source] = said.text
    return Table(texts, forms, plural, path.stem)


def fits(source: str, said: str) -> bool:
    """Whether a translation has the places of its source, formatted alike."""
    try:
        return _fields(source) == _fields(said)
    except ValueError:  # a brace without its other
        return False


def _fields(text: str) -> set[tuple[str, str | None, str | None]]:
    parts = Formatter().parse(text)
    return {(name, form, turned) for _, name, form, turned in parts if name is not None}

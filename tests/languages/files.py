"""Files of translations as Qt Linguist reads and writes them, brought up to date with the sources."""

from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from engine.language import SOURCE
from engine.plurals import plural_of
from engine.words import plural
from tests.languages.gather import Message

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'


def renewed(path: Path, found: Mapping[Message, list[str]]) -> str:
    """The text of a language's file with all messages of the sources and no others; what was translated stays."""
    before = _translations(path) if path.exists() else {}
    whole = Element("TS", version="2.1", language=path.stem, sourcelanguage=SOURCE)
    contexts: dict[str, Element] = {}
    for message, places in sorted(found.items(), key=lambda item: (item[1][0], item[0])):
        part = places[0].rpartition("/")[0]
        if part not in contexts:
            contexts[part] = SubElement(whole, "context")
            SubElement(contexts[part], "name").text = part
        entry = SubElement(contexts[part], "message", {"numerus": "yes"} if message.numerus else {})
        for place in places:
            SubElement(entry, "location", filename=f"../../{place}")
        SubElement(entry, "source").text = message.source
        entry.append(_said(message, path.stem, before.get(message)))
    ElementTree.indent(whole, "    ")
    return f"{_HEAD}{ElementTree.tostring(whole, encoding='unicode')}\n"


def _translations(path: Path) -> dict[Message, Element]:
    found = {}
    for entry in ElementTree.parse(path).iter("message"):
        said = entry.find("translation")
        if said is not None and said.get("type") not in ("vanished", "obsolete"):
            said.tail = None
            message = Message(entry.findtext("source", ""), bool(entry.get("numerus")))
            found[message] = said
    return found


def _said(message: Message, code: str, before: Element | None) -> Element:
    """A translation: the one there was, for the language of the sources what they say, else one to be made."""
    if code == SOURCE:
        said = Element("translation")
        _fill(said, message, [message.source, plural(message.source)])
    elif before is not None:
        said = before
    else:
        said = Element("translation", type="unfinished")
        _fill(said, message, [""] * how_many_forms(code))
    return said


def _fill(said: Element, message: Message, forms: list[str]) -> None:
    if message.numerus:
        for form in forms:
            SubElement(said, "numerusform").text = form
    else:
        said.text = forms[0]


def how_many_forms(code: str) -> int:
    """How many forms a counted thing has in a language."""
    return 1 + max(map(plural_of(code), range(200)))

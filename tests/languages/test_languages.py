"""The words in resources/languages are those of the sources: none is missing, none is dead, all can be filled in."""

import xml.etree.ElementTree as ElementTree

import pytest

from engine.language import SOURCE, languages
from engine.places import resource
from tests.languages.files import how_many_forms, renewed
from tests.languages.gather import Message, gather, places, said_in

FOUND, WRONG = gather()


def test_that_everything_said_can_be_translated():
    assert not WRONG, "\n".join(WRONG)


@pytest.mark.parametrize("code", languages())
def test_that_every_text_of_the_sources_is_there_and_no_other(code):
    path = resource("languages", f"{code}.ts")
    assert path.read_text(encoding="utf-8") == renewed(path, FOUND), (
        "`make words` brings it up to date"
    )


@pytest.mark.parametrize("code", languages())
def test_that_a_translation_has_the_places_of_its_source(code):
    wrong = [fault for entry in _messages(code) for fault in _faults(entry, code)]
    assert not wrong, "\n".join(wrong)


def test_that_english_is_complete():
    assert all(entry.find("translation").get("type") is None for entry in _messages(SOURCE))


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("{n} Läufe", ""),
        ("{n:,} Läufe von {n}", ""),
        ("Läufe", "has other places"),
        ("{m} Läufe", "has other places"),
        ("{n Läufe", "has other places"),
    ],
)
def test_that_a_translation_with_other_places_is_found(translation, fault):
    entry = ElementTree.fromstring(
        f"<message><source>{{n}} runs</source><translation>{translation}</translation></message>"
    )
    said = "".join(_faults(entry, "de"))
    assert fault in said and bool(said) == bool(fault)


def test_that_a_thing_counted_has_a_form_for_every_number():
    entry = ElementTree.fromstring(
        "<message numerus='yes'><source>%n run</source><translation>"
        "<numerusform>%n Lauf</numerusform><numerusform>viele</numerusform></translation></message>"
    )
    assert list(_faults(entry, "de")) == ["“viele” does not say how many"]
    assert next(_faults(entry, "pl")) == "“%n run” has 2 forms instead of 3"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("say('a {b}', b=1)", Message("a {b}")),
        ("say('a ' 'b')", Message("a b")),
        ("f\"{say('inside')}\"", Message("inside")),
        ("counted(3, 'box')", Message("%n box", numerus=True)),
        ("noun('box')", Message("%n box", numerus=True)),
        ("say(name)", "line 1: `say` is given no literal"),
        ("say(f'a {b}')", "line 1: `say` is given no literal"),
        ("say('a {b}', c=1)", "line 1: “a {b}” is given values of other names"),
        ("say('{a:>{wide}}', a=1)", "line 1: “{a:>{wide}}” is given values of other names"),
        ("noun(name)", "line 1: `noun` is given no literal"),
    ],
)
def test_that_what_is_said_is_found_wherever_it_stands(source, said):
    assert list(said_in(source)) == [said]


def test_that_others_who_say_something_are_no_translators():
    assert list(said_in("toasts.say('warn', text); counted(3, name); counted(own)")) == []


def test_that_a_translation_stays_when_its_source_does_and_goes_with_it(tmp_path):
    path = tmp_path / "de.ts"
    found = {Message("Stop"): ["engine/a.py"], Message("%n run", True): ["engine/a.py"]}
    path.write_text(renewed(path, found), encoding="utf-8")
    assert path.read_text(encoding="utf-8").count("<numerusform") == 2 == how_many_forms("de")
    done = path.read_text(encoding="utf-8").replace(
        '<translation type="unfinished" />', "<translation>Halt</translation>"
    )
    path.write_text(done, encoding="utf-8")
    moved = {Message("Stop"): ["workbench/b.py"], Message("Go"): ["workbench/b.py"]}
    text = renewed(path, moved)
    assert "<translation>Halt</translation>" in text
    assert text.count("unfinished") == 1
    assert "%n run" not in text


def _messages(code):
    return list(ElementTree.parse(resource("languages", f"{code}.ts")).iter("message"))


def _faults(entry, code):
    source, said = entry.findtext("source"), entry.find("translation")
    if said.get("type"):
        return
    if not entry.get("numerus"):
        if _places(said.text or "") != places(source):
            yield f"“{said.text}” has other places than “{source}”"
        return
    forms = [form.text or "" for form in said.iter("numerusform")]
    if len(forms) != how_many_forms(code):
        yield f"“{source}” has {len(forms)} forms instead of {how_many_forms(code)}"
    yield from (f"“{form}” does not say how many" for form in forms if "%n" not in form)


def _places(text):
    try:
        return places(text)
    except ValueError:
        return {f"{text} cannot be filled in"}

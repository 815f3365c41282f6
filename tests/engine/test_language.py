"""One language for a process: chosen by the environment or by a person, read from Linguist's file."""

import os
import subprocess
import sys

import pytest

from engine import language, schema
from engine.language import languages, read
from engine.words import counted, say, translated

FILE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="cs">
<context><name>engine</name>
    <message><source>{runs} runs of {name!r}</source><translation>Od {name!r}: {runs}</translation></message>
    <message><source>Stop</source><translation type="unfinished">Zastavit?</translation></message>
    <message><source>Go</source><translation type="vanished">Jdi</translation></message>
    <message><source>threshold</source><translation>práh</translation></message>
    <message numerus="yes"><source>%n file</source><translation>
        <numerusform>%n soubor</numerusform>
        <numerusform>%n soubory</numerusform>
        <numerusform>%n souborů</numerusform>
    </translation></message>
</context>
</TS>
"""


@pytest.fixture
def czech(tmp_path, monkeypatch):
    path = tmp_path / "cs.ts"
    path.write_text(FILE, encoding="utf-8")
    table = read(path)
    monkeypatch.setattr("engine.words.table", lambda: table)


def test_that_sentences_are_said_in_the_language_of_the_file(czech):
    assert say("{runs} runs of {name!r}", runs=2, name="a") == "Od 'a': 2"
    assert translated("threshold") == "práh"


def test_that_what_is_not_finished_or_no_longer_there_stays_as_it_is(czech):
    assert (say("Stop"), say("Go"), say("Never heard")) == ("Stop", "Go", "Never heard")


@pytest.mark.parametrize(
    "slip",
    [
        "Od {name}: {runs}",
        "Od {name!r}",
        "Od {name!r}: {runs",
        "Od {name!r}: {runs:.1f}",
        "Od {}",
        "",
    ],
)
def test_that_a_translation_with_other_places_is_not_said(tmp_path, monkeypatch, slip):
    path = tmp_path / "cs.ts"
    path.write_text(FILE.replace("Od {name!r}: {runs}", slip), encoding="utf-8")
    table = read(path)
    monkeypatch.setattr("engine.words.table", lambda: table)
    assert say("{runs} runs of {name!r}", runs=2, name="a") == "2 runs of 'a'"
    assert translated("threshold") == "práh"


@pytest.mark.parametrize("form", ["", "        <numerusform>souborů</numerusform>\n"])
def test_that_things_counted_stay_as_they_are_where_a_form_is_missing(tmp_path, monkeypatch, form):
    path = tmp_path / "cs.ts"
    last = "        <numerusform>%n souborů</numerusform>\n"
    path.write_text(FILE.replace(last, form), encoding="utf-8")
    table = read(path)
    monkeypatch.setattr("engine.words.table", lambda: table)
    assert counted(3, "file") == "3 files"


def test_that_a_file_that_is_not_whole_leaves_the_words_of_the_sources(tmp_path, monkeypatch):
    path = tmp_path / "cs.ts"
    path.write_text(FILE[: len(FILE) // 2], encoding="utf-8")
    monkeypatch.setattr(language, "chosen", lambda: "cs")
    monkeypatch.setattr(language, "resource", lambda *parts: path)
    language.table.cache_clear()
    try:
        assert language.table().texts == {}
    finally:
        language.table.cache_clear()


def test_that_counted_things_take_the_form_of_their_number(czech):
    assert [counted(count, "file") for count in (1, 3, 5, 1200)] == [
        "1 soubor", "3 soubory", "5 souborů", "1,200 souborů",
    ]  # fmt: skip
    assert counted(2, "box") == "2 boxes"


def test_that_a_page_is_told_the_language_it_is_written_in(tmp_path, monkeypatch):
    path = tmp_path / "pt_BR.ts"
    path.write_text(FILE, encoding="utf-8")
    monkeypatch.setattr(language, "chosen", lambda: "pt_BR")
    monkeypatch.setattr(language, "resource", lambda *parts: path)
    language.table.cache_clear()
    try:
        assert language.spoken() == "pt-BR"
        path.write_text(FILE[:100], encoding="utf-8")
        language.table.cache_clear()
        assert language.spoken() == "en"
    finally:
        language.table.cache_clear()


def test_that_the_environment_goes_before_what_a_person_keeps_to(monkeypatch):
    monkeypatch.delenv(language.ASKED, raising=False)
    monkeypatch.setattr(language, "languages", lambda: ["en", "de", "fr"])
    assert language.chosen() == "en"
    language.keep("de")
    assert language.chosen() == "de"
    monkeypatch.setenv(language.ASKED, "fr")
    assert language.chosen() == "fr"


def test_that_a_language_without_words_is_that_of_the_sources(monkeypatch):
    monkeypatch.setenv(language.ASKED, "../xx")
    assert language.chosen() == "en" == languages()[0]


def test_that_a_memory_that_cannot_be_read_or_written_is_none(own_home):
    (own_home / "settings").mkdir()
    (own_home / "settings" / "language.txt").write_bytes(b"\xff\xfe")
    assert language.kept() == ""
    (own_home / "settings" / "language.txt").unlink()
    (own_home / "settings" / "language.txt").mkdir()
    language.keep("de")
    assert language.kept() == ""


def test_that_forms_are_remembered_in_one_language_each(tmp_path, monkeypatch):
    (tmp_path / "languages").mkdir()
    for code in ("en", "de"):
        (tmp_path / "languages" / f"{code}.ts").write_text(FILE, encoding="utf-8")
    for module in (language, schema):
        monkeypatch.setattr(module, "resource", tmp_path.joinpath)
    schema.remember(lambda: {"words": "English"})
    language.keep("de")
    assert schema.remembered() == {}
    language.keep("en")
    assert schema.remembered() == {"words": "English"}


def test_that_the_language_of_the_sources_needs_no_file(monkeypatch):
    monkeypatch.setattr(language, "read", lambda path: pytest.fail(f"read {path}"))
    language.table.cache_clear()
    assert language.table().texts == {}


def test_that_a_process_speaks_as_its_environment_asks_from_its_first_word(tmp_path):
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "cs.ts").write_text(FILE, encoding="utf-8")
    code = (
        "from pathlib import Path; from engine import language;"
        f"language.resource = Path({str(tmp_path)!r}).joinpath;"
        "from engine.words import counted; print(counted(3, 'file'))"
    )
    surroundings = os.environ | {language.ASKED: "cs"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=surroundings
    )
    assert done.stdout.strip() == "3 soubory"

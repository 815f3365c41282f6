"""A bad experiment is a sentence that names the file, the key and the nearest right one: never a traceback."""

import math
import string
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.check import check
from engine.errors import ConfigError
from engine.experiment import Experiment, load
from engine.registry import names
from engine.sweep.plan import load_sweep
from tests.reliability.specimens import check_sentence

CASES = settings(
    max_examples=300, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)  # fmt: skip
WHOLE = tomllib.loads(Experiment().to_toml())
TABLES = [key for key, value in WHOLE.items() if isinstance(value, dict) and value]
KEYS = [(table, key) for table in TABLES for key in WHOLE[table]] + [
    (key,) for key, value in WHOLE.items() if not isinstance(value, dict)
]
LETTERS = st.text(string.ascii_lowercase + "_", min_size=1, max_size=1)


@st.composite
def misspelt(draw: st.DrawFn) -> tuple[tuple[str, ...], str]:
    """A key that exists, and the same with a letter changed, lost, doubled or swapped."""
    *table, key = draw(st.sampled_from([key for key in KEYS if len(key[-1]) > 3]))
    at = draw(st.integers(1, len(key) - 2))
    wrong = draw(
        st.sampled_from([
            key[:at] + key[at + 1 :], key[:at] + key[at] + key[at:],
            key[:at] + key[at + 1] + key[at] + key[at + 2 :], key[:at] + draw(LETTERS) + key[at + 1 :],
        ])
    )  # fmt: skip
    return (*table, key), wrong


VALUES = st.one_of(
    st.none().map(lambda _: "x"),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.sampled_from([2**62, -(2**62), 0, -1, 10**9]),
    st.floats(),
    st.sampled_from([math.nan, math.inf, -math.inf, 1e300, 5e-324]),
    st.text(max_size=8),
    st.sampled_from(["", "auto", "cuda:99", "../../etc", "\x00", "None", "1"]),
    st.lists(st.integers(0, 3), max_size=3),
    st.dictionaries(st.text(string.ascii_lowercase, min_size=1, max_size=4), st.integers(), max_size=2),
    st.dates(),
)  # fmt: skip


def refusal(path: Path, document: dict[str, Any]) -> str:
    """What is said of this experiment; '' when it is one that could be run."""
    path.write_text(tomli_w.dumps(document), encoding="utf-8")
    try:
        check(load(path))
    except ConfigError as error:
        check_sentence(error.sentence)
        return error.sentence
    return ""


def placed(keys: tuple[str, ...], value: Any) -> dict[str, Any]:
    document: dict[str, Any] = {}
    inner = document
    for key in keys[:-1]:
        inner = inner.setdefault(key, {"name": WHOLE[key]["name"]} if "name" in WHOLE[key] else {})
    inner[keys[-1]] = value
    return document


@CASES
@given(case=misspelt())
def test_that_a_misspelt_key_is_named_with_the_file_and_the_right_one(tmp_path_factory, case):
    (*table, key), wrong = case
    own = WHOLE[table[0]] if table else WHOLE
    assume(wrong not in own)
    sentence = refusal(file(tmp_path_factory), placed((*table, wrong), WHOLE.get(key, 1)))
    assert f"{wrong}”" in sentence
    if table and table[0] in ("recipe", "net", "data"):  # of a registered thing: its own settings
        return
    assert "my.toml has no key" in sentence and "Nothing was started" in sentence
    assert f"Did you mean “{key}”?" in sentence or near(wrong, own), sentence


def near(wrong: str, own: dict[str, Any]) -> bool:
    """Whether another key is as like it."""
    return len(get_close_matches(wrong, own, n=3, cutoff=0.6)) > 1


@CASES
@given(keys=st.sampled_from(KEYS), value=VALUES)
def test_that_a_wrong_value_is_named_with_its_key_or_is_none(tmp_path_factory, keys, value):
    sentence = refusal(file(tmp_path_factory), placed(keys, value))
    if sentence:
        named = [
            f"“{'.'.join(keys)}",
            keys[-1],
            *([str(value)[:20]] if isinstance(value, str) else []),
        ]
        assert any(word in sentence for word in named), sentence
    elif isinstance(value, float):
        assert math.isfinite(value), keys


THINGS = [
    (kind, room, name)
    for kind, room in (
        ("recipe", "recipe"),
        ("net", "net"),
        ("data", "dataset"),
        ("losses", "loss"),
    )
    for name in names(room)
]


@CASES
@given(
    thing=st.sampled_from(THINGS),
    key=st.text(string.ascii_lowercase + "_", max_size=12),
    value=VALUES,
)
def test_that_settings_of_any_net_loss_data_set_or_recipe_are_looked_at_too(
    tmp_path_factory, thing, key, value
):
    table, _, name = thing
    own = {"name": name, key: value} if table != "losses" else {name: {key: value}}
    refusal(file(tmp_path_factory), {table: own})


@CASES
@given(words=st.recursive(VALUES, lambda inner: st.dictionaries(st.sampled_from(
    [*WHOLE, "epochs", "name", "x", "two\nlines", "z" * 300]), inner, max_size=3), max_leaves=6))  # fmt: skip
def test_that_any_document_is_an_experiment_or_a_sentence(tmp_path_factory, words):
    assume(isinstance(words, dict))
    refusal(file(tmp_path_factory), words)


@CASES
@given(text=st.one_of(st.text(max_size=80), st.binary(max_size=80)))
def test_that_any_bytes_are_an_experiment_or_a_sentence(tmp_path_factory, text):
    path = file(tmp_path_factory)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    for read in (load, load_sweep):
        try:
            read(path)
        except ConfigError as error:
            check_sentence(error.sentence)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000, "a = {b = " * 5000, "[a" + ".a" * 100_000 + "]", "x = 1" + "0" * 5000,
        "seed = 0x" + "f" * 5000, "name = '" + "x" * 10**6 + "'", "# " + "x" * 10**6, "[training]\n" * 2,
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_that_deep_and_long_documents_are_sentences_too(tmp_path, text):
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    try:
        load(path)
    except ConfigError as error:
        check_sentence(error.sentence)


def file(factory: pytest.TempPathFactory) -> Path:
    return factory.getbasetemp() / "my.toml"

"""The registry: one mechanism, names found by walking a folder, errors that name the nearest right word."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from engine import registry
from engine.errors import ConfigError


@pytest.mark.parametrize("kind", sorted(registry.ROOMS))
def test_that_every_room_offers_something_with_a_title(kind):
    assert registry.names(kind)
    for name in registry.names(kind):
        assert registry.get(kind, name).title


@pytest.mark.parametrize("kind", registry.ROOMS)
def test_that_every_kind_of_thing_has_a_word(kind):
    with pytest.raises(ConfigError, match="There is no [a-z ]+ called “zzz”"):
        registry.get(kind, "zzz")


def test_that_an_unknown_name_gets_the_nearest_one():
    with pytest.raises(ConfigError, match="Did you mean “pointnet_student”"):
        registry.get("net", "pointnet_studnt")


def test_that_an_unknown_setting_gets_the_nearest_one():
    with pytest.raises(ConfigError, match="no key “dropuot”. Did you mean “dropout”"):
        registry.configure("net", "pointnet_student", {"dropuot": 0.1})


def test_that_a_value_out_of_range_is_named():
    with pytest.raises(ConfigError, match="“temperature” will not do"):
        registry.configure("loss", "kd", {"temperature": -1})


def test_that_two_things_cannot_share_a_name():
    with pytest.raises(ConfigError, match="Two things"):
        registry.register("loss", "kd")(type("Other", (), {}))


def test_that_settings_never_change_after_construction():
    settings = registry.configure("loss", "kd", {})
    with pytest.raises(ValidationError):
        settings.temperature = 2.0


def test_that_an_unknown_room_is_refused():
    with pytest.raises(ConfigError, match="no room"):
        registry.names("cupboard")


def test_that_a_second_thread_waits_for_the_whole_room():
    code = (
        "import threading; from engine import registry; found = []\n"
        "look = lambda: found.append(registry.names('format'))\n"
        "threads = [threading.Thread(target=look) for _ in range(4)]\n"
        "[thread.start() for thread in threads]; [thread.join() for thread in threads]\n"
        "assert len(found) == 4 and all(names == found[-1] for names in found), found"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_that_things_are_called_by_their_titles_with_what_is_typed_beside():
    assert registry.called("recipe", "distil") == "“Soft answers” (distil)"
    both = registry.called("loss", "kd", "ce")
    assert both == "“Soft answers” (kd) or “The right answer” (ce)"
    assert (
        registry.called("loss", "box_centre") == "“Right place” (box_centre)"
    )  # the window's word

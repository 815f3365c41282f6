"""How busy this computer is."""

import pytest

from workbench import vitals
from workbench.vitals import Pulse, Vitals

MEMORY = "MemTotal:  8388608 kB\nMemFree: 1 kB\nMemAvailable: 6291456 kB\n"


@pytest.fixture
def system(tmp_path):
    """Stands in for /proc; `tick` writes busy and idle ticks."""
    stat, memory = tmp_path / "stat", tmp_path / "meminfo"
    memory.write_text(MEMORY)

    def tick(user: int, idle: int) -> None:
        stat.write_text(f"cpu  {user} 0 0 {idle} 0 0 0 0 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n")

    tick(100, 100)
    return tick, stat, memory


def test_that_use_is_measured_between_two_readings(system):
    tick, stat, memory = system
    pulse = Pulse(stat, memory)
    tick(130, 170)
    assert pulse.read().processor == pytest.approx(0.3)
    tick(140, 170)
    assert pulse.read().processor == pytest.approx(1.0)
    assert pulse.read().processor is None


def test_that_memory_is_what_is_no_longer_available(system):
    _, stat, memory = system
    found = Pulse(stat, memory).read()
    assert (found.memory_used, found.memory_total) == (2 * 2**30, 8 * 2**30)
    assert found.memory == "2.0 of 8.0 GB memory"


def test_that_waiting_for_the_disk_is_not_being_busy(system):
    _, stat, memory = system
    stat.write_text("cpu  0 0 0 0 0 0 0 0\n")
    pulse = Pulse(stat, memory)
    stat.write_text("cpu  10 0 10 40 40 0 0 0\n")
    assert pulse.read().processor == pytest.approx(0.2)


@pytest.mark.parametrize("content", ["", "MemTotal: lots\n", "MemTotal:\n"])
def test_that_a_system_that_does_not_say_is_taken_at_its_word(tmp_path, monkeypatch, content):
    memory = tmp_path / "meminfo"
    memory.write_text(content)
    monkeypatch.setattr(vitals, "_load", lambda: None)
    assert Pulse(tmp_path / "missing", memory).read() == Vitals()
    assert Vitals().memory == ""


def test_that_without_proc_the_load_stands_for_use(tmp_path, monkeypatch):
    monkeypatch.setattr(vitals.os, "getloadavg", lambda: (3.0, 0, 0), raising=False)
    monkeypatch.setattr(vitals.os, "cpu_count", lambda: 4)
    assert Pulse(tmp_path / "no", tmp_path / "no").read().processor == pytest.approx(0.75)
    monkeypatch.setattr(vitals.sys, "platform", "win32")
    assert Pulse(tmp_path / "no", tmp_path / "no").read().processor is None

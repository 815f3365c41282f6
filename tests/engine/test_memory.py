"""A teacher's remembered answers are its answers, and are never another's."""

import pytest
import torch

from engine.nets import build
from engine.places import cache_folder
from engine.recipes.memory import TeacherMemory


@pytest.fixture
def teacher(own_home):
    torch.manual_seed(0)
    return build("pointnet_student", 3).eval().requires_grad_(False)


def answers(memory, points, variant=0):
    shares = list(memory.ask(variant, points))
    return shares, memory.recall(variant, torch.arange(len(points)))


def test_that_recalled_answers_are_what_the_teacher_says(teacher):
    points = torch.rand(70, 16, 3)
    memory = TeacherMemory(teacher)
    assert not memory.knows(0)
    shares, found = answers(memory, points)
    assert shares == [0.0, 64 / 70]
    assert memory.knows(0)
    assert torch.allclose(found.logits, teacher(points).logits, atol=1e-6)
    one = memory.recall(0, torch.tensor([5, 69]))
    assert torch.equal(one.features, found.features[[5, 69]])


def test_that_another_run_finds_the_very_same_answers_without_asking(teacher):
    points = torch.rand(20, 16, 3)
    _, first = answers(TeacherMemory(teacher), points)
    shares, again = answers(TeacherMemory(teacher), points)
    assert shares == []
    assert torch.equal(first.logits, again.logits) and torch.equal(first.features, again.features)


def test_that_other_clouds_weights_or_precision_are_asked_about_anew(teacher):
    points = torch.rand(20, 16, 3)
    answers(TeacherMemory(teacher), points)
    assert answers(TeacherMemory(teacher), points + 0.1)[0]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert answers(TeacherMemory(teacher), points)[0]
    with torch.no_grad():
        teacher.logits.bias += 1
    assert answers(TeacherMemory(teacher), points)[0]


def test_that_a_damaged_file_of_answers_is_made_anew(teacher):
    points = torch.rand(20, 16, 3)
    _, first = answers(TeacherMemory(teacher), points)
    (file,) = (cache_folder() / "answers").iterdir()
    file.write_bytes(file.read_bytes()[:40])
    shares, again = answers(TeacherMemory(teacher), points)
    assert shares and torch.equal(first.logits, again.logits)


def test_that_a_disk_that_takes_nothing_only_costs_time(teacher, monkeypatch):
    def full(*_):
        raise OSError("no room")

    monkeypatch.setattr("engine.answers.save_file", full)
    points = torch.rand(20, 16, 3)
    _, found = answers(TeacherMemory(teacher), points)
    assert torch.allclose(found.logits, teacher(points).logits, atol=1e-6)
    assert list((cache_folder() / "answers").iterdir()) == []

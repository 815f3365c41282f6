"""Contracts that hold for every registered thing: build, round trip, finite values and gradients, same again."""

from dataclasses import replace

import pytest
import tomli_w
import torch

from engine import nets, registry
from engine.experiment import Choice, Experiment, load
from engine.losses import Course, Lesson
from engine.losses.boxes import COSTS
from engine.losses.mimic import Mimic
from engine.losses.things import COSTS as OF_THINGS
from engine.nets.reciprocal import Reciprocal

EVERYTHING = [(kind, name) for kind in registry.ROOMS for name in registry.names(kind)]
REQUIRED = {
    name: {"path": "some/folder"}
    for name in (
        *("modelnet", "folder", "prepared", "modelnet_views", "frames", "folder_pairs"),
        *("scannet", "pointcept", "s3dis", "sunrgbd", "shapenetpart"),
        *("kitti", "nuscenes", "waymo", "coco"),
    )
}


@pytest.mark.parametrize(("kind", "name"), EVERYTHING)
def test_that_settings_survive_toml(kind, name, tmp_path):
    settings = registry.configure(kind, name, REQUIRED.get(name, {}))
    path = tmp_path / "settings.toml"
    path.write_text(
        tomli_w.dumps({"net": {"name": name, **settings.model_dump(mode="json")}}), encoding="utf-8"
    )
    values = load(path).net.settings
    assert registry.configure(kind, name, values) == settings


@pytest.mark.parametrize(("kind", "name"), EVERYTHING)
def test_that_every_field_has_a_plain_title(kind, name):
    for field, value in registry.get(kind, name).Settings.model_fields.items():
        assert value.title, f"{kind} {name}: {field} needs a title"


@pytest.mark.parametrize("name", registry.names("net"))
def test_that_a_net_gives_finite_answers_and_gradients(name):
    torch.manual_seed(0)
    net = nets.build(name, 5)
    net(torch.randn(4, 64, 3)).logits.square().sum().backward()
    for parameter in net.parameters():
        assert parameter.grad is not None
        assert torch.isfinite(parameter.grad).all()


@pytest.mark.parametrize("name", registry.names("net"))
def test_that_a_net_is_deterministic(name):
    answers = []
    for _ in range(2):
        torch.manual_seed(3)
        net = nets.build(name, 5).eval()
        answers.append(net(torch.ones(2, 64, 3)).logits)
    assert torch.equal(*answers)


@pytest.mark.parametrize("name", registry.names("net"))
def test_that_a_net_tells_the_width_of_its_features(name):
    net = nets.build(name, 5).eval()
    assert net(torch.randn(2, 64, 3)).features.shape == (2, net.feature_dim)


def a_lesson(seed):
    torch.manual_seed(seed)
    student, teacher = nets.build("pointnet_teacher", 6), nets.build("pointnet_teacher", 6).eval()
    student.gives_places = teacher.gives_places = True
    points = torch.randn(8, 32, 3)
    with torch.no_grad():
        taught = teacher(points)
    answers = student(points)
    guessed = answers.features.square().mean()
    answers = replace(answers, reconstruction=guessed)
    costs = dict.fromkeys((*COSTS, *OF_THINGS), guessed)
    maps = answers.features[:2].view(2, 4, 8, -1)
    valid = torch.ones(2, *maps.shape[2:], dtype=torch.bool)
    mimic = Mimic(maps, (maps > 0).float(), valid, torch.full((4,), 0.5), torch.full((4,), 0.5))
    mimics = dict.fromkeys(("laser", "outlines"), mimic)
    labels, rows = torch.arange(8) % 6, torch.arange(8)
    return student, Lesson(answers, labels, rows, taught, pseudo=2, costs=costs, mimics=mimics)


@pytest.mark.parametrize("name", registry.names("loss"))
def test_that_a_loss_is_finite_positive_with_gradients_and_the_same_again(name):
    values = []
    for _ in range(2):
        student, lesson = a_lesson(5)
        width = student.feature_dim
        head, places = Reciprocal(width, 6), ("points", "points")
        course = Course(width, width, torch.arange(3000) % 6, head, places)
        loss = registry.get("loss", name)(registry.configure("loss", name, {}), course)
        value = loss(lesson)
        value.backward()
        gradients = [p.grad for p in student.parameters() if p.grad is not None]
        assert gradients
        assert all(torch.isfinite(gradient).all() for gradient in gradients)
        values.append(value.item())
    assert values[0] == values[1] > 0


def test_that_no_two_losses_of_one_recipe_are_written_with_one_letter():
    letters = [
        registry.get("loss", name).extra["symbol"]
        for name in registry.names("loss")
        if registry.get("loss", name).extra["from"] in ("teacher", "labels", "net")
    ]
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize("name", registry.names("recipe"))
def test_that_a_recipe_tells_the_window_what_it_needs(name):
    extra = registry.get("recipe", name).extra
    assert extra["net"] in registry.names(extra.get("nets", "net"))
    assert set(extra["losses"]) <= set(registry.names("loss"))
    assert extra["words"]
    assert Experiment(recipe=Choice(name=name)).recipe.name == name

"""Two or three processes that share every batch: losses and weights are those of one with the whole batch."""

import shutil

import pytest
import torch

from engine import registry
from engine.experiment import Training
from engine.store import RunStore
from tests.engine.shared_batches import CASES, IN_FLOAT32, by_several, learn, of_shapes
from tests.engine.test_loop import train

NAMES = [*CASES, "classroom"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def learnt(tmp_path_factory, shapes_cache):
    """By case: what one process was left with, and each of two."""
    home = tmp_path_factory.mktemp("shared")
    shutil.copytree(shapes_cache, home / "cache" / "datasets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCD_WORKBENCH_HOME", str(home))
        teacher = of_shapes("teacher").model_copy(
            update={"training": Training(epochs=1, batch_size=8, device="cpu", threads=1)}
        )
        assert train(RunStore(home / "runs").create(teacher))[-1].outcome == "done"
        alone = {name: vars(learn(name, home)) for name in NAMES}
        first, second = by_several(NAMES, home)
    return {name: (alone[name], first[name], second[name]) for name in NAMES}


def test_that_every_recipe_is_among_them():
    assert set(registry.names("recipe")) == {
        *NAMES,
        "student",
    }  # “student” is “teacher” with another net


@pytest.mark.parametrize("name", NAMES)
def test_that_two_processes_learn_what_one_learns_from_the_whole_batch(learnt, name):
    alone, first, second = learnt[name]
    for one, two in zip(alone["losses"], first["losses"], strict=True):
        assert one == pytest.approx(two, rel=1e-4 if name in IN_FLOAT32 else 1e-6, abs=1e-6)
    close = 1e-5 if name in IN_FLOAT32 else 1e-12
    for two in (first, second):
        assert_close(two["gradients"], alone["gradients"], close)
        if name not in IN_FLOAT32:  # there a gradient of rounding moves a weight by a step of Adam
            assert_close(two["weights"], alone["weights"], 1e-8)


def test_that_three_processes_with_shares_of_two_sizes_learn_the_same(
    tmp_path, tiny_shapes, own_home
):
    alone = vars(learn("teacher", tmp_path))
    for own in by_several(["teacher"], tmp_path, size=3):
        found = own["teacher"]
        for one, three in zip(alone["losses"], found["losses"], strict=True):
            assert one == pytest.approx(three, rel=1e-6, abs=1e-6)
        assert_close(found["gradients"], alone["gradients"], 1e-12)
        assert_close(found["weights"], alone["weights"], 1e-8)


def assert_close(ours, others, close):
    assert ours.keys() == others.keys()
    for key, value in others.items():
        torch.testing.assert_close(
            ours[key], value, rtol=close, atol=close, msg=lambda m, k=key: f"{k}: {m}"
        )

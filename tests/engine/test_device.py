"""Devices: what is not there is a sentence, random streams follow from their numbers."""

import pytest
import torch

from engine.device import choose, mixed, mixed_seed, seeded, use_threads
from engine.errors import DeviceError
from engine.experiment import Training


@pytest.mark.skipif(torch.cuda.is_available(), reason="this computer has CUDA")
def test_that_a_device_that_is_not_there_is_a_sentence():
    with pytest.raises(DeviceError, match="no device “cuda:3”. Nothing was started"):
        choose(Training(device="cuda:3"))


def test_that_the_processor_is_always_there():
    assert choose(Training(device="cpu")) == torch.device("cpu")
    assert choose(Training()).type in ("cpu", "cuda", "mps")


def test_that_threads_asked_for_are_used():
    before = torch.get_num_threads()
    assert use_threads(Training(threads=2)) == 2
    assert use_threads(Training(threads=2), before=1) == 2
    torch.set_num_threads(before)


@pytest.mark.parametrize(("said", "used"), [("2", 2), ("2,1", 2), ("many", 3), ("", 3)])
def test_that_the_environment_says_how_many_threads_there_are(monkeypatch, said, used):
    before = torch.get_num_threads()
    monkeypatch.setenv("OMP_NUM_THREADS", said)
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    assert use_threads(Training()) == used
    torch.set_num_threads(before)


def test_that_half_precision_is_refused_off_cuda_before_anything_starts():
    with pytest.raises(DeviceError, match="float16 needs a CUDA device"):
        choose(Training(precision="float16", device="cpu"))


def test_that_sums_are_in_single_precision_unless_asked_for():
    left, right = torch.ones(2, 2), torch.ones(2, 2)
    with mixed(Training(), torch.device("cpu")):
        assert (left @ right).dtype == torch.float32
    with mixed(Training(precision="bfloat16"), torch.device("cpu")):
        assert (left @ right).dtype == torch.bfloat16


def test_that_a_stream_follows_from_its_numbers_alone():
    device = torch.device("cpu")
    first = torch.rand(3, generator=seeded(device, 7, 1, 5))
    torch.rand(100)
    assert torch.equal(first, torch.rand(3, generator=seeded(device, 7, 1, 5)))
    assert not torch.equal(first, torch.rand(3, generator=seeded(device, 7, 1, 6)))


def test_that_near_numbers_give_far_seeds():
    seeds = {mixed_seed(a, b) for a in range(50) for b in range(50)}
    assert len(seeds) == 2500
    assert all(0 <= seed < 2**62 for seed in seeds)

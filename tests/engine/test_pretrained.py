"""Published checkpoints: every key layout lands where it belongs, nothing runs, nothing goes unnoticed."""

import argparse
import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.errors import EngineError
from engine.nets import build
from engine.pretrained import take
from engine.pretrained.reading import read_tensors
from tests.engine.checkpoint_files import LAYOUTS, SMALL, finetuned, point_mae

NET = {
    "width": 12,
    "depth": 2,
    "heads": 3,
    "patches": 4,
    "patch_size": 5,
    "tokenizer": (5, 6, 7, 12),
}


def net(**changes):
    return build("point_transformer", 5, **NET | changes)


def wrapped(tensors):
    """As the training scripts save it, from several graphics cards, with what else they put in."""
    return {
        "base_model": {f"module.{name}": value for name, value in tensors.items()},
        "optimizer": {"state": {}, "param_groups": [{"lr": 0.001}]},
        "epoch": 300,
        "metrics": {"acc": np.float64(93.1)},
        "best_metrics": {"acc": torch.tensor(93.8)},
        "args": argparse.Namespace(batch_size=128),
    }


def place(ours):
    """Where one of our tensors is in a published encoder, written out by hand for some of each part."""
    return {
        "tokenizer.first.0.weight": "encoder.first_conv.0.weight",
        "tokenizer.first.1.running_var": "encoder.first_conv.1.running_var",
        "tokenizer.second.3.bias": "encoder.second_conv.3.bias",
        "position.2.weight": "pos_embed.2.weight",
        "blocks.1.norm1.bias": "blocks.blocks.1.norm1.bias",
        "blocks.0.attention.qkv.weight": "blocks.blocks.0.attn.qkv.weight",
        "blocks.1.attention.proj.bias": "blocks.blocks.1.attn.proj.bias",
        "blocks.0.mlp.0.weight": "blocks.blocks.0.mlp.fc1.weight",
        "blocks.1.mlp.2.bias": "blocks.blocks.1.mlp.fc2.bias",
        "norm.weight": "norm.weight",
    }[ours]


SOME = [
    "tokenizer.first.0.weight", "tokenizer.first.1.running_var", "tokenizer.second.3.bias", "position.2.weight",
    "blocks.1.norm1.bias", "blocks.0.attention.qkv.weight", "blocks.1.attention.proj.bias",
    "blocks.0.mlp.0.weight", "blocks.1.mlp.2.bias", "norm.weight",
]  # fmt: skip
PREFIX = {
    "Point-MAE": "MAE_encoder.",
    "ACT": "ACT_encoder.",
    "Point-BERT": "transformer_q.",
    "ReCon": "MAE_encoder.",
}


def test_that_the_made_file_has_as_many_tensors_as_the_published_one():
    assert len(point_mae(12, 12, (5, 6, 7, 12))) == 209


@pytest.mark.parametrize("whose", LAYOUTS)
@pytest.mark.parametrize("wrap", [True, False])
def test_that_every_layout_lands_where_it_belongs(whose, wrap, tmp_path):
    tensors = LAYOUTS[whose](**SMALL)
    path = tmp_path / "file.pth"
    torch.save(wrapped(tensors) if wrap else tensors, path)
    student = net()
    match = take(student, path)
    assert (match.whose, match.share, match.missing, match.mismatched) == (whose, 1.0, (), ())
    state = student.encoder.state_dict()
    assert {f"encoder.{name}" for name in state} <= set(match.loaded)
    for name in SOME:
        theirs = tensors[PREFIX.get(whose, "") + place(name)]
        assert torch.equal(state[name], theirs.reshape(state[name].shape))
    own = PREFIX.get(whose, "") + "cls_token"
    if own in tensors:
        assert torch.equal(student.cls_token, tensors[own])
        assert torch.equal(student.cls_position, tensors[own.replace("token", "pos")])


def test_that_the_answers_are_those_of_the_net_the_weights_come_from(tmp_path):
    source, target = net().eval(), net().eval()
    save_file(source.state_dict(), tmp_path / "model.safetensors")
    match = take(target, tmp_path / "model.safetensors")
    assert match.whose == "this workbench"
    points = torch.randn(2, 20, 3)
    assert torch.equal(source.encode(points).tokens, target.encode(points).tokens)
    assert not torch.equal(source.logits.weight, target.logits.weight)  # the head is its own
    assert "logits.weight" in match.unexpected


def test_that_a_narrower_tokenizer_is_widened_as_point_bert_does(tmp_path):
    tokenizer = (5, 6, 7, 8)
    torch.save(LAYOUTS["Point-BERT"](12, 2, tokenizer), tmp_path / "bert.pth")
    student = net(tokenizer=tokenizer)
    match = take(student, tmp_path / "bert.pth")
    assert match.share == 1 and "encoder.tokenizer.reduce.weight" in match.loaded
    other = take(net(), tmp_path / "bert.pth")  # loads, but says what does not fit and what would
    assert [name for name, *_ in other.mismatched] == [
        "encoder.tokenizer.second.3.weight", "encoder.tokenizer.second.3.bias",
    ]  # fmt: skip
    assert other.share < 1 and "set net.tokenizer to [5, 6, 7, 8]" in other.sentence()


def test_that_what_is_of_no_use_is_listed_and_nothing_of_a_second_encoder_is_taken(tmp_path):
    torch.save(LAYOUTS["Point-BERT"](**SMALL), tmp_path / "bert.pth")
    match = take(net(), tmp_path / "bert.pth")
    assert "dvae.encoder.first_conv.0.weight" in match.unexpected
    assert "transformer_q.cls_head.0.weight" in match.unexpected
    assert "transformer_k.norm.weight" in match.unexpected
    table = json.loads(match.table())
    assert table["unexpected"] == list(match.unexpected) and table["share"] == 1.0


def test_that_recon_is_told_apart_by_its_blocks(tmp_path):
    torch.save(LAYOUTS["ReCon"](**SMALL), tmp_path / "recon.pth")
    assert "ReCon’s own blocks" in take(net(), tmp_path / "recon.pth").sentence()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"width": 24, "tokenizer": (5, 6, 7, 24)}, "net.width to 12 and net.tokenizer to"),
        ({"depth": 8}, "set net.depth to 2"),
    ],
)
def test_that_another_size_is_refused_with_what_would_fit_and_changes_nothing(
    changes, words, tmp_path
):
    torch.save(point_mae(**SMALL), tmp_path / "mae.pth")
    student = net(**changes)
    before = {name: value.clone() for name, value in student.state_dict().items()}
    with pytest.raises(EngineError, match=words) as refusal:
        take(student, tmp_path / "mae.pth")
    assert "it takes 90%" in str(refusal.value)
    assert all(torch.equal(before[name], value) for name, value in student.state_dict().items())


def test_that_exactly_enough_is_enough_and_one_less_is_not(tmp_path):
    tensors = finetuned(**SMALL)
    names = [name for name in tensors if name.startswith("blocks.")]
    spare = 4  # of 44: two blocks of 11, 16 of the tokenizer, 4 of positions, 2 of the norm
    for left_out, fits in ((spare, True), (spare + 1, False)):
        some = {name: value for name, value in tensors.items() if name not in names[:left_out]}
        torch.save(some, tmp_path / "some.pth")
        if fits:
            assert len(take(net(), tmp_path / "some.pth").missing) == left_out
        else:
            with pytest.raises(EngineError, match="of the encoder’s tensors fit"):
                take(net(), tmp_path / "some.pth")


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, sign):
        self.sign = sign

    def __reduce__(self):
        return os.mkdir, (str(self.sign),)


def test_that_a_file_with_code_in_it_is_refused_and_does_not_run(tmp_path):
    sign = tmp_path / "it ran"
    torch.save({"base_model": point_mae(**SMALL), "x": Bomb(sign)}, tmp_path / "bad.pth")
    with pytest.raises(EngineError, match="holds more than weights and plain data"):
        read_tensors(tmp_path / "bad.pth")
    assert not sign.exists()


def damaged(path: Path, kind: str) -> Path:
    tensors = point_mae(**SMALL)
    if kind == "cut .safetensors":
        path = path.with_suffix(".safetensors")
        save_file(tensors, path)
    else:
        torch.save(tensors, path)
    content = path.read_bytes()
    path.write_bytes(
        {"empty": b"", "words": b"no weights\n" * 9}.get(kind, content[: len(content) // 2])
    )
    return path


@pytest.mark.parametrize("kind", ["cut .pth", "cut .safetensors", "empty", "words"])
def test_that_a_damaged_file_is_a_sentence(kind, tmp_path):
    with pytest.raises(EngineError, match="is damaged, or no checkpoint file"):
        read_tensors(damaged(tmp_path / "file.pth", kind))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([1, 2], "holds no weights by name but a list"),
        ({"epoch": 3}, "holds no weights"),
        ({"a.weight": torch.ones(2)}, "has none of the names"),
    ],
)
def test_that_a_file_without_a_known_encoder_is_a_sentence(content, words, tmp_path):
    torch.save(content, tmp_path / "file.pth")
    with pytest.raises(EngineError, match=words):
        take(net(), tmp_path / "file.pth")


def test_that_an_absent_file_is_a_sentence(tmp_path):
    with pytest.raises(EngineError, match="There is no file"):
        read_tensors(tmp_path / "nowhere.pth")


def test_that_figures_written_by_an_older_numpy_do_not_hinder(tmp_path):
    torch.save({"base_model": point_mae(**SMALL), "acc": np.float64(92.5)}, tmp_path / "new.pth")
    with (
        zipfile.ZipFile(tmp_path / "new.pth") as new,
        zipfile.ZipFile(tmp_path / "old.pth", "w") as old,
    ):
        for name in new.namelist():
            content = new.read(name)
            old.writestr(name, content.replace(b"numpy._core.multiarray", b"numpy.core.multiarray"))
    assert (tmp_path / "old.pth").read_bytes().count(b"numpy.core.multiarray") == 1
    assert take(net(), tmp_path / "old.pth").share == 1

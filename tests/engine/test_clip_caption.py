"""CLIP, ClipCap and GPT-2 from files of every layout; answers against plain float64 arithmetic."""

import io
import json
import math
import pickle
import warnings
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn

from engine import registry
from engine.errors import ConfigError, FormatError
from engine.nets import count_parameters
from engine.teachers2d.clip_caption import ClipCaption
from engine.teachers2d.clip_caption.bpe import Bpe, byte_signs
from engine.teachers2d.clip_caption.gpt2 import Gpt2
from engine.teachers2d.clip_caption.mapper import MlpMapper, TransformerMapper
from engine.teachers2d.clip_caption.vision import Vision, prepared
from engine.teachers2d.weights import read_weights

WIDTH, EMBEDDING = 64, 16
WORDS = [".", "Ġchair", "a", "Ġred", "!"]


def filled(net, seed=0):
    generator = torch.Generator().manual_seed(seed)
    for name, value in net.named_parameters():
        spread = 1 / math.sqrt(value.shape[-1])
        value.data = torch.randn(value.shape, generator=generator) * spread + ("norm" in name)
    return net.eval()


def a_vision():
    return filled(Vision(32, 16, WIDTH, 2, EMBEDDING))


def a_mapper(sort="mlp"):
    if sort == "mlp":
        return filled(MlpMapper(EMBEDDING, WIDTH), 1)
    return filled(TransformerMapper(EMBEDDING, WIDTH, depth=2, tokens=3), 1)


def a_gpt():
    return filled(Gpt2(len(WORDS), 100, WIDTH, 2), 2)


def under(prefix, state):
    return {prefix + name: value.clone().contiguous() for name, value in state.items()}


def hugging_face(state):
    """The same weights under the names of the transformers library, with its old extra buffer."""
    names = {
        "class_embedding": "embeddings.class_embedding",
        "conv1.weight": "embeddings.patch_embedding.weight",
        "positional_embedding": "embeddings.position_embedding.weight",
    }
    parts = (("ln_pre", "pre_layrnorm"), ("ln_post", "post_layernorm"), ("transformer.resblocks", "encoder.layers"),
             ("ln_1", "layer_norm1"), ("ln_2", "layer_norm2"), ("attn.out_proj", "self_attn.out_proj"),
             ("mlp.c_fc", "mlp.fc1"), ("mlp.c_proj", "mlp.fc2"))  # fmt: skip
    out = {
        "vision_model.embeddings.position_ids": torch.arange(5)[None],
        "logit_scale": torch.tensor(1.0),
    }
    out["text_model.encoder.layers.0.self_attn.q_proj.weight"] = torch.zeros(2, 2)
    for name, value in state.items():
        if name == "proj":
            out["visual_projection.weight"] = value.t().contiguous()
        elif "in_proj" in name:
            block, sort = name.split(".")[2], name.rsplit("_", 1)[1]
            for letter, part in zip("qkv", value.chunk(3), strict=True):
                key = f"vision_model.encoder.layers.{block}.self_attn.{letter}_proj.{sort}"
                out[key] = part.clone()
        else:
            theirs = names.get(name, name)
            for ours, other in parts:
                theirs = theirs.replace(ours, other)
            out["vision_model." + theirs] = value.clone()
    return out


class Scripted(nn.Module):
    """A module whose archive has code, like OpenAI's."""

    def __init__(self, visual):
        super().__init__()
        self.visual = visual
        self.input_resolution = 32
        self.sizes = [1, 2]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.input_resolution


class Bag(nn.Module):
    """Parameters by dotted names, as modules within modules."""

    def __init__(self, state):
        super().__init__()
        inner = {}
        for name, value in state.items():
            head, _, rest = name.partition(".")
            if rest:
                inner.setdefault(head, {})[rest] = value
            else:
                self.register_parameter(head, nn.Parameter(value.clone()))
        for head, below in inner.items():
            self.add_module(head, Bag(below))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


def write_clip(path, layout, state):
    if layout == "torchscript":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.jit.script(Scripted(Bag(state)).half()).save(str(path))
    elif layout == "open_clip.bin":
        torch.save(under("visual.", state) | {"logit_scale": torch.tensor(4.6)}, path)
    elif layout == "open_clip.safetensors":
        save_file(under("visual.", state), path)
    elif layout == "training":
        torch.save({"epoch": 3, "state_dict": under("module.visual.", state)}, path)
    elif layout == "hf.safetensors":
        save_file(hugging_face(state), path)
    else:
        torch.save(hugging_face(state), path)


LAYOUTS = {
    "torchscript": "ViT-B-32.pt",
    "open_clip.bin": "open_clip_pytorch_model.bin",
    "open_clip.safetensors": "open_clip_model.safetensors",
    "training": "epoch_3.pt",
    "hf.safetensors": "model.safetensors",
    "hf.bin": "pytorch_model.bin",
}


def official_clipcap(mapper, gpt):
    """As the published file: GPT-2 trained along, its masks and its word table a second time."""
    state = under("clip_project.", mapper.state_dict()) | under(
        "gpt.transformer.", gpt.state_dict()
    )
    for number in range(2):
        state[f"gpt.transformer.h.{number}.attn.bias"] = torch.ones(1, 1, 100, 100).tril().byte()
        state[f"gpt.transformer.h.{number}.attn.masked_bias"] = torch.tensor(-1e4)
    return state | {"gpt.lm_head.weight": gpt.wte.weight.detach().clone()}


def write_words(folder):
    folder.mkdir(exist_ok=True)
    table = {word: number for number, word in enumerate(WORDS)}
    (folder / "vocab.json").write_text(json.dumps(table), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    return str(folder)


@pytest.fixture
def files(tmp_path):
    """Settings that name small files of the usual layouts."""
    torch.save(under("visual.", a_vision().state_dict()), tmp_path / "clip.pt")
    torch.save(official_clipcap(a_mapper(), a_gpt()), tmp_path / "clipcap.pt")
    return {
        "clip": str(tmp_path / "clip.pt"),
        "clipcap": str(tmp_path / "clipcap.pt"),
        "words": write_words(tmp_path / "words"),
    }


def teacher(**settings) -> ClipCaption:
    return registry.make("image_teacher", "clip_caption", settings)


def pictures(count=2, height=40, width=48):
    return torch.rand(count, 3, height, width, generator=torch.Generator().manual_seed(5))


# ---- a reference in float64 and numpy, written from the papers


def norm64(x, state, name):
    mean, spread = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) / np.sqrt(spread + 1e-5) * state[name + ".weight"] + state[name + ".bias"]


def softmax64(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def attend64(q, k, v, heads, causal=False):
    out = np.empty_like(q)
    wide = q.shape[-1] // heads
    for head in range(heads):
        part = slice(head * wide, (head + 1) * wide)
        scores = q[:, part] @ k[:, part].T / math.sqrt(wide)
        if causal:
            scores = np.where(np.tri(len(q), dtype=bool), scores, -np.inf)
        out[:, part] = softmax64(scores) @ v[:, part]
    return out


def state64(net):
    return {name: value.double().numpy() for name, value in net.state_dict().items()}


def vision64(image, state, patch=16, quick=True):
    """One prepared picture (3, S, S) -> its embedding."""
    grid = image.shape[1] // patch
    tokens = [state["class_embedding"]]
    for row in range(grid):
        for column in range(grid):
            cut = image[:, row * patch : (row + 1) * patch, column * patch : (column + 1) * patch]
            tokens.append((state["conv1.weight"] * cut).sum((1, 2, 3)))
    x = norm64(np.stack(tokens) + state["positional_embedding"], state, "ln_pre")
    for number in range(2):
        s = {
            name.split(f"resblocks.{number}.")[1]: v
            for name, v in state.items()
            if f"blocks.{number}." in name
        }
        y = norm64(x, s, "ln_1") @ s["attn.in_proj_weight"].T + s["attn.in_proj_bias"]
        mixed = attend64(*np.split(y, 3, axis=1), WIDTH // 64)
        x = x + mixed @ s["attn.out_proj.weight"].T + s["attn.out_proj.bias"]
        y = norm64(x, s, "ln_2") @ s["mlp.c_fc.weight"].T + s["mlp.c_fc.bias"]
        erf = np.vectorize(math.erf)
        y = y / (1 + np.exp(-1.702 * y)) if quick else y * (1 + erf(y / math.sqrt(2))) / 2
        x = x + y @ s["mlp.c_proj.weight"].T + s["mlp.c_proj.bias"]
    return norm64(x, state, "ln_post")[0] @ state["proj"]


def gpt64(text, state):
    """Vectors (L, D) -> logits after each (L, V)."""
    x = text + state["wpe.weight"][: len(text)]
    for number in range(2):
        s = {
            n.removeprefix(f"h.{number}."): v
            for n, v in state.items()
            if n.startswith(f"h.{number}.")
        }
        y = norm64(x, s, "ln_1") @ s["attn.c_attn.weight"] + s["attn.c_attn.bias"]
        mixed = attend64(*np.split(y, 3, axis=1), WIDTH // 64, causal=True)
        x = x + mixed @ s["attn.c_proj.weight"] + s["attn.c_proj.bias"]
        y = norm64(x, s, "ln_2") @ s["mlp.c_fc.weight"] + s["mlp.c_fc.bias"]
        y = y * (1 + np.tanh(math.sqrt(2 / math.pi) * (y + 0.044715 * y**3))) / 2
        x = x + y @ s["mlp.c_proj.weight"] + s["mlp.c_proj.bias"]
    return norm64(x, state, "ln_f") @ state["wte.weight"].T


def test_that_true_shapes_have_the_published_numbers_of_parameters():
    with torch.device("meta"):
        nets = (Vision(), MlpMapper(), TransformerMapper(), Gpt2())
    assert [count_parameters(net) for net in nets] == [87849216, 31468800, 41745408, 124439808]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_that_every_layout_of_clip_gives_the_same_embedding(layout, files, tmp_path):
    path = tmp_path / LAYOUTS[layout]
    write_clip(path, layout, a_vision().state_dict())
    got = teacher(**files | {"clip": str(path)}).embed(pictures())
    wanted = teacher(**files).embed(pictures())
    close = 2e-2 if layout == "torchscript" else 1e-6  # OpenAI's archive is in half precision
    assert got == pytest.approx(wanted, abs=close)


@pytest.mark.parametrize("activation", ["quick_gelu", "gelu"])
def test_that_the_embedding_is_that_of_the_float64_reference(activation, files):
    images = prepared(pictures(), 32)
    state = state64(a_vision())
    wanted = [
        vision64(image.double().numpy(), state, quick=activation == "quick_gelu")
        for image in images
    ]
    got = teacher(**files, activation=activation).embed(pictures())
    assert got.numpy() == pytest.approx(np.stack(wanted), abs=2e-5)


def test_that_pictures_are_prepared_as_pillow_would():
    image = Image.fromarray((np.random.default_rng(1).random((60, 90, 3)) * 255).astype(np.uint8))
    small = np.asarray(image.resize((48, 32), Image.Resampling.BICUBIC))[:, 8:40] / 255
    mean = np.array([0.48145466, 0.4578275, 0.40821073])
    spread = np.array([0.26862954, 0.26130258, 0.27577711])
    tensor = torch.from_numpy(np.asarray(image) / 255).permute(2, 0, 1)[None].float()
    got = prepared(tensor, 32)[0].permute(1, 2, 0).numpy()
    assert got == pytest.approx(
        (small - mean) / spread, abs=0.04
    )  # Pillow rounds twice to whole numbers


def test_that_the_mlp_prefix_follows_from_the_formula(files):
    embedded = teacher(**files).embed(pictures()).double().numpy()
    s = state64(a_mapper())
    hidden = np.tanh(embedded @ s["model.0.weight"].T + s["model.0.bias"])
    wanted = (hidden @ s["model.2.weight"].T + s["model.2.bias"]).reshape(2, 10, WIDTH)
    assert teacher(**files).prefix(pictures()).numpy() == pytest.approx(wanted, abs=1e-5)


def test_that_the_transformer_prefix_follows_from_the_formula(files, tmp_path):
    torch.save(official_clipcap(a_mapper("transformer"), a_gpt()), tmp_path / "transformer.pt")
    made = teacher(**files | {"clipcap": str(tmp_path / "transformer.pt")})
    embedded = made.embed(pictures(1)).double().numpy()[0]
    s = state64(a_mapper("transformer"))
    seen = (s["linear.weight"] @ embedded + s["linear.bias"]).reshape(3, WIDTH)
    x = np.concatenate([seen, s["prefix_const"]])
    for number in range(2):
        t = {n.split(f"layers.{number}.")[1]: v for n, v in s.items() if f"layers.{number}." in n}
        y = norm64(x, t, "norm1")
        k, v = np.split(y @ t["attn.to_keys_values.weight"].T, 2, axis=1)
        mixed = attend64(y @ t["attn.to_queries.weight"].T, k, v, 8)
        x = x + mixed @ t["attn.project.weight"].T + t["attn.project.bias"]
        y = np.maximum(norm64(x, t, "norm2") @ t["mlp.fc1.weight"].T + t["mlp.fc1.bias"], 0)
        x = x + y @ t["mlp.fc2.weight"].T + t["mlp.fc2.bias"]
    assert made.prefix(pictures(1)).numpy()[0] == pytest.approx(x[3:], abs=1e-4)


def test_that_gpt2_answers_as_the_float64_reference():
    text = torch.randn(1, 7, WIDTH, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        got = a_gpt()(text)[0].numpy()
    assert got == pytest.approx(gpt64(text[0].double().numpy(), state64(a_gpt())), abs=1e-4)


@pytest.mark.parametrize("prefix", ["", "transformer.", "gpt.transformer."])
def test_that_gpt2_is_read_from_every_layout(prefix, files, tmp_path):
    state = under(prefix, a_gpt().state_dict())
    state[f"{prefix}h.0.attn.bias"] = torch.ones(1, 1, 4, 4)
    save_file(state, tmp_path / "gpt2.safetensors")
    alone = under("clip_project.", a_mapper().state_dict())
    torch.save(alone, tmp_path / "prefix.pt")
    made = teacher(
        **files
        | {"gpt2": str(tmp_path / "gpt2.safetensors"), "clipcap": str(tmp_path / "prefix.pt")}
    )
    told = teacher(**files)
    assert made.captions(made.prefix(pictures())) == told.captions(told.prefix(pictures()))


def test_that_greedy_words_are_the_likeliest_one_by_one(files):
    made = teacher(**files)
    prefix = made.prefix(pictures(1))
    state, text, words = state64(a_gpt()), prefix[0].double().numpy(), []
    while len(words) < 67 and words[-1:] != [0]:
        words.append(int(gpt64(text, state)[-1].argmax()))
        text = np.concatenate([text, state["wte.weight"][words[-1:]]])
    wanted = "".join(WORDS[word] for word in words).replace("Ġ", " ").strip()
    assert made.captions(prefix) == [wanted]


def test_that_many_speak_at_once_as_each_would_alone(files):
    gpt = teacher(**files).gpt
    prefix = torch.randn(6, 10, gpt.wte.embedding_dim, generator=torch.Generator().manual_seed(1))

    def alone(text):
        words = []
        while len(words) < 9 and words[-1:] != [stop]:
            with torch.no_grad():
                words.append(int(gpt(text)[0, -1].argmax()))
            text = torch.cat([text, gpt.wte.weight[words[-1:]][None]], dim=1)
        return words

    stop = -1
    stop = alone(prefix[:1])[2]  # a word by which some have ended before others
    said = gpt.say(prefix, stop, longest=9)
    assert said == [alone(one[None]) for one in prefix]
    assert len({len(words) for words in said}) > 1


def test_that_beams_find_words_at_least_as_likely_as_greed(files):
    made = teacher(**files)
    prefix, state = made.prefix(pictures(1)), state64(a_gpt())

    def mean_likelihood(words):
        text = np.concatenate([prefix[0].double().numpy(), state["wte.weight"][words]])
        logits = gpt64(text, state)[9:-1]
        chances = np.log(softmax64(logits))[np.arange(len(words)), words]
        return chances.mean()

    greedy, beam = (made.gpt.say(prefix, 0, beams, longest=6)[0] for beams in (1, 5))
    assert mean_likelihood(beam) >= mean_likelihood(greedy) - 1e-6


def test_that_bpe_joins_the_lowest_rank_first_and_keeps_every_byte():
    signs = byte_signs()
    merges = [("h", "e"), ("l", "l"), ("he", "ll"), ("Ġ", "w"), ("hell", "o")]
    words = [*signs.values(), *("".join(pair) for pair in merges)]
    bpe = Bpe({word: number for number, word in enumerate(words)}, merges)
    assert [words[n] for n in bpe.encode("hello wo")] == ["hello", "Ġw", "o"]
    for text in ("hello, wörld's 12 naïve_x  \n é!", "日本 ok"):
        assert bpe.decode(bpe.encode(text)) == text
    assert len(set(signs.values())) == 256


def test_that_missing_files_are_told_with_what_is_needed(files, tmp_path):
    with pytest.raises(ConfigError, match="merges.txt") as told:
        teacher()
    assert "http" not in told.value.sentence
    with pytest.raises(FormatError, match="no such file"):
        teacher(**files | {"clip": str(tmp_path / "none.pt")})
    with pytest.raises(FormatError, match="vocab.json"):
        teacher(**files | {"words": str(tmp_path)})


def test_that_wrong_files_are_sentences(files, tmp_path):
    other = tmp_path / "other.pt"
    torch.save({"weight": torch.zeros(2)}, other)
    junk = tmp_path / "junk.pt"
    junk.write_bytes(b"\x80 no such thing")
    for key in ("clip", "clipcap", "gpt2"):
        for path in (other, junk):
            with pytest.raises(FormatError, match=path.name):
                teacher(**files | {key: str(path)})
    torch.save(official_clipcap(filled(MlpMapper(24, WIDTH)), a_gpt()), tmp_path / "wide.pt")
    with pytest.raises(FormatError, match="told in 24 numbers"):
        teacher(**files | {"clipcap": str(tmp_path / "wide.pt")})
    state = under("visual.", a_vision().state_dict())
    del state["visual.ln_post.bias"]
    torch.save(state, other)
    with pytest.raises(FormatError, match="ln_post.bias"):
        teacher(**files | {"clip": str(other)})


def test_that_without_words_there_are_prefixes_but_no_captions(files):
    made = teacher(**files | {"words": ""})
    assert made.prefix(pictures()).shape == (2, 10, WIDTH)
    assert made.patches(pictures()).shape == (2, 4, WIDTH)
    assert not made.speaks
    with pytest.raises(ConfigError, match="no words"):
        made.captions(made.prefix(pictures()))


def hostile_archive(path, payload):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/constants.pkl", b"")
        archive.writestr("x/data.pkl", payload)


def test_that_an_archive_cannot_run_anything(tmp_path):
    mark = tmp_path / "ran"

    class Evil:
        def __reduce__(self):
            return (open, (str(mark), "w"))

    for payload in (pickle.dumps(Evil(), 2), pickle.dumps(np.zeros(2), 2), b"", b"\x80\x02K\x01."):
        hostile_archive(tmp_path / "evil.pt", payload)
        with pytest.raises(FormatError):
            read_weights(tmp_path / "evil.pt")
    torch.save({"a": Evil()}, tmp_path / "evil.bin")
    with pytest.raises(FormatError):
        read_weights(tmp_path / "evil.bin")
    assert not mark.exists()


def test_that_a_cut_archive_is_a_sentence(tmp_path):
    write_clip(tmp_path / "whole.pt", "torchscript", a_vision().state_dict())
    whole = (tmp_path / "whole.pt").read_bytes()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "cut.pt", "w") as archive:
        for name, value in entries.items():
            archive.writestr(name, value[:10] if "/data/" in name else value)
    for content in (whole[: len(whole) // 2], (tmp_path / "cut.pt").read_bytes()):
        (tmp_path / "bad.pt").write_bytes(content)
        with pytest.raises(FormatError, match="bad.pt"):
            read_weights(tmp_path / "bad.pt")

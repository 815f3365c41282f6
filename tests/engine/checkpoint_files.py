"""Randomly filled checkpoint files in every published key layout, of any size. Names and shapes as published."""

import torch
from torch import Tensor

SMALL = {"width": 12, "depth": 2, "tokenizer": (5, 6, 7, 12)}


def drawn(*shape):
    return torch.randn(*shape)


def blocks(prefix, width, depth):
    """Transformer blocks as timm names them."""
    out: dict[str, Tensor] = {}
    for number in range(depth):
        at = f"{prefix}{number}."
        for norm in ("norm1", "norm2"):
            out |= {f"{at}{norm}.weight": drawn(width), f"{at}{norm}.bias": drawn(width)}
        out |= {
            f"{at}attn.qkv.weight": drawn(3 * width, width),
            f"{at}attn.proj.weight": drawn(width, width),
            f"{at}attn.proj.bias": drawn(width),
            f"{at}mlp.fc1.weight": drawn(4 * width, width),
            f"{at}mlp.fc1.bias": drawn(4 * width),
            f"{at}mlp.fc2.weight": drawn(width, 4 * width),
            f"{at}mlp.fc2.bias": drawn(width),
        }
    return out


def mini_pointnet(prefix, tokenizer):
    """The encoder of patches, with 1x1 convolutions."""
    a, b, c, d = tokenizer
    out: dict[str, Tensor] = {}
    for name, inputs, middle, outputs in (("first_conv", 3, a, b), ("second_conv", 2 * b, c, d)):
        at = f"{prefix}{name}."
        out |= {
            f"{at}0.weight": drawn(middle, inputs, 1),
            f"{at}0.bias": drawn(middle),
            f"{at}1.weight": drawn(middle),
            f"{at}1.bias": drawn(middle),
            f"{at}1.running_mean": drawn(middle),
            f"{at}1.running_var": torch.rand(middle),
            f"{at}1.num_batches_tracked": torch.tensor(77),
            f"{at}3.weight": drawn(outputs, middle, 1),
            f"{at}3.bias": drawn(outputs),
        }
    return out


def position(prefix, width):
    return {
        f"{prefix}0.weight": drawn(128, 3),
        f"{prefix}0.bias": drawn(128),
        f"{prefix}2.weight": drawn(width, 128),
        f"{prefix}2.bias": drawn(width),
    }


def norm(prefix, width):
    return {f"{prefix}norm.weight": drawn(width), f"{prefix}norm.bias": drawn(width)}


def encoder(prefix, width, depth, tokenizer):
    out = mini_pointnet(prefix + "encoder.", tokenizer) | position(prefix + "pos_embed.", width)
    if tokenizer[3] != width:
        out |= {f"{prefix}reduce_dim.weight": drawn(width, tokenizer[3])}
        out |= {f"{prefix}reduce_dim.bias": drawn(width)}
    return out | blocks(prefix + "blocks.blocks.", width, depth) | norm(prefix, width)


def tokens(prefix, width, *names):
    return {prefix + name: drawn(1, 1, width) for name in names}


def point_mae(width, depth, tokenizer):
    """Pre-trained Point-MAE: 209 tensors at depth 12 with its decoder of 4."""
    return (
        tokens("", width, "mask_token")
        | encoder("MAE_encoder.", width, depth, tokenizer)
        | blocks("MAE_decoder.blocks.", width, 4)
        | norm("MAE_decoder.", width)
        | position("decoder_pos_embed.", width)
        | {"increase_dim.0.weight": drawn(96, width, 1), "increase_dim.0.bias": drawn(96)}
    )


def finetuned(width, depth, tokenizer):
    head = {"cls_head_finetune.0.weight": drawn(256, 2 * width)}
    return encoder("", width, depth, tokenizer) | tokens("", width, "cls_token", "cls_pos") | head


def act(width, depth, tokenizer):
    at = "ACT_encoder."
    extra = {f"{at}lm_head.weight": drawn(8, width), f"{at}cls_head.0.weight": drawn(4, width)}
    own = tokens(at, width, "cls_token", "cls_pos")
    return encoder(at, width, depth, tokenizer) | own | extra


def point_bert(width, depth, tokenizer):
    out = {"transformer_q.cls_head.0.weight": drawn(4, width), "queue": drawn(4, 9)}
    for at in ("transformer_q.", "transformer_k."):
        out |= encoder(at, width, depth, tokenizer)
        out |= tokens(at, width, "cls_token", "cls_pos", "mask_token")
        out |= {f"{at}lm_head.weight": drawn(8, width)}
    return out | mini_pointnet("dvae.encoder.", tokenizer)


def recon(width, depth, tokenizer):
    at = "MAE_encoder."
    out = encoder(at, width, depth, tokenizer)
    out |= tokens(
        at, width, "cls_token", "cls_pos", "img_token", "img_pos", "text_token", "text_pos"
    )
    for number in range(depth):
        inside = f"{at}blocks.blocks.{number}."
        out |= {f"{inside}norm1_contrast.weight": drawn(width)}
        out |= {f"{inside}attn_contrast.q.weight": drawn(width, width)}
        out |= {f"{inside}mlp_contrast.fc1.weight": drawn(4 * width, width)}
    return out | {"img_proj.weight": drawn(9, width)}


LAYOUTS = {
    "Point-MAE": point_mae,
    "a fine-tuned Point-MAE or one of its kin": finetuned,
    "ACT": act,
    "Point-BERT": point_bert,
    "ReCon": recon,
}

"""The published part segmenter: its names and shapes, randomly filled, and its head layer by layer in float64."""

import torch
from torch.nn import functional as F  # noqa: N812

from tests.engine.checkpoint_files import drawn, encoder


def three_nearest(points, centres):
    """Index and squared distance (B, N, 3), by sorting all of them."""
    squares = ((points[:, :, None] - centres[:, None]) ** 2).sum(3)
    squares, index = squares.sort(dim=2)
    return index[:, :, :3], squares[:, :, :3]


def at(features, index):
    """(B, G, C) and (B, N, 3) -> (B, N, 3, C)."""
    return torch.stack([cloud[where] for cloud, where in zip(features, index, strict=True)])


def interpolated(features, points, centres):
    index, squares = three_nearest(points, centres)
    weights = 1 / (squares + 1e-8)
    weights = weights / weights.sum(2, keepdim=True)
    return (at(features, index) * weights[..., None]).sum(2)


def plain_norm(values, norm):
    weight, bias, mean, variance = norm
    return (values - mean) / (variance + 1e-5).sqrt() * weight + bias


def batch_norm(tensors, name):
    return [tensors[f"{name}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")]


def convolution(name, outputs, inputs, bias=True):
    out = {f"{name}.weight": drawn(outputs, inputs, 1)}
    return out | ({f"{name}.bias": drawn(outputs)} if bias else {})


def norm_of(name, width):
    out = {f"{name}.weight": drawn(width), f"{name}.bias": drawn(width)}
    out |= {f"{name}.running_mean": drawn(width), f"{name}.running_var": torch.rand(width) + 0.1}
    return out | {f"{name}.num_batches_tracked": torch.tensor(7)}


def published_parts(parts, categories, settings):
    """Names and shapes as Point-MAE's part segmentation saves them."""
    wide, kind = 3 * settings.width, settings.category
    (a, b), (c, d) = settings.spread, settings.head
    return (
        encoder("", settings.width, settings.depth, settings.tokenizer)
        | convolution("label_conv.0", kind, categories, bias=False)
        | norm_of("label_conv.1", kind)
        | convolution("propagation_0.mlp_convs.0", a, wide + 3)
        | convolution("propagation_0.mlp_convs.1", b, a)
        | norm_of("propagation_0.mlp_bns.0", a)
        | norm_of("propagation_0.mlp_bns.1", b)
        | convolution("convs1", c, b + 2 * wide + kind)
        | convolution("convs2", d, c)
        | convolution("convs3", parts, d)
        | norm_of("bns1", c)
        | norm_of("bns2", d)
    )


def plain_parts(tensors, net, points, category):
    """The published head in the order of its own layers, on what the encoder makes of the clouds."""

    def layer(values, name):
        bias = tensors.get(f"{name}.bias")
        return F.linear(values, tensors[f"{name}.weight"][:, :, 0], bias)

    encoded = net.encoder(points)
    x = torch.cat([net.encoder.norm(encoded.layers[number]) for number in net.levels], 2)
    one_hot = torch.eye(net.categories, dtype=torch.float64)[category]
    kind = plain_norm(layer(one_hot, "label_conv.0"), batch_norm(tensors, "label_conv.1"))
    kind = torch.where(kind > 0, kind, 0.2 * kind)
    whole = torch.cat([x.max(1).values, x.mean(1), kind], 1)
    inside = torch.cat([points, interpolated(x, points, encoded.centres)], 2)
    for number in (0, 1):
        inside = layer(inside, f"propagation_0.mlp_convs.{number}")
        inside = plain_norm(inside, batch_norm(tensors, f"propagation_0.mlp_bns.{number}")).relu()
    inside = torch.cat([inside, whole[:, None].expand(-1, points.shape[1], -1)], 2)
    for number in (1, 2):
        inside = layer(inside, f"convs{number}")
        inside = plain_norm(inside, batch_norm(tensors, f"bns{number}")).relu()
    return layer(inside, "convs3")


def wrapped(tensors):
    """As the training script saves it, trained on several graphics cards."""
    return {
        "epoch": 298,
        "inctance_avg_iou": 0.861,
        "model_state_dict": {f"module.{name}": value for name, value in tensors.items()},
        "optimizer_state_dict": {"state": {}, "param_groups": [{"lr": 2e-4}]},
    }

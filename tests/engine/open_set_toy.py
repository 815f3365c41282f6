"""A separable toy problem with everything a score may ask for: known samples, strangers, and a training set."""

from dataclasses import replace

import torch

from engine.scores import Evidence, Train

KINDS, WIDTH, BLOCK = 5, 40, 4
FIELDS = {
    "logits": ("logits",),
    "features": ("features",),
    "weights": ("weight", "bias"),
    "train": ("train",),
    "teacher": ("teacher_logits", "teacher_features"),
    "unknown": ("unknown",),
}


def toy(count=60, strange=False, seed=0):
    """Each kind lights its own block of features; strangers light a new one and all others a little."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % KINDS
    features = 0.1 * torch.randn(count, WIDTH, generator=generator)
    for row, kind in enumerate(labels.tolist()):
        if strange:
            features[row, : KINDS * BLOCK] += 0.3
            features[row, -BLOCK:] += 3
        else:
            features[row, kind * BLOCK : (kind + 1) * BLOCK] += 3
    return features.relu(), labels


def head():
    """One row a kind: for its own block, against the others."""
    weight = torch.zeros(KINDS, WIDTH)
    weight[:, : KINDS * BLOCK] = -1 / BLOCK
    for kind in range(KINDS):
        weight[kind, kind * BLOCK : (kind + 1) * BLOCK] = 1
    return weight, torch.linspace(-0.1, 0.1, KINDS)


def evidence(strange=False, count=60, seed=1):
    """Everything, also a teacher that surely names strangers and sees them in another place."""
    weight, bias = head()
    bank, labels = toy(300, seed=0)
    features, _ = toy(count, strange, seed)
    twist = torch.randn(WIDTH, 12, generator=torch.Generator().manual_seed(9))
    logits = features @ weight.T + bias
    full = Evidence(
        logits=logits,
        features=features,
        weight=weight,
        bias=bias,
        train=Train(bank, bank @ weight.T + bias, labels, bank @ twist),
        unknown=features[:, -BLOCK:].sum(1),
        teacher_logits=1.1 * logits,
        teacher_features=features @ twist,
    )
    if not strange:
        return full
    sure = full.teacher_logits + 8 * torch.eye(KINDS)[0]
    return replace(full, teacher_logits=sure, teacher_features=full.teacher_features + 5)


def only(full, needs):
    """The evidence with nothing but these needs."""
    kept = {field for need in needs for field in FIELDS[need]}
    return Evidence(**{field: getattr(full, field) for field in kept})

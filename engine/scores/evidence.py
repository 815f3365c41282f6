"""What a score may look at: the stored answers of one pass, the last layer, and the training samples."""

from dataclasses import dataclass, replace

from torch import Tensor

from engine.errors import ConfigError
from engine.words import say


@dataclass(frozen=True)
class Train:
    """The training samples in the same net, N of them: features (N, F), logits (N, K), labels (N,) in 0..K-1.

    teacher_features (N, G): the same samples in the teacher.
    """

    features: Tensor | None = None
    logits: Tensor | None = None
    labels: Tensor | None = None
    teacher_features: Tensor | None = None


@dataclass(frozen=True)
class Evidence:
    """B samples, K known kinds; whatever is not there is None. Raises ConfigError when shapes disagree.

    logits (B, K); features (B, F), penultimate, after the ReLU; weight (K, F) and bias (K,) of the last layer;
    unknown (B,): the trained “unknown” logit; teacher_logits (B, K); teacher_features (B, G).
    """

    logits: Tensor | None = None
    features: Tensor | None = None
    weight: Tensor | None = None
    bias: Tensor | None = None
    train: Train | None = None
    unknown: Tensor | None = None
    teacher_logits: Tensor | None = None
    teacher_features: Tensor | None = None

    def __post_init__(self) -> None:
        sizes: dict[str, tuple[int, str]] = {}
        for name, letters in _SHAPES.items():
            tensor = self.part(name)
            if tensor is not None:
                _fit(name, letters, tensor, sizes)

    def part(self, name: str) -> Tensor | None:
        """One tensor by its name; those of `train` are called train_features, train_logits ..."""
        owner = self.train if name.startswith("train_") else self
        tensor: Tensor | None = getattr(owner, name.removeprefix("train_"), None)
        return tensor

    def split(self, column: int) -> "Evidence":
        """Of a head with one more output: that column becomes `unknown`, training samples of it are left out.

        Labels keep their numbers: 0..K-1 known, K unknown.
        """
        if self.logits is None:
            raise ConfigError(say("A trained “unknown” output can only be told apart in logits."))
        outputs = self.logits.shape[1]
        if not -outputs <= column < outputs:
            raise ConfigError(
                say(
                    "There is no output {column} among {outputs} logits.",
                    column=column,
                    outputs=outputs,
                )
            )
        keep = [index for index in range(outputs) if index != column % outputs]
        return replace(
            self,
            logits=self.logits[:, keep],
            unknown=self.logits[:, column],
            weight=None if self.weight is None else self.weight[keep],
            bias=None if self.bias is None else self.bias[keep],
            train=None if self.train is None else _known_only(self.train, keep),
        )


_SHAPES = {
    "logits": "BK",
    "features": "BF",
    "weight": "KF",
    "bias": "K",
    "unknown": "B",
    "teacher_logits": "BK",
    "teacher_features": "BG",
    "train_features": "NF",
    "train_logits": "NK",
    "train_labels": "N",
    "train_teacher_features": "NG",
}
_WORDS = {
    "B": "samples",
    "K": "outputs",
    "F": "features",
    "G": say("teacher features"),
    "N": say("training samples"),
}


def _fit(name: str, letters: str, tensor: Tensor, sizes: dict[str, tuple[int, str]]) -> None:
    """Note the sizes of one tensor, or say with which earlier one it disagrees."""
    if tensor.ndim != len(letters):
        raise ConfigError(
            say(
                "{name} needs {letters} axes, not the shape {tensor}.",
                name=name,
                letters=len(letters),
                tensor=tuple(tensor.shape),
            )
        )
    for letter, size in zip(letters, tensor.shape, strict=True):
        known, first = sizes.setdefault(letter, (size, name))
        if size != known:
            raise ConfigError(
                say(
                    "{name} and {first} do not fit: {size} against {known} {words}.",
                    name=name,
                    first=first,
                    size=size,
                    known=known,
                    words=_WORDS[letter],
                )
            )


def _known_only(train: Train, keep: list[int]) -> Train:
    rows = slice(None) if train.labels is None else train.labels < len(keep)
    parts = (train.features, train.logits, train.labels, train.teacher_features)
    features, logits, labels, taught = (None if part is None else part[rows] for part in parts)
    return Train(features, None if logits is None else logits[:, keep], labels, taught)

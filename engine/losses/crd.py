"""Contrastive representation distillation (Tian et al., ICLR 2020; the joint-distillation paper's eqs. 6-10).

Student and teacher features of one cloud are to agree, and to differ from those of N clouds of other kinds. Both are
projected to the unit sphere; a critic h says how likely a pair belongs to one cloud:
    h(s, t) = e / (e + N/M),  e = exp(s·t / τ) / Z,  loss = -mean over B of (log h(pair) + Σ over N of log(1 - h)),
with student features against a memory of the teacher's and the other way round, both losses added. Z is the mean of e
times M over the first batch, then frozen, so that a random pair starts near h = 1/(1 + N); the paper's eq. 10 leaves
it out. The memories hold M rows; a row moves towards its new features after its scores are read.
"""

import math
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.errors import ConfigError
from engine.losses.embed import Embed
from engine.words import say

Partition = Literal["frozen", "none"]

_EPSILON = 1e-7


def critic(
    student: Tensor, teacher: Tensor, temperature: float, negatives: int, dataset_size: int
) -> Tensor:
    """The paper's eq. 10: h (B, B) of every student row with every teacher row, (B, D) each, taken to length 1."""
    scores = F.normalize(student, dim=1) @ F.normalize(teacher, dim=1).t() / temperature
    return torch.sigmoid(scores - math.log(negatives / dataset_size))


def contrast_loss(scores: Tensor, dataset_size: int) -> Tensor:
    """-(log h of column 0 + Σ log(1 - h) of the others), mean over B, from log e (B, 1 + N).

    As the authors' code has it, with 1e-7 in every denominator, but in logarithms, which never overflow.
    """
    noise = (scores.shape[1] - 1) / dataset_size
    below = math.log(noise + _EPSILON)
    turned = torch.ones_like(
        scores[0]
    )  # one pass over all: slices would be copied in the backward pass
    turned[0] = -1
    costs = F.softplus((scores - below) * turned).sum(dim=1).mean()
    return costs + (scores.shape[1] - 1) * (below - math.log(noise))


class CRD(nn.Module):
    """Two projections, two memories (M, feature_dim), and the frozen logarithms of Z (infinite until set)."""

    student_memory: Tensor
    teacher_memory: Tensor
    partition: Tensor

    def __init__(
        self,
        student_dim: int,
        teacher_dim: int,
        dataset_size: int,
        feature_dim: int = 128,
        negatives: int = 2048,
        temperature: float = 0.1,
        momentum: float = 0.5,
        partition: Partition = "frozen",
    ) -> None:
        super().__init__()
        if not 0 < negatives < dataset_size:
            raise ConfigError(
                say(
                    "CRD is to compare each cloud with {negatives} others, and of {dataset_size} clouds "
                    "there are {others} others. Nothing was started. Set negatives from 1 to "
                    "{others}.",
                    negatives=negatives,
                    dataset_size=dataset_size,
                    others=dataset_size - 1,
                )
            )
        self.size, self.negatives = dataset_size, negatives
        self.temperature, self.momentum = temperature, momentum
        self.student, self.teacher = (
            Embed(student_dim, feature_dim),
            Embed(teacher_dim, feature_dim),
        )
        bound = 1 / math.sqrt(feature_dim / 3)
        for name in ("student_memory", "teacher_memory"):
            memory = torch.empty(dataset_size, feature_dim).uniform_(-bound, bound)
            self.register_buffer(name, memory)
        start = math.inf if partition == "frozen" else 0.0
        self.register_buffer("partition", torch.full((2,), start))

    def forward(
        self, student: Tensor, teacher: Tensor, rows: Tensor, contrast: Tensor | None = None
    ) -> Tensor:
        """Features (B, student_dim) and (B, teacher_dim) of training rows (B,) -> one number.

        contrast (B, 1 + N): the row of each positive, then those of its negatives; None: the row itself and any
        `negatives` others. In training the memories take up the features once their scores are read.
        """
        if contrast is None:
            steps = torch.randint(1, self.size, (len(rows), self.negatives), device=rows.device)
            contrast = torch.cat([rows[:, None], (rows[:, None] + steps) % self.size], dim=1)
        student, teacher = self.student(student), self.teacher(teacher)
        loss = self._against(student, self.teacher_memory, contrast, 0)
        loss = loss + self._against(teacher, self.student_memory, contrast, 1)
        if self.training:
            self.student_memory = self._moved(self.student_memory, rows, student.detach())
            self.teacher_memory = self._moved(self.teacher_memory, rows, teacher.detach())
        return loss

    def _against(self, features: Tensor, memory: Tensor, contrast: Tensor, side: int) -> Tensor:
        """One side's loss. One product with the whole memory, then the scores are picked: gathering N rows of
        the memory per cloud would move far more numbers."""
        scores = (features / self.temperature @ memory.t()).gather(1, contrast)
        return contrast_loss(scores - self._partition(scores.detach(), side), self.size)

    def _partition(self, scores: Tensor, side: int) -> Tensor:
        """log Z, measured on the first batch."""
        known = self.partition[side]
        if known.device.type == "cpu" and not known.isinf():  # elsewhere a look would be waited for
            return known.clone()
        first = scores.flatten().logsumexp(dim=0) + math.log(self.size / scores.numel())
        self.partition[side] = torch.where(known.isinf(), first, known)
        return self.partition[side].clone()

    def _moved(self, memory: Tensor, rows: Tensor, features: Tensor) -> Tensor:
        """A new memory, since the gradient still needs the old one."""
        mixed = self.momentum * memory[rows] + (1 - self.momentum) * features
        return memory.index_copy(0, rows, F.normalize(mixed, dim=1))

"""Logit standardisation (Sun et al., Logit Standardization in Knowledge Distillation, CVPR 2024).

z' = (z - mean(z)) / (std(z) + 1e-7) per row of (B, K), with the unbiased standard deviation. The student then has to
match the teacher's order and proportions, not the size of its logits.
"""

from torch import Tensor


def standardise(logits: Tensor) -> Tensor:
    """(B, K) -> (B, K), every row with mean 0 and standard deviation 1."""
    centred = logits - logits.mean(dim=1, keepdim=True)
    return centred / (logits.std(dim=1, keepdim=True) + 1e-7)

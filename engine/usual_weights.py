"""The weights at which terms that are very small numbers count about as much as others; all others usually have 1.

Apart from the losses themselves, so that an experiment is read without torch.
"""

USUAL_WEIGHTS = {
    "attention": 1000.0,
    "hint": 100.0,
    "nst": 50.0,
    "pkt": 30000.0,
    "similarity": 3000.0,
}

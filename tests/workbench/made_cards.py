"""Cards of built-in teachers of pictures, for tests."""

import json
import os

from engine.places import teachers_folder


def write_card(name="built_in-1", kind=0.94, accepted=True, when=0):
    """A card as the engine writes it, as far as the window reads it."""
    folder = teachers_folder() / name
    folder.mkdir(parents=True)
    card = {
        "parameters": 1_454_872, "kinds": ["bed", "chair"], "held_out": 960,
        "accuracy": {"kind": kind, "colour": 1.0, "size": 0.9875}, "accepted": accepted,
    }  # fmt: skip
    path = folder / "card.json"
    path.write_text(json.dumps(card))
    os.utime(path, (when, when))
    return folder

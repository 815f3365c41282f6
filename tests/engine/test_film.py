"""A film is one file that goes round and round, in GIF or WebP, written whole or not at all."""

import numpy as np
import pytest
from PIL import Image

from engine.film import ENDINGS, write_film


def frames(count=5):
    """A white square that moves over a coloured ground."""
    made = np.full((count, 40, 60, 3), (20, 60, 120), np.uint8)
    for place, frame in enumerate(made):
        frame[10:20, 8 * place : 8 * place + 10] = 255
    return list(made)


@pytest.mark.parametrize("ending", ENDINGS)
def test_that_a_film_has_its_frames_their_time_and_no_end(tmp_path, ending):
    path = tmp_path / f"turn{ending}"
    write_film(path, frames(), 100)
    with Image.open(path) as film:
        assert film.format == ending[1:].upper()
        assert film.n_frames == 5
        assert film.size == (60, 40)
        assert film.info["loop"] == 0
        for place in range(5):
            film.seek(place)
            film.load()
            assert film.info["duration"] == 100
            shown = np.asarray(film.convert("RGB")).astype(int)
            assert np.abs(shown - frames()[place]).mean() < 4
    assert list(tmp_path.iterdir()) == [path]


def test_that_a_folder_that_is_not_there_leaves_nothing(tmp_path):
    with pytest.raises(OSError):
        write_film(tmp_path / "gone" / "turn.gif", frames(), 100)
    assert list(tmp_path.iterdir()) == []

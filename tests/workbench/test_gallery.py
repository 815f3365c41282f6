"""The gallery draws only what is in sight, keeps it, and says which cloud was chosen."""

import os
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt

from engine.places import cache_folder
from tests.workbench.made_clouds import made_clouds
from workbench import theme
from workbench.views import thumbnails
from workbench.views.gallery import Gallery, GalleryTile
from workbench.views.thumbnails import Thumbnails


@pytest.fixture
def gallery(qtbot):
    made = Gallery("Objects", columns=3, lines=2)
    qtbot.addWidget(made)
    made.resize(340, 420)
    made.show()
    return made


def _tiles(rows):
    return [GalleryTile(row, 0, f"caption {row}", f"{row / 100:.2f}", "unknown") for row in rows]


def _click(qtbot, gallery, place):
    rect = gallery.visualRect(gallery.tiles.index(place))
    qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def _settle(qtbot, gallery):
    gallery.thumbnails.wait()
    qtbot.wait(20)


def test_that_a_click_says_the_row_of_the_cloud_and_not_of_the_tile(gallery, qtbot):
    gallery.show_tiles(made_clouds(), _tiles([7, 3, 11]))
    with qtbot.waitSignal(gallery.chosen) as said:
        _click(qtbot, gallery, 2)
    assert said.args == [11]
    assert gallery.chosen_row == 11


def test_that_arrow_keys_choose_the_neighbour(gallery, qtbot):
    gallery.show_tiles(made_clouds(), _tiles([7, 3, 11, 5]))
    gallery.choose(7)
    with qtbot.waitSignal(gallery.chosen) as said:
        qtbot.keyClick(gallery, Qt.Key.Key_Right)
    assert said.args == [3]
    qtbot.keyClick(gallery, Qt.Key.Key_Left)
    qtbot.keyClick(gallery, Qt.Key.Key_Down)
    assert gallery.chosen_row == 5


def test_that_three_tiles_stand_side_by_side(gallery):
    gallery.show_tiles(made_clouds(), _tiles(range(6)))
    tops = [gallery.visualRect(gallery.tiles.index(place)).top() for place in range(6)]
    assert tops[0] == tops[1] == tops[2] < tops[3] == tops[5]
    last = gallery.visualRect(gallery.tiles.index(2))
    assert last.right() <= gallery.viewport().width()


def test_that_tiles_fill_the_width_and_stay_in_their_cells(gallery):
    gallery.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    gallery.resize(341, 420)
    gallery.show_tiles(made_clouds(), _tiles(range(3)))
    cells = [gallery.visualRect(gallery.tiles.index(place)) for place in range(3)]
    tiles = [gallery.tile_rect(place, cell) for place, cell in enumerate(cells)]
    assert [tile.left() - before.right() for before, tile in pairwise(tiles)] == [12, 12]
    assert gallery.viewport().width() - tiles[2].right() <= 4
    assert all(tile.right() <= cell.right() + 1 for tile, cell in zip(tiles, cells, strict=True))


def test_that_only_tiles_in_sight_are_drawn(gallery, qtbot, picture):
    clouds = made_clouds(each=40, points=64)
    gallery.show_tiles(clouds, _tiles(range(len(clouds))))
    picture(gallery)
    _settle(qtbot, gallery)
    drawn = len(list((cache_folder() / "thumbnails").glob("*.png")))
    assert 6 <= drawn < 30


def test_that_a_drawn_tile_shows_the_colour_of_its_class(gallery, qtbot, picture):
    gallery.show_tiles(made_clouds(), [GalleryTile(0, 0)])
    picture(gallery)
    _settle(qtbot, gallery)
    image = picture(gallery)
    middle = gallery.visualRect(gallery.tiles.index(0)).center()
    seen = image.pixelColor(middle.x() - 6, middle.y() - 20)
    assert abs(seen.hsvHue() - theme.class_color(0).hsvHue()) < 20
    assert seen.hsvSaturation() > 80


def test_that_nothing_is_chosen_after_other_tiles_came(gallery):
    gallery.show_tiles(made_clouds(), _tiles([1, 2]))
    gallery.choose(2)
    gallery.show_tiles(made_clouds(), _tiles([3]))
    assert gallery.chosen_row is None
    gallery.choose(99)
    assert gallery.chosen_row is None


def test_that_no_clouds_means_no_tiles(gallery):
    gallery.show_tiles(None, _tiles([1]))
    assert gallery.tiles.rowCount() == 0


def test_that_a_screen_reader_gets_name_caption_and_value(gallery):
    gallery.show_tiles(made_clouds(), _tiles([7]))
    words = gallery.tiles.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words == "cone_0001 caption 7 0.07"


def test_that_a_picture_comes_later_and_then_at_once(qtbot):
    made, clouds = Thumbnails(), made_clouds()
    made.set_size(QSize(48, 64))
    with qtbot.waitSignal(made.ready) as said:
        assert made.request(clouds, 5, "unknown") is None
    assert said.args == [5]
    found = made.request(clouds, 5, "unknown")
    assert found is not None
    assert found.size() == QSize(48, 64)


def test_that_a_picture_is_kept_on_the_disk_for_the_next_session(qtbot, monkeypatch):
    clouds = made_clouds()
    first = Thumbnails()
    with qtbot.waitSignal(first.ready):
        first.request(clouds, 0, 1)
    monkeypatch.setattr(thumbnails, "splat", None)  # drawing again would fail
    second = Thumbnails()
    with qtbot.waitSignal(second.ready):
        second.request(clouds, 0, 1)
    a, b = (each.request(clouds, 0, 1).toImage() for each in (first, second))
    assert a == b


def test_that_another_colour_theme_size_or_cloud_is_another_picture():
    made, clouds = Thumbnails(), made_clouds()
    keys = [made._task(clouds, 0, 0).key, made._task(clouds, 0, 1).key]
    keys.append(made._task(clouds, 1, 0).key)
    theme.use("light")
    keys.append(made._task(clouds, 0, 0).key)
    made.set_size(QSize(64, 64))
    keys.append(made._task(clouds, 0, 0).key)
    made.set_size(QSize(64, 64), 2.0)
    keys.append(made._task(clouds, 0, 0).key)
    assert len(set(keys)) == 6


def test_that_a_damaged_picture_on_the_disk_is_drawn_again(qtbot):
    made, clouds = Thumbnails(), made_clouds()
    file = made._task(clouds, 0, 0).file
    file.parent.mkdir(parents=True)
    file.write_bytes(b"not a picture")
    with qtbot.waitSignal(made.ready):
        made.request(clouds, 0, 0)
    assert not made.request(clouds, 0, 0).isNull()
    assert file.read_bytes().startswith(b"\x89PNG")


def test_that_the_oldest_files_go_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(thumbnails, "ON_DISK", 2)
    folder = cache_folder() / "thumbnails"
    folder.mkdir(parents=True)
    for age in range(4):
        file = folder / f"{age}.png"
        file.write_bytes(b"")
        os.utime(file, (1_000_000 - age, 1_000_000 - age))
    thumbnails.prune()
    assert sorted(file.name for file in folder.iterdir()) == ["0.png", "1.png"]


def test_that_a_drawn_picture_is_made_once_and_stays_in_memory(qtbot):
    asked, thumbnails = [], Thumbnails()
    thumbnails.set_size(QSize(8, 4))

    def draw(size, light):
        asked.append((size, light))
        return np.full((size.height(), size.width(), 4), 255, np.uint8)

    with qtbot.waitSignal(thumbnails.ready) as said:
        assert thumbnails.request_drawn(5, "look", draw) is None
    assert said.args == [5]
    assert thumbnails.request_drawn(5, "look", draw).size() == QSize(8, 4)
    assert asked == [(QSize(8, 4), False)]
    assert not list((cache_folder() / "thumbnails").glob("*.png"))

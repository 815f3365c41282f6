"""Built-in rooms: what stands in them, their labels and boxes; the cache of scenes."""

import time
from dataclasses import replace

import h5py
import numpy as np
import pytest

from engine import registry
from engine.control import Control, Wish
from engine.datasets.scenes import cached_scenes, prepare_scenes, read_scenes, store, write_scenes
from engine.datasets.scenes.instances import of_instances
from engine.datasets.scenes.rooms.arrange import (
    corners_of,
    footprints,
    furnish,
    grown,
    overlapping,
)
from engine.datasets.scenes.rooms.furniture import SEATED_AT, THINGS
from engine.datasets.scenes.rooms.plan import draw_plan
from engine.datasets.scenes.rooms.seen import _looking, seen_points
from engine.datasets.shapes.catalogue import Dice
from engine.errors import ConfigError, DataError, Stopped
from engine.experiment import Choice, Data, Experiment
from engine.formats.surface import face_areas
from engine.scenes import Scene, Scenes
from engine.tasks.detect import Detect
from engine.upright import around, inside, turned
from tests.engine.stack_files import ran

TINY = {"rooms": 6, "points": 4000, "l_shaped": 0.5}
ARRAYS = ("points", "colours", "semantic", "instance", "boxes", "labels")


def source(**settings):
    return registry.make("scenes", "rooms", settings)


def made(**settings):
    return ran(source(**settings).read(Control()))[0]


def dice(*seed):
    return Dice(np.random.PCG64(seed))


def furnished(seed, count=9, gap=0.05):
    plan = draw_plan(dice(seed, 0), l_shaped=bool(seed % 2), scale=1.0)
    return plan, furnish(plan, dice(seed, 1), count, gap)


@pytest.fixture(scope="module")
def whole():
    return made(**TINY)


@pytest.fixture(scope="module")
def partly():
    return made(**TINY | {"partial": True})


# ---- what a room is


@pytest.mark.parametrize("which", ["whole", "partly"])
def test_that_boxes_hold_exactly_the_points_of_their_instance(which, request):
    scenes = request.getfixturevalue(which)
    for scene in scenes.scenes:
        assert sorted(set(scene.instance.tolist()) - {-1}) == list(range(len(scene.boxes)))
        for row, (box, label) in enumerate(zip(scene.boxes, scene.labels, strict=True)):
            own = scene.instance == row
            assert np.array_equal(inside(scene.points, box), own)
            assert {scenes.classes[number] for number in scene.semantic[own]} == {
                scenes.things[label]
            }


def test_that_whole_rooms_have_all_their_points_and_three_to_nine_pieces(whole):
    assert len(whole) == 6 and whole.made and whole.things == THINGS
    for scene in whole.scenes:
        assert scene.points.shape == scene.colours.shape == (4000, 3)
        assert (scene.points.dtype, scene.colours.dtype) == (np.float32, np.uint8)
        assert (scene.semantic.dtype, scene.instance.dtype) == (np.int16, np.int32)
        assert (scene.boxes.dtype, scene.labels.dtype) == (np.float32, np.int16)
        assert 3 <= len(scene.boxes) <= 9
    assert [scene.train for scene in whole.scenes] == [True] * 5 + [False]


def test_that_furniture_has_the_sizes_of_furniture_and_stands_on_the_floor(whole):
    for scene in whole.scenes:
        low, high = scene.boxes[:, 2] - scene.boxes[:, 5] / 2, scene.boxes[:, 5]
        assert (low > 0).all() and (low < 0.2).all()
        assert (scene.boxes[:, 3:6] > 0.1).all() and (scene.boxes[:, 3:6] < 3.5).all()
        assert (high < 2.8).all()
        floor = scene.points[scene.semantic == whole.classes.index("floor")]
        assert (floor[:, 2] <= 0).all() and (floor[:, 2] > -0.05).all()


def test_that_walls_stand_around_all_furniture(whole):
    for scene in whole.scenes:
        wall = scene.points[scene.semantic == whole.classes.index("wall")]
        things = scene.points[scene.instance >= 0]
        assert (np.abs(things[:, :2]) < np.abs(wall[:, :2]).max(axis=0)).all()
        assert wall[:, 2].max() > 2.3


def test_that_every_room_has_a_door_and_some_have_windows():
    scenes = made(rooms=10, points=2000, fewest=3, most=3)
    door, window = (scenes.classes.index(name) for name in ("door", "window"))
    assert all((scene.semantic == door).any() for scene in scenes.scenes)
    assert any((scene.semantic == window).any() for scene in scenes.scenes)
    tops = [scene.points[scene.semantic == door, 2].max() for scene in scenes.scenes]
    assert max(tops) < 2.06 and min(tops) > 1.5


def test_that_a_ceiling_is_there_only_when_asked_for(whole):
    above = made(**TINY | {"ceiling": True, "rooms": 2})
    assert "ceiling" not in whole.classes
    for scene in above.scenes:
        ceiling = scene.points[scene.semantic == above.classes.index("ceiling"), 2]
        assert len(ceiling) > 100 and ceiling.min() == pytest.approx(
            scene.points[:, 2].max(), abs=0.05
        )


def test_that_points_are_spread_by_area(whole):
    # The floor of a rectangular room against its walls, both by what their extents tell.
    scene = made(rooms=2, points=20000, l_shaped=0, noise=0).scenes[0]
    floor, wall = (scene.semantic == number for number in (0, 1))
    wide, deep = np.ptp(scene.points[floor], axis=0)[:2]
    tall = scene.points[wall, 2].max()
    solid = np.isin(scene.semantic, (1, 2, 3)).sum()  # doors and windows are cut out of the walls
    assert solid / floor.sum() == pytest.approx(2 * (wide + deep) * tall / (wide * deep), rel=0.05)


def test_that_the_same_seed_gives_the_same_rooms_and_another_others(whole):
    again, fewer = made(**TINY), made(**TINY | {"rooms": 2})
    other = made(**TINY | {"rooms": 2, "seed": 1})
    for mine, yours in zip(whole.scenes, again.scenes, strict=True):
        assert all(np.array_equal(getattr(mine, name), getattr(yours, name)) for name in ARRAYS)
    assert np.array_equal(fewer.scenes[0].points, whole.scenes[0].points)
    assert not np.array_equal(other.scenes[0].points, whole.scenes[0].points)


def test_that_a_room_of_twenty_thousand_points_takes_little_time():
    reading = source(rooms=4, points=20_000).read(Control())
    begun = time.process_time()
    ran(reading)
    assert (time.process_time() - begun) / 4 < 0.1


def test_that_every_kind_of_furniture_comes_up():
    scenes = made(rooms=60, points=1000)
    seen = {scenes.things[label] for scene in scenes.scenes for label in scene.labels}
    assert seen == set(THINGS)


def test_that_impossible_wishes_are_refused_and_making_can_be_stopped():
    with pytest.raises(ConfigError, match="more than the most"):
        source(fewest=5, most=4)
    control = Control()
    control.ask(Wish.DISCARD)
    with pytest.raises(Stopped):
        ran(source(**TINY).read(control))


# ---- what stands where


@pytest.mark.parametrize("seed", range(12))
def test_that_nothing_overlaps_and_everything_is_in_the_room(seed):
    plan, standing = furnished(seed)
    assert len(standing) >= 3
    places = footprints(standing)
    others = ~np.eye(len(places), dtype=bool)
    assert not overlapping(grown(places, 0.04), places)[others].any()
    assert not overlapping(places, plan.kept_free()).any()
    assert (np.abs(corners_of(places)) < plan.half).all()


@pytest.mark.parametrize("seed", range(12))
def test_that_big_furniture_has_its_back_to_a_wall_and_looks_into_the_room(seed):
    plan, standing = furnished(seed)
    for one in standing:
        if one.piece.kind in ("bed", "sofa", "desk", "wardrobe", "toilet", "bathtub"):
            x, y, length, _, heading = one.place
            back = np.array((x, y)) - length / 2 * np.array((np.cos(heading), np.sin(heading)))
            gaps = ((back - plan.corners) * plan.inward).sum(axis=1)
            facing = plan.inward @ (np.cos(heading), np.sin(heading))
            assert gaps[facing > 0.99].min() < 0.11


def test_that_most_chairs_stand_at_a_table_and_look_at_it():
    near, chairs = 0, 0
    for seed in range(30):
        _, standing = furnished(seed)
        hosts = [one for one in standing if one.piece.kind in SEATED_AT]
        for chair in (one for one in standing if one.piece.kind == "chair" and hosts):
            x, y, length, _, heading = chair.place
            reach = length / 2 + 0.25
            spot = np.array(
                [[x + reach * np.cos(heading), y + reach * np.sin(heading), 0.01, 0.01, 0]]
            )
            near += overlapping(spot, footprints(hosts)).any()
            chairs += 1
    assert chairs > 10 and near / chairs > 0.7


def test_that_footprints_overlap_as_calculated_by_hand():
    one = np.array([[0.0, 0, 2, 2, 0]])
    # A square turned by 45 degrees reaches sqrt(2) to the side.
    diamond = np.array([[x, 0.0, 2, 2, np.pi / 4] for x in (2.3, 2.5)])
    assert overlapping(one, diamond).tolist() == [[True, False]]
    # Its corner points away from the square's corner: the boxes around both touch, they do not.
    corner = np.array([[2.0, 2.0, 2, 2, np.pi / 4], [1.6, 1.6, 2, 2, np.pi / 4]])
    assert overlapping(one, corner).tolist() == [[False, True]]


@pytest.mark.parametrize("seed", range(8))
def test_that_an_l_shaped_plan_has_the_area_of_its_corners(seed):
    plan = draw_plan(dice(seed), l_shaped=True, scale=1.0)
    x, y = plan.corners.T
    area = (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2  # positive: counter-clockwise
    floor, *walls = plan.shell(ceiling=False)
    assert len(plan.corners) == len(walls) == 6
    assert face_areas(floor.vertices, floor.faces).sum() == pytest.approx(area)
    low_x, low_y, high_x, high_y = plan.missing
    assert area + (high_x - low_x) * (high_y - low_y) == pytest.approx(4 * plan.half.prod())
    for wall, inward in zip(walls, plan.inward, strict=True):
        a, b, c = wall.vertices[wall.faces[0]]
        assert np.cross(b - a, c - a)[:2] @ inward > 0


# ---- what is seen


def test_that_partial_rooms_are_part_of_the_whole_and_smaller(partly, whole):
    for part, all_of_it in zip(partly.scenes, whole.scenes, strict=True):
        assert 500 < len(part) <= 4000
        low, high = all_of_it.points.min(axis=0) - 0.1, all_of_it.points.max(axis=0) + 0.1
        assert ((part.points > low) & (part.points < high)).all()


def test_that_a_wall_hides_what_is_behind_it():
    rng = np.random.default_rng(0)
    screen = np.column_stack(
        [np.full(20000, 2.0), rng.uniform(-1, 1, 20000), rng.uniform(0, 2, 20000)]
    )
    behind = np.column_stack(
        [np.full(500, 3.0), rng.uniform(-0.9, 0.9, 500), rng.uniform(0.6, 1.4, 500)]
    )
    beside = behind + np.array((0, 3, 0))
    back = behind - (6, 0, 0)
    points = np.concatenate([screen, behind, beside, back]).astype(np.float32)
    camera = _looking(np.array([[0.0, 0, 1]]), np.array([[1.0, 0, 1]]))
    seen = seen_points(points, np.tile(np.float32([-1, 0, 0]), (len(points), 1)), camera)
    front, hidden, free, unseen = np.split(seen, (20000, 20500, 21000))
    assert front.mean() > 0.95
    assert hidden.mean() < 0.02
    assert not unseen.any()
    # At 3 metres a field of 80 degrees is 2.5 metres to each side.
    width = 3 * np.tan(np.radians(40))
    assert (
        free[beside[:, 1] < width - 0.1].mean() > 0.95
        and not free[beside[:, 1] > width + 0.1].any()
    )


# ---- boxes


def test_that_a_turned_box_holds_what_it_shall():
    box = np.array([1.0, 2, 0.5, 4, 1, 1, np.pi / 2])  # four metres along y
    points = np.array([(1, 3.9, 0.5), (1, 4.1, 0.5), (1.4, 2, 0.5), (1.6, 2, 0.5), (1, 2, 1.1)])
    assert inside(points, box).tolist() == [True, False, True, False, False]


def test_that_the_smallest_box_of_a_turned_brick_is_the_brick():
    signs = np.array([(i, j, k) for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)])
    brick = turned(signs * (2, 0.5, 1), 0.3) + np.array((5, -3, 1))
    assert around(brick, 0.3) == pytest.approx([5, -3, 1, 4, 1, 2, 0.3], abs=1e-6)
    assert around(brick, 0.3, 0.1)[3:6] == pytest.approx([4.2, 1.2, 2.2], abs=1e-6)


def test_that_instances_that_are_things_get_a_box_of_what_most_of_them_is():
    points = np.array([(0, 0, 0), (1, 2, 3), (5, 5, 5), (9, 9, 9), (6, 6, 6)], np.float32)
    semantic, instance = np.array([2, 2, 0, 1, -1]), np.array([4, 4, 4, 7, -1])
    boxes, labels = of_instances(points, semantic, instance, {2: 0})
    assert boxes.tolist() == [[2.5, 2.5, 2.5, 5, 5, 5, 0]] and labels.tolist() == [0]


# ---- the cache


def a_scene(name, points, boxes=1, colours=True, train=True):
    rng = np.random.default_rng(points)
    return Scene(
        name,
        rng.normal(size=(points, 3)).astype(np.float32),
        rng.integers(0, 255, (points, 3)).astype(np.uint8) if colours else None,
        rng.integers(-1, 3, points).astype(np.int16),
        rng.integers(-1, 2, points).astype(np.int32),
        rng.random((boxes, 7)).astype(np.float32),
        np.zeros(boxes, np.int16),
        train,
    )


def some_scenes():
    bare = replace(a_scene("ü", 3, 0, colours=False, train=False), annotated=False)
    scenes = (a_scene("a", 5), bare, a_scene("c", 7, 3))
    return Scenes(scenes, ("wall", "bed", "lamp"), ("bed",), "Ä title", ("one.",), made=True)


def test_that_scenes_of_any_size_come_back_from_the_cache_as_they_were(tmp_path):
    scenes = some_scenes()
    write_scenes(tmp_path / "s.h5", scenes)
    back = read_scenes(tmp_path / "s.h5")
    for one, other in zip(scenes.scenes, back.scenes, strict=True):
        for name in ARRAYS:
            mine, yours = getattr(one, name), getattr(other, name)
            assert (mine is None and yours is None) or (
                np.array_equal(mine, yours) and mine.dtype == yours.dtype
            )
        for name in ("name", "train", "annotated"):
            assert getattr(one, name) == getattr(other, name)
    for name in ("classes", "things", "title", "problems", "made"):
        assert getattr(back, name) == getattr(scenes, name)


def test_that_a_cache_is_read_once_and_can_be_stopped_at_every_scene(tmp_path, monkeypatch):
    choice = Choice.model_validate({"name": "rooms", "rooms": 3, "points": 1000})
    list(prepare_scenes(choice, Control()))
    read, checksum = [], store._checksum
    monkeypatch.setattr(
        store, "_checksum", lambda scene: read.append(scene.name) or checksum(scene)
    )
    data = Data(name="rooms", rooms=3, points=1000, validation=0.5)
    recipe = Choice(name="detect")
    task, _ = ran(Detect.open(Experiment(recipe=recipe, data=data), Control()))
    assert read == [scene.name for scene in task.scenes.scenes] and len(read) == 3
    control = Control()
    steps = prepare_scenes(choice, control)
    assert next(steps).detail.startswith("rooms-")
    control.ask(Wish.FINISH)
    with pytest.raises(Stopped):
        next(steps)
    scenes, events = ran(prepare_scenes(choice, Control()))
    assert len(scenes) == 3 and scenes.source is not None
    assert [event.kind for event in events].count("prepared") == 1


def test_that_one_scene_is_read_without_the_others(tmp_path):
    write_scenes(tmp_path / "s.h5", some_scenes())
    only = read_scenes(tmp_path / "s.h5", [2, 0])
    assert [scene.name for scene in only.scenes] == ["c", "a"]
    assert [len(scene.boxes) for scene in only.scenes] == [3, 1]
    for rows in ([3], [-1]):
        with pytest.raises(DataError, match="asked for"):
            read_scenes(tmp_path / "s.h5", rows)


@pytest.mark.parametrize("name", ARRAYS)
def test_that_one_changed_number_is_noticed(tmp_path, name):
    write_scenes(tmp_path / "s.h5", some_scenes())
    with h5py.File(tmp_path / "s.h5", "r+") as file:
        file[name][0] = file[name][0] + 1
    with pytest.raises(DataError, match="checksum"):
        read_scenes(tmp_path / "s.h5")


def test_that_a_cut_cache_is_made_anew_and_a_whole_one_left_alone():
    tiny = {"rooms": 2, "points": 1000}
    choice = Choice.model_validate({"name": "rooms", **tiny})
    path = cached_scenes("rooms", source(**tiny).fingerprint())
    *_, prepared = prepare_scenes(choice, Control())
    assert prepared.kind == "prepared" and prepared.path == str(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="damaged"):
        read_scenes(path)
    *_, prepared = prepare_scenes(choice, Control())
    assert len(read_scenes(path)) == 2
    again = list(prepare_scenes(choice, Control()))
    assert [event.kind for event in again] == ["phase", "phase", "prepared"]
    assert [event.fraction for event in again[:2]] == [0.5, 1]
    assert not list(path.parent.glob("*.tmp"))

"""Built-in streets: that rays meet what they should, and that picture, points and boxes tell the same story."""

import numpy as np
import pytest

from engine import registry
from engine.control import Control, Wish
from engine.datasets.drives.streets.blocks import (
    Paint,
    ball,
    box,
    diamond,
    placed,
    ring,
    solids,
    tube,
)
from engine.datasets.drives.streets.casting import GROUND, NOTHING, around_owners, look, shaded
from engine.datasets.drives.streets.light import Shares, draw_weather
from engine.datasets.drives.streets.making import CLASSES
from engine.datasets.drives.streets.plan import draw_plan
from engine.datasets.drives.streets.road import GRASS, PAVED, Road, is_marked
from engine.datasets.drives.streets.things import BUILDERS, THINGS
from engine.datasets.drives.streets.truth import truth
from engine.datasets.drives.streets.views import LASER_HEIGHT, camera, laser
from engine.datasets.shapes.catalogue import Dice
from engine.depth_labels import depth_labels
from engine.errors import ConfigError, Stopped
from engine.projected import commonest, nearest_points
from engine.projection import project
from engine.upright import inside
from tests.engine.stack_files import ran

GREY = Paint((128, 128, 128))
TINY = {"scenes": 8, "fewest": 3, "most": 8}
ARRAYS = (
    "image", "points", "of_points", "owner", "boxes", "labels", "solids", "depths", "ignored", "areas", "owners",
    "depth_map",
)  # fmt: skip
EYE = np.zeros(3)
AHEAD = (1.0, 0.0, 0.0)


def source(**settings):
    return registry.make("drives", "streets", settings)


def made(**settings):
    return ran(source(**settings).read(Control()))[0]


def dice(*seed):
    return Dice(np.random.PCG64(seed))


@pytest.fixture(scope="module")
def streets():
    return made(**TINY)


def seen(rows, ways, place=(10.0, 0.0, 0.0), ground=-100.0):
    """How far along each way the block of these rows is met, and which block."""
    blocks = placed([rows], [place], 0.0)
    rays = np.array(ways, np.float64)[None]
    rects = np.tile([0, 1, 0, len(ways)], (len(rows), 1))
    found = look(EYE, rays, blocks, rects, ground)
    return found.far[0], found.block[0]


# ---- rays


def test_that_a_ray_meets_the_near_side_of_a_cube_and_passes_beside_it():
    far, block = seen(
        [box((0, 0, 0), (2, 4, 6), GREY)], [AHEAD, (1, 0.2, 0), (1, 0.23, 0), (1, 0, 0.34)]
    )
    assert far[:2] == pytest.approx([9, 9]) and block.tolist() == [0, 0, NOTHING, NOTHING]


def test_that_a_turned_cube_is_met_at_its_corner():
    far, _ = seen([box((0, 0, 0), (2, 2, 2), GREY)], [AHEAD], (10, 0, np.pi / 4))
    assert far == pytest.approx([10 - np.sqrt(2)])


def test_that_a_tapered_cube_leans_back():
    # Its front comes in by one half size from bottom to top: at half its height by half of that. It looks away.
    rows = [box((0, 0, 0), (2, 2, 2), GREY, (0, 1, 0))]
    far, block = seen(rows, [AHEAD, (9.9, 0, 0.99), (9.1, 0, -0.98)])
    assert far[0] == pytest.approx(9.5)
    assert far[1] * 9.9 == pytest.approx(9.995, abs=0.01) and far[2] * 9.1 == pytest.approx(
        9, abs=0.02
    )
    assert (block == 0).all()


def test_that_balls_tubes_and_rings_are_met_where_they_are_round():
    assert seen([ball((0, 0, 0), (4, 2, 2), GREY)], [AHEAD])[0] == pytest.approx([8])
    upright = [tube((0, 0, -1), (0, 0, 1), 0.5, GREY)]
    far, block = seen(upright, [AHEAD, (10, 0.45, 0), (10, 0.55, 0), (10, 0, 1.2)])
    assert far[0] == pytest.approx(9.5) and block.tolist() == [0, 0, NOTHING, NOTHING]
    lying = [tube((-1, 0, 0), (1, 0, 0), 0.5, GREY)]
    far, block = seen(lying, [AHEAD, (9, 0.44, 0), (9, 0.56, 0)])
    assert far[:2] == pytest.approx([9, 1]) and block[2] == NOTHING
    wheel = [ring((0, 0, 0), 1.0, GREY)]
    _, block = seen(
        wheel, [(10, 0, 0), (10, 0.9, 0), (10, 0, 0.9), (10, 0, 1.1)], (10, 0, np.pi / 2)
    )
    assert block.tolist() == [NOTHING, 0, 0, NOTHING]
    _, block = seen([diamond((0, 0, 0), 2.0, 0.1, GREY)], [(10, 0, 1.35), (10, 0.8, 0.8)])
    assert block.tolist() == [0, NOTHING]


def test_that_the_nearest_is_seen_and_the_ground_below_all():
    rows = [box((3, 0, 0), (1, 1, 1), GREY), box((0, 0, 0), (1, 1, 1), GREY)]
    far, block = seen(rows, [AHEAD, (1, 0, -0.5), (1, 0, 0.5)], ground=-2.0)
    assert block.tolist() == [1, GROUND, NOTHING]
    assert far[0] == pytest.approx(9.5) and far[1] == pytest.approx(4) and np.isinf(far[2])


def test_that_the_sun_is_hidden_by_what_stands_in_its_way():
    blocks = placed(
        [[box((0, 0, 1), (2, 2, 2), GREY)], [ball((0, 0, 1), (1, 1, 1), GREY)]],
        [(10, 0, 0), (20, 9, 0)],
        0,
    )
    bounds = around_owners(blocks)
    assert bounds[:, 3] == pytest.approx(np.sqrt(3) * np.array((1, 0.5)))
    sun = (0.6, 0.0, 0.8)
    assert shaded(blocks, bounds, (8.0, 0.0, 0.0), sun, -1)
    assert not shaded(blocks, bounds, (12.0, 0.0, 0.0), sun, -1)  # on the sunny side
    assert not shaded(blocks, bounds, (8.0, 1.1, 0.0), sun, -1)
    assert not shaded(blocks, bounds, (8.0, 0.0, 0.0), sun, 0)  # nothing shades itself


def test_that_solids_hold_all_of_what_is_turned_and_leant():
    rng = np.random.default_rng(0)
    rows = [
        box((1, 0, 1), (1, 2, 2), GREY, lean=0.4),
        tube((0, 0, 0), (2, 1, 1), 0.3, GREY),
        ball((0, 3, 1), (1, 2, 1), GREY),
    ]
    (solid,) = solids([rows], [(5, -2, 0.7)], -1.5)
    blocks = placed([rows], [(5, -2, 0.7)], -1.5)
    for part in range(3):
        local = rng.uniform(-1, 1, (500, 3))
        if part:
            level = local[:, :2] if part == 1 else local
            local = local[np.linalg.norm(level, axis=1) <= 1]
        solid_points = local @ blocks.axes[part].T + blocks.centre[part]
        assert inside(solid_points, solid * (1, 1, 1, 1.0001, 1.0001, 1.0001, 1)).all()
    # The leaning cube reaches highest, the tube lowest: by its radius, as far as that is not along its length.
    low, high = -0.3 * np.sqrt(5 / 6), 1 + np.cos(0.4) + 0.5 * np.sin(0.4)
    assert solid[5] == pytest.approx(high - low, abs=1e-6)
    assert solid[6] == pytest.approx(0.7)


@pytest.mark.parametrize("eye", [camera(24, 40), laser(8, 32)], ids=["camera", "laser"])
@pytest.mark.parametrize("index", range(3))
def test_that_looking_only_where_a_block_can_be_finds_the_same_as_looking_everywhere(eye, index):
    pieces = draw_plan(dice(7, index), 6, 0.7).pieces
    blocks = placed([one.rows for one in pieces], [one.place for one in pieces], -LASER_HEIGHT)
    found = eye.see(blocks)
    everywhere = np.tile([0, eye.rays.shape[0], 0, eye.rays.shape[1]], (len(blocks.shape), 1))
    place = getattr(eye, "eye", EYE)
    whole = look(place, eye.rays, blocks, everywhere, -LASER_HEIGHT)
    assert np.array_equal(found.block, whole.block)
    assert np.array_equal(found.far, whole.far) and np.array_equal(found.whole, whole.whole)


def test_that_the_cameras_rays_end_in_their_own_pixels():
    eye = camera(24, 40)
    pixels, depth, before = project((eye.eye + 7 * eye.rays).reshape(-1, 3), eye.calibration)
    assert before.all() and depth == pytest.approx(7)
    grid = np.stack(np.meshgrid(np.arange(80), np.arange(48)), axis=2).reshape(-1, 2)
    np.testing.assert_allclose(pixels, (grid + 0.5) / 2, atol=1e-8)


def test_that_a_pixel_shows_what_most_of_its_rays_meet():
    # A wall that begins in the middle of the picture, and the ground before it.
    eye = camera(24, 40)
    rows = [box((0, 50, 20), (1, 100, 40), GREY)]
    blocks = placed([rows], [(20, 0, 0)], -LASER_HEIGHT)
    road = Road(0, 0, -3, 3, 9, np.nan, (0, 0), (2, 2), (PAVED, PAVED), np.nan, 0.1, (0.3,) * 3, 0)
    found = truth(eye, eye.see(blocks), blocks, road)
    assert (found.owner[2, :19] == 0).all() and (found.owner[2, 21:] == NOTHING).all()
    assert np.isinf(found.depth[2, 21:]).all()
    assert (found.owner[-1] == GROUND).all()
    # The ground is met where a pixel's middle says, for it is a plane.
    u, v = np.meshgrid(np.arange(40) + 0.5, [23.5])
    back = np.linalg.inv(eye.calibration.whole[:, :3])
    ways = np.stack([u, v, np.ones_like(u)], axis=2)[0] @ back.T
    assert found.depth[-1] == pytest.approx((-LASER_HEIGHT - eye.eye[2]) / ways[:, 2])
    assert found.share.tolist() == [1]


def test_that_lines_lie_where_the_road_says():
    road = Road(
        0.1, 0.0, -3, 5, 1.7, np.nan, (0.0, 2.2), (2, 2), (GRASS, PAVED), 30.0, 0.1, (0.3,) * 3, 0
    )
    assert is_marked(road, 1.0, 0.1 + 1.7)  # three metres painted
    assert not is_marked(road, 3.2, 0.32 + 1.7)  # three and a half bare
    assert not is_marked(road, 1.0, 0.1 + 1.9)
    assert is_marked(road, 3.2, 0.32 + 2.8)  # the parking strip's edge
    assert not is_marked(road, 3.2, 0.32 + 5.1)  # the pavement
    bars = [is_marked(road, 31.0, 3.1 + side) for side in np.arange(-2.75, 5, 0.5)]
    assert bars == [False, True] * 8


# ---- what a street is


def test_that_streets_are_frames_as_they_should_be(streets):
    assert len(streets) == 8 and streets.made and streets.things == THINGS
    assert streets.classes == CLASSES and streets.classes[: len(THINGS)] == THINGS
    assert source().counts(source().settings) == (len(CLASSES), len(THINGS))
    assert [one.train for one in streets.frames] == [True] * 7 + [False]
    for one in streets.frames:
        count = len(one.boxes)
        assert one.image.shape == (96, 160, 3) and one.image.dtype == np.uint8
        assert one.points.dtype == np.float32 and one.points.shape[1] == 4
        assert (one.of_points.dtype, one.owner.dtype) == (np.int16, np.int32)
        assert one.solids.shape == (count, 7) and one.depths.shape == one.labels.shape == (count,)
        assert one.areas.dtype == one.owners.dtype == np.int16 and one.depth_map.dtype == np.float32
        assert 2000 < len(one) <= 32 * 256
        assert one.points[:, 3].min() >= 0 and one.points[:, 3].max() <= 1
        assert one.of_points.min() >= 0  # the sky sends nothing back
        assert one.owner.max() < count and one.owners.max() < count


def test_that_boxes_hold_exactly_the_pixels_of_their_things(streets):
    for one in streets.frames:
        for row, (left, top, right, bottom) in enumerate(one.boxes.astype(int)):
            rows, columns = np.nonzero(one.owners == row)
            assert len(rows) >= 12
            assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (
                left,
                top,
                right,
                bottom,
            )
            assert (one.areas[rows, columns] == one.labels[row]).all()


def test_that_the_sky_is_of_no_class_and_without_end(streets):
    for one in streets.frames:
        assert np.array_equal(one.areas == -1, np.isinf(one.depth_map))
        assert one.depth_map.min() > 1


def test_that_points_fall_on_the_pixels_of_their_things(streets):
    right = total = 0
    for one in streets.frames:
        pixels, _, before = project(one.points, one.calibration)
        column, row = np.floor(pixels).astype(int).T
        kept = before & (column >= 0) & (column < 160) & (row >= 0) & (row < 96) & (one.owner >= 0)
        right += (one.owners[row[kept], column[kept]] == one.owner[kept]).sum()
        total += kept.sum()
    assert total > 1000 and right / total >= 0.95


def test_that_points_are_of_the_class_that_the_picture_shows_there(streets):
    for one in streets.frames:
        shown = nearest_points(one.points, one.calibration, (96, 160))
        there = shown >= 0
        same = one.of_points[shown[there]] == one.areas[there]
        assert there.mean() > 0.15 and same.mean() > 0.9


def test_that_solids_hold_the_points_of_their_things_and_of_no_other_but_the_ground(streets):
    ground = [CLASSES.index(name) for name in ("ground", "lane mark")]
    for one in streets.frames:
        for row, solid in enumerate(one.solids):
            own = one.points[one.owner == row]
            assert not len(own) or inside(own[:, :3], solid).mean() > 0.9
            strangers = inside(one.points[:, :3], solid) & (one.of_points != one.labels[row])
            strangers &= ~np.isin(one.of_points, ground)
            assert strangers.sum() <= 0.05 * len(own)


def test_that_three_tellings_of_a_depth_agree(streets):
    for one in streets.frames:
        median = depth_labels(one, "median")
        for row, solid in enumerate(one.solids):
            near = np.median(one.depth_map[one.owners == row])
            half = np.linalg.norm(solid[3:5]) / 2
            assert abs(near - one.depths[row]) <= half + 0.1
            if np.isfinite(median[row]):
                assert abs(median[row] - one.depths[row]) <= half + 0.1
    centre = np.array([*one.solids[0, :3], 1]) if len(one.solids) else np.array((9.0, 0, 0, 1))
    assert one.calibration.whole[2] @ centre == pytest.approx(
        one.depths[0] if len(one.depths) else 9 - 0.27, abs=0.1
    )


def test_that_what_is_hardly_seen_is_to_be_ignored_and_nobodys():
    crowded = made(scenes=6, fewest=14, most=16, seed=3)
    ignored = [tuple(box) for one in crowded.frames for box in one.ignored]
    assert ignored
    for one in crowded.frames:
        for left, top, right, bottom in one.ignored.astype(int):
            part = slice(top, bottom), slice(left, right)
            nobodys = (
                (one.owners[part] == -1) & (one.areas[part] >= 0) & (one.areas[part] < len(THINGS))
            )
            assert nobodys.any()


def test_that_every_thing_comes_up_and_boxes_are_as_many_and_as_large_as_in_a_street():
    many = made(scenes=40, rays_down=4, rays_across=16)
    labels = np.concatenate([one.labels for one in many.frames])
    assert set(labels.tolist()) == set(range(len(THINGS)))
    assert 3 < len(labels) / 40 < 6
    assert commonest(many)[0] == THINGS.index("car")
    boxes = np.concatenate([one.boxes for one in many.frames])
    sizes = np.sqrt((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))
    low, middle, high = np.percentile(sizes, [5, 50, 95])
    assert 4 < low < 7 and 8 < middle < 13 and 25 < high < 55


# ---- wishes


def test_that_the_same_seed_gives_the_same_streets_and_another_others(streets):
    again, other = made(**TINY), made(**TINY | {"scenes": 2, "seed": 1})
    fewer = made(**TINY | {"scenes": 2})
    for mine, yours in zip(streets.frames, again.frames, strict=True):
        assert all(np.array_equal(getattr(mine, name), getattr(yours, name)) for name in ARRAYS)
        assert mine.name == yours.name
    assert np.array_equal(fewer.frames[0].image, streets.frames[0].image)
    assert not np.array_equal(other.frames[0].image, streets.frames[0].image)


def test_that_weather_changes_the_light_and_not_what_stands_there(streets):
    dark, foggy, wet = (
        made(**TINY | {"scenes": 3, "fog": 0, "rain": 0, "night": 0} | sort)
        for sort in ({"night": 1}, {"fog": 1}, {"rain": 1})
    )
    clear = made(**TINY | {"scenes": 3, "fog": 0, "rain": 0, "night": 0})
    for sort, weather in (("night", dark), ("fog", foggy), ("rain", wet)):
        for one, other in zip(clear.frames, weather.frames, strict=True):
            assert np.array_equal(one.boxes, other.boxes) and np.array_equal(one.areas, other.areas)
            assert other.name.endswith(f"_{sort}") and one.name.startswith("street_000")
            assert "_".join(one.name.split("_")[2:]) == ""
    assert np.mean([one.image.mean() for one in dark.frames]) < 0.75 * np.mean(
        [one.image.mean() for one in clear.frames]
    )
    assert np.mean([one.image.std() for one in foggy.frames]) < np.mean(
        [one.image.std() for one in clear.frames]
    )
    assert sum(map(len, foggy.frames)) < sum(map(len, wet.frames)) < sum(map(len, clear.frames))


def test_that_shares_of_weather_are_kept():
    drawn = [draw_weather(Shares(fog=0.2, rain=0.3, night=0.4), dice(4, n)) for n in range(2000)]
    assert np.mean([one.sky == "fog" for one in drawn]) == pytest.approx(0.2, abs=0.04)
    assert np.mean([one.sky == "rain" for one in drawn]) == pytest.approx(0.3, abs=0.04)
    assert np.mean([one.night for one in drawn]) == pytest.approx(0.4, abs=0.05)
    assert {one.words for one in drawn} >= {(), ("night",), ("fog",), ("night", "rain")}


def test_that_pictures_of_any_size_show_the_same_street():
    small, large = (
        made(scenes=2, height=h, width=w, night=0, fog=0, rain=0) for h, w in ((48, 80), (96, 160))
    )
    for one, other in zip(small.frames, large.frames, strict=True):
        shrunk = other.image.reshape(48, 2, 80, 2, 3).mean(axis=(1, 3))
        assert np.corrcoef(one.image.ravel(), shrunk.ravel())[0, 1] > 0.97
        assert np.array_equal(one.points, other.points)


def test_that_a_street_without_things_has_no_boxes():
    empty = made(scenes=2, fewest=0, most=0)
    for one in empty.frames:
        assert (
            one.boxes.shape == (0, 4) and one.solids.shape == (0, 7) and one.ignored.shape == (0, 4)
        )
        assert (one.owner == -1).all() and (one.owners == -1).all()


@pytest.mark.parametrize("name", THINGS)
def test_that_things_have_the_sizes_of_such_things_and_stand_on_the_ground(name):
    low, high = {
        "car": ((3.5, 1.65, 1.4), (5.0, 2.2, 2.1)),
        "truck": ((5.7, 2.2, 2.3), (9.3, 3.0, 3.6)),
        "pedestrian": ((0.2, 0.4, 1.15), (1.2, 1.1, 2.4)),
        "cyclist": ((1.6, 0.4, 1.6), (1.9, 0.7, 1.9)),
        "sign": ((0.02, 0.55, 0.55), (0.06, 1.35, 1.0)),
    }[name]
    for seed in range(20):
        (solid,) = solids([BUILDERS[name](dice(seed))], [(0, 0, 0)], 0.0)
        assert (solid[3:6] >= low).all() and (solid[3:6] <= high).all()
        if name != "sign":
            assert -0.01 <= solid[2] - solid[5] / 2 < 0.05


def test_that_impossible_wishes_are_refused_and_making_can_be_stopped():
    with pytest.raises(ConfigError, match="more than the most"):
        source(fewest=5, most=4)
    with pytest.raises(ConfigError, match="more than all streets"):
        source(fog=0.6, rain=0.6)
    control = Control()
    control.ask(Wish.DISCARD)
    with pytest.raises(Stopped):
        ran(source(**TINY).read(control))


def test_that_the_fingerprint_changes_with_any_wish():
    assert source().fingerprint() == source().fingerprint()
    prints = {
        source(**{name: value}).fingerprint()
        for name, value in (("seed", 1), ("fog", 0.1), ("width", 64))
    }
    assert len(prints | {source().fingerprint()}) == 4

"""The built-in shapes: their parts, their meshes, and the data set made of them."""

import numpy as np
import pytest

from engine import registry
from engine.control import Control
from engine.datasets import shapes
from engine.datasets.shapes import KINDS, KNOWN, Shapes, catalogue, make_cloud, make_mesh
from engine.datasets.shapes import parts as part
from engine.datasets.shapes.mesh import copies, join
from engine.errors import Stopped
from engine.formats.surface import face_areas

MODELNET40 = [
    "airplane",
    "bathtub",
    "bed",
    "bench",
    "bookshelf",
    "bottle",
    "bowl",
    "car",
    "chair",
    "cone",
    "cup",
    "curtain",
    "desk",
    "door",
    "dresser",
    "flower_pot",
    "glass_box",
    "guitar",
    "keyboard",
    "lamp",
    "laptop",
    "mantel",
    "monitor",
    "night_stand",
    "person",
    "piano",
    "plant",
    "radio",
    "range_hood",
    "sink",
    "sofa",
    "stairs",
    "stool",
    "table",
    "tent",
    "toilet",
    "tv_stand",
    "vase",
    "wardrobe",
    "xbox",
]

PARTS = {
    "box": part.box((1, 2, 3), taper=0.5),
    "box with soft edges": part.box((1, 2, 3), bevel=0.1),
    "cylinder": part.cylinder(1, 2),
    "lathe": part.lathe([(1, 0), (0.3, 1), (0, 2)]),
    "ring": part.lathe([(2, 0), (2, 1), (1, 1), (1, 0)], closed=True),
    "hollow": part.hollow([(0.5, 0), (1, 1)], 0.1),
    "ellipsoid": part.ellipsoid((1, 2, 3)),
    "tube": part.tube([(0, 0, 0), (0, 1, 1), (0, 2, 0)], 0.1),
    "rod": part.rod((0, 0, 0), (1, 2, 3), 0.1, 0.5),
    "bar": part.bar((0, 0, 0), (3, 0, 0.1), 0.1),
    "wall": part.wall([(0, 0), (1, 0.5), (2, 0)], 0.1, 2),
    "hull": part.hull([(0, 1, 0, 1), (1, 2, 0, 2), (2, 1, 0, 1)]),
}


def volume(mesh):
    """Enclosed volume by the divergence theorem; positive when the winding is outward."""
    a, b, c = np.moveaxis(mesh.vertices[mesh.faces], 1, 0)
    return np.einsum("fd,fd->", a, np.cross(b, c)) / 6


def leak(mesh):
    """Length of the sum of all area vectors by the area: 0 for closed surfaces."""
    a, b, c = np.moveaxis(mesh.vertices[mesh.faces], 1, 0)
    crosses = np.cross(b - a, c - a)
    return np.linalg.norm(crosses.sum(axis=0)) / np.linalg.norm(crosses, axis=1).sum()


def distances(points, mesh):
    """From each point to the nearest triangle of a mesh, (P,): projected inside, else to an edge."""
    a, b, c = (corner[None] for corner in np.moveaxis(mesh.vertices[mesh.faces], 1, 0))
    p = points[:, None]
    normal = np.cross(b - a, c - a)
    length = np.linalg.norm(normal, axis=-1)
    flat = length < 1e-12
    unit = normal / np.where(flat, 1, length)[..., None]
    inside = ~np.broadcast_to(flat, (len(points), flat.shape[1])).copy()
    to_edge = np.full(inside.shape, np.inf)
    for start, end in ((a, b), (b, c), (c, a)):
        edge = end - start
        inside &= (
            np.einsum(
                "pfd,pfd->pf", np.cross(edge, p - start), np.broadcast_to(unit, (*inside.shape, 3))
            )
            >= 0
        )
        along = np.einsum("pfd,pfd->pf", p - start, np.broadcast_to(edge, (*inside.shape, 3)))
        share = np.clip(along / np.maximum((edge**2).sum(-1), 1e-30), 0, 1)
        to_edge = np.minimum(to_edge, np.linalg.norm(p - start - share[..., None] * edge, axis=-1))
    to_plane = np.abs(((p - a) * unit).sum(-1))
    return np.where(inside, to_plane, to_edge).min(axis=1)


def made(**settings):
    """All clouds of a small data set."""
    reading = Shapes(Shapes.Settings(**settings)).read(Control())
    events = []
    while True:
        try:
            events.append(next(reading))
        except StopIteration as end:
            return end.value, events


@pytest.mark.parametrize("name", PARTS)
def test_that_every_part_is_closed_and_faces_outward(name):
    mesh = PARTS[name]
    assert leak(mesh) < 1e-12
    assert volume(mesh) > 0


def test_that_parts_have_the_volumes_calculated_by_hand():
    assert volume(part.box((1, 2, 3))) == pytest.approx(6)
    # A pyramid cut off at half: the mean of 1, 1/2 and 1/4 of the floor times the height.
    assert volume(part.box((1, 2, 3), taper=0.5)) == pytest.approx(6 * 1.75 / 3)
    assert volume(part.cylinder(1, 2, sides=400)) == pytest.approx(2 * np.pi, rel=1e-3)
    assert volume(part.bar((0, 0, 0), (0, 3, 4), 0.2)) == pytest.approx(5 * 0.04)
    ring = part.lathe([(2, 0), (2, 1), (1, 1), (1, 0)], closed=True, sides=400)
    assert volume(ring) == pytest.approx(3 * np.pi, rel=1e-3)


def test_that_a_box_has_the_area_calculated_by_hand():
    box = part.box((1, 2, 3))
    assert face_areas(box.vertices, box.faces).sum() == pytest.approx(2 * (1 * 2 + 1 * 3 + 2 * 3))


def test_that_moving_turning_and_mirroring_keep_the_volume():
    box = part.box((1, 2, 3), taper=0.5)
    for changed in (box.move(1, 2, 3), box.turn("x", 37), box.turn("y", 37), box.mirror("y")):
        assert volume(changed) == pytest.approx(volume(box))
    assert volume(box.scale(2, 3, 4)) == pytest.approx(24 * volume(box))
    assert volume(copies(box, [(0, 0, 0), (9, 0, 0)])) == pytest.approx(2 * volume(box))
    assert volume(join([box, box.move(9)])) == pytest.approx(2 * volume(box))


def test_that_a_quarter_turn_goes_counter_clockwise():
    tip = part.box((0.1, 0.1, 0.1)).move(x=1)
    assert tip.turn("z", 90).vertices.mean(axis=0) == pytest.approx([0, 1, 0.05])
    assert tip.turn("y", 90).vertices.mean(axis=0)[2] == pytest.approx(-1)


def test_that_a_smooth_curve_passes_through_its_points():
    points = np.array([(0, 0), (1, 2), (3, 1), (4, 4)])
    assert part.smooth(points, 31)[::10] == pytest.approx(points)


def test_that_the_forty_kinds_are_those_of_modelnet40():
    assert sorted(KINDS) == MODELNET40
    assert set(KNOWN) < set(KINDS)
    assert len(KNOWN) == 10


@pytest.mark.parametrize("kind", MODELNET40)
def test_that_every_kind_makes_closed_meshes_on_the_floor(kind):
    for index in range(20):
        mesh = make_mesh(kind, 5, index)
        low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
        assert np.isfinite(mesh.vertices).all()
        assert leak(mesh) < 1e-9
        assert volume(mesh) > 0
        assert low[2] == pytest.approx(0, abs=1e-12)
        assert low[:2] == pytest.approx(-high[:2])


@pytest.mark.parametrize("kind", MODELNET40)
def test_that_a_shape_depends_on_its_seed_kind_and_index_alone(kind):
    cloud = make_cloud(kind, 0, 3, 64)
    make_cloud(kind, 0, 1, 64)
    assert (make_cloud(kind, 0, 3, 64) == cloud).all()
    for other in (make_mesh(kind, 0, 4), make_mesh(kind, 1, 3)):
        mesh = make_mesh(kind, 0, 3)
        same = mesh.vertices.shape == other.vertices.shape
        assert not same or np.abs(mesh.vertices - other.vertices).max() > 1e-3


@pytest.mark.parametrize("kind", ["chair", "airplane", "lamp"])
def test_that_every_point_lies_on_the_mesh(kind, monkeypatch):
    monkeypatch.setattr(catalogue, "normalised", lambda points: points)
    for count in (10, 40):
        points = make_cloud(kind, 2, 6, count).astype(float)
        assert distances(points, make_mesh(kind, 2, 6)).max() < 1e-5


def test_that_chairs_have_their_backs_behind_and_sofas_face_along_x():
    for kind, axis in (("chair", 1), ("sofa", 0)):
        clouds = np.stack([make_cloud(kind, 0, index, 500) for index in range(20)])
        upper = clouds[..., 2] > np.quantile(clouds[..., 2], 0.8, axis=1, keepdims=True)
        assert (clouds[..., axis][upper] > 0).mean() > 0.6


@pytest.fixture(scope="module")
def small():
    """Six shapes of each kind, 32 points each, with the events told meanwhile."""
    return made(per_kind=6, points=32)


def test_that_every_cloud_is_centred_with_radius_one(small):
    clouds, _ = small
    assert clouds.points.shape == (240, 32, 3)
    assert clouds.points.dtype == np.float32
    assert np.abs(clouds.points.mean(axis=1, dtype=float)).max() < 1e-6
    assert np.linalg.norm(clouds.points, axis=2).max(axis=1) == pytest.approx(
        np.ones(240), abs=1e-6
    )


def test_that_each_kind_is_split_by_the_share_kept_for_the_test(small):
    clouds, _ = small
    assert clouds.labels.dtype == np.int64
    for kind in clouds.kinds:
        rows = clouds.of_kind(kind)
        assert len(rows) == 6
        assert np.count_nonzero(~clouds.train[rows]) == 2
        assert all(clouds.names[row].startswith(f"{kind}_0") for row in rows)
    assert len(set(clouds.names)) == 240
    assert clouds.kinds == tuple(MODELNET40)
    assert clouds.known == KNOWN
    assert clouds.made


@pytest.mark.parametrize(("share", "tests"), [(0.01, 1), (0.5, 2), (0.99, 3)])
def test_that_no_split_is_ever_empty(share, tests):
    clouds, _ = made(per_kind=4, points=16, test_share=share)
    assert np.count_nonzero(~clouds.train) == 40 * tests


def test_that_each_kind_is_told_before_it_is_made(small):
    _, events = small
    assert [event.detail for event in events] == MODELNET40
    assert [event.fraction for event in events] == pytest.approx(np.arange(40) / 40)


def test_that_the_same_settings_give_the_same_clouds(small):
    again, _ = made(per_kind=6, points=32)
    assert (again.points == small[0].points).all()


def test_that_fewer_shapes_are_the_first_of_more(small):
    fewer, _ = made(per_kind=2, points=32)
    assert (fewer.points[:2] == small[0].points[:2]).all()


def test_that_discarding_stops_between_two_kinds():
    control = Control()
    reading = Shapes(Shapes.Settings(per_kind=2, points=16)).read(control)
    next(reading)
    control.ask("discard")
    with pytest.raises(Stopped):
        next(reading)


def test_that_the_fingerprint_changes_with_any_setting_and_the_version(monkeypatch):
    changes = ({}, {"per_kind": 61}, {"test_share": 0.5}, {"points": 512}, {"seed": 1})
    prints = [Shapes(Shapes.Settings(**change)).fingerprint() for change in changes]
    assert prints[0] == Shapes(Shapes.Settings()).fingerprint()
    monkeypatch.setattr(shapes, "VERSION", shapes.VERSION + 1)
    prints.append(Shapes(Shapes.Settings()).fingerprint())
    assert len(set(prints)) == len(prints)


def test_that_the_data_set_is_found_by_its_name():
    assert registry.get("dataset", "shapes") is Shapes

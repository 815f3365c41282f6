"""What the package brings for the menus of a desktop, and that all it asks for is in it."""

import re
import tomllib
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from engine.places import resource

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DESKTOP = ROOT / "resources" / "desktop"


@pytest.fixture
def entry():
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(DESKTOP / "pcd-workbench.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


@pytest.fixture
def component():
    return ElementTree.parse(DESKTOP / "pcd-workbench.metainfo.xml").getroot()


def test_that_the_entry_starts_the_command_that_is_installed(entry):
    assert entry["Exec"] in PROJECT["project"]["gui-scripts"]
    assert entry["Type"] == "Application"
    assert entry["Terminal"] == "false"
    for several in ("Categories", "Keywords"):
        assert entry[several].endswith(";")


def test_that_windows_are_grouped_under_the_entry(entry):
    text = (ROOT / "workbench" / "app.py").read_text(encoding="utf-8")
    assert f'setDesktopFileName("{entry["Icon"]}")' in text
    assert entry["StartupWMClass"] == entry["Icon"] == "pcd-workbench"


def test_that_each_file_goes_where_desktops_look():
    shared = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert {Path(target).parent.as_posix() for target in shared.values()} == {
        "share/applications",
        "share/icons/hicolor/scalable/apps",
        "share/metainfo",
    }
    assert all((ROOT / source).is_file() for source in shared)


def test_that_the_icon_shows_teacher_student_and_stranger(qapp: QGuiApplication):
    renderer = QSvgRenderer(str(DESKTOP / "pcd-workbench.svg"))
    assert renderer.isValid()
    image = QImage(128, 128, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    assert image.pixelColor(0, 0).alpha() == 0, "rounded corners"
    places = {(50, 50): "#b79bff", (91, 69): "#37d6be", (45, 110): "#ffa040", (45, 97): "#161a1e"}
    for place, colour in places.items():
        assert image.pixelColor(*place).name() == colour


def test_that_software_centres_read_the_same_facts(component, entry):
    def told(tag: str) -> str:
        return component.findtext(tag) or ""

    assert component.get("type") == "desktop-application"
    assert told("launchable") == "pcd-workbench.desktop"
    assert told("name") == entry["Name"]
    assert told("summary") == entry["Comment"]
    assert told("project_license") == PROJECT["project"]["license"]
    newest = component.find("releases/release")
    assert newest is not None
    assert newest.get("version") == PROJECT["project"]["version"]
    commands = {node.text for node in component.findall("provides/binary")}
    project = PROJECT["project"]
    assert commands == {*project["gui-scripts"], *project["scripts"]}


def test_that_every_resource_the_program_asks_for_by_name_is_there():
    asked = set()
    for package in ("engine", "workbench"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            for parts in re.findall(r'\bresource\(((?:"[^"]+"(?:, )?)+)\)', text):
                asked.add(tuple(re.findall(r'"([^"]+)"', parts)))
    assert ("words.toml",) in asked
    assert [parts for parts in asked if not resource(*parts).exists()] == []
    forced = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert forced == {"resources": "engine/resources"}, "where `resource` looks when installed"

"""What to type for several processes: shown where there are several, and copied whole."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from engine.experiment import Experiment
from workbench.views.launch_lines import LaunchLines


def draft(processes):
    return Experiment().with_values(**{"training.processes": processes})


def test_that_one_process_needs_no_command(qtbot):
    lines = LaunchLines()
    qtbot.addWidget(lines)
    lines.show_draft(draft(1), "run.toml")
    assert lines.isHidden()


def test_that_the_commands_name_the_file_and_how_many_and_can_be_copied(qtbot):
    lines = LaunchLines()
    qtbot.addWidget(lines)
    lines.show_draft(draft(2), "My run.toml")
    assert not lines.isHidden()
    qtbot.mouseClick(lines.copy, Qt.MouseButton.LeftButton)
    one, _, more = QGuiApplication.clipboard().text().split("\n")
    assert one == "torchrun --standalone --nproc-per-node 2 -m engine run 'My run.toml'"
    assert "--nnodes 2" in more and more.endswith("--nproc-per-node 2 -m engine run 'My run.toml'")

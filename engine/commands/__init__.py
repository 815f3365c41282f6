"""What can be asked of the engine at a terminal: each command beside its options."""

from engine.commands.judging import add_evaluate, add_report
from engine.commands.learning import add_image_teacher, add_resume, add_run, add_sweep
from engine.commands.moving import add_export_kitti, add_import, add_schema

# In the order in which --help lists them.
ADDERS = (
    add_run,
    add_resume,
    add_image_teacher,
    add_evaluate,
    add_export_kitti,
    add_import,
    add_report,
    add_sweep,
    add_schema,
)

__all__ = ["ADDERS"]

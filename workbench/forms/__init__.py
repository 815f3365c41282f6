"""Forms made from schemas: read_fields() says what there is to set, Form shows it."""

from workbench.forms.editor import leave_undo_to_the_page
from workbench.forms.fields import Field, read_fields, shown
from workbench.forms.form import Form, look_up

__all__ = ["Field", "Form", "leave_undo_to_the_page", "look_up", "read_fields", "shown"]

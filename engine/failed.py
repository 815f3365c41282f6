"""Turns any exception into a Failed event: a sentence to show, the details behind it."""

import traceback

from engine.errors import EngineError
from engine.events import Failed

_MEMORY = ("OutOfMemoryError", "MemoryError")


def failed(error: BaseException) -> Failed:
    """The event for this error. Out of memory becomes advice; the unexpected keeps its traceback as detail."""
    if isinstance(error, EngineError):
        return Failed(sentence=error.sentence)
    detail = "".join(traceback.format_exception(error))
    if type(error).__name__ in _MEMORY or "can't allocate memory" in str(error):
        return Failed(
            sentence="The device ran out of memory. The last checkpoint is not harmed. "
            "Choose half the batch size, or fewer points, and start again.",
            detail=detail,
        )
    return Failed(
        sentence=f"Something unexpected went wrong ({type(error).__name__}: {error}). "
        "What was saved before is not harmed; the details say where it happened.",
        detail=detail,
    )

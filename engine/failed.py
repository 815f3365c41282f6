"""Turns any exception into a Failed event: a sentence to show, the details behind it."""

import traceback

from engine.errors import EngineError
from engine.events import Failed
from engine.words import say


def failed(error: BaseException) -> Failed:
    """The event for this error. Out of memory becomes advice; the unexpected keeps its traceback as detail."""
    if isinstance(error, EngineError):
        return Failed(sentence=error.sentence)
    detail = "".join(traceback.format_exception(error))
    if _is_memory(error):
        return Failed(
            sentence=say(
                "The device ran out of memory. The last checkpoint is not harmed. Choose half the batch "
                "size, or fewer points, and start again."
            ),
            detail=detail,
        )
    if isinstance(error, OSError):
        return Failed(
            sentence=say(
                "A file could not be read or written ({error}). What was saved before is not harmed. See "
                "to the disk's room and rights, then try again.",
                error=error,
            ),
            detail=detail,
        )
    return Failed(
        sentence=say(
            "Something unexpected went wrong ({name}: {error}). What was saved before is not harmed; the "
            "details say where it happened.",
            name=type(error).__name__,
            error=error,
        ),
        detail=detail,
    )


def _is_memory(error: BaseException) -> bool:
    """torch is not imported for this: its errors are known by name and words."""
    return (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"
        or "can't allocate memory" in str(error)
    )

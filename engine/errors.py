"""Errors whose text is a sentence fit to show to a person: what happened, what was not harmed, what to do."""


class EngineError(Exception):
    """Anything the engine refuses or fails to do, as a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ConfigError(EngineError):
    """An experiment that cannot be run as it is written."""


class FormatError(EngineError):
    """A file that is not what its name says, or is damaged."""


class DataError(EngineError):
    """A data set that cannot be opened or used for this experiment."""


class RunError(EngineError):
    """A run folder that is missing, damaged, or in use by another process."""


class DeviceError(EngineError):
    """A device that is absent or out of memory."""


class Stopped(EngineError):
    """A wish, not an error: finish or discard was asked for; raised to leave long phases."""


class Left(BaseException):  # no Exception, so that nothing on the way takes it for a failure
    """The window went away while the engine waited with everything saved; there is no one to tell more."""

"""What can be asked about a thing that somebody brings, and what can be taught from it. No torch here."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

MOST_EXAMPLES = 100
UPS = ("z", "y", "x", "-z", "-y", "-x")


class Asking(BaseModel):
    """A file, how it stands (`up`: one of UPS, empty: to be guessed; `quarter`: turns of 90 degrees about it), and the
    run that answers (None: the `preferred` one, else the bundled one)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    file: Path
    run: Path | None = None
    up: str = Field("", pattern=f"^({'|'.join(UPS)})?$")
    quarter: int = Field(0, ge=0, le=3)


class Lesson(BaseModel):
    """A kind by name, the arrays that answers named (its examples), and the run whose copy learns it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    run: Path
    kind: str = Field(min_length=1, max_length=40)
    examples: tuple[Path, ...] = Field(min_length=1, max_length=MOST_EXAMPLES)

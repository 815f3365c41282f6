"""What a run is: pydantic models to and from TOML. A preset, an example and a run's own file are the same thing."""

import tomllib
from pathlib import Path
from typing import Any, Literal, Self

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from engine.errors import ConfigError
from engine.protocols import STANDARD, titles
from engine.registry import Settings, explain
from engine.usual_weights import USUAL_WEIGHTS
from engine.words import say

UNTITLED = say("Untitled run")
LONGEST_NAME = 80  # of a run
# Bytes of a file: the time to read dotted keys grows with the square of their length.
_LONGEST = 128 << 10


class Choice(BaseModel):
    """A registered thing by name, with its own settings beside it; `net = "x"` is short for `net.name = "x"`."""

    model_config = ConfigDict(extra="allow", frozen=True)
    name: str

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value

    @property
    def settings(self) -> dict[str, Any]:
        """The thing's own settings."""
        return dict(self.model_extra or {})


class Data(Choice):
    """Which data set, and which of its kinds are known. The settings of the data set itself stand beside."""

    name: str = Field("shapes", title=say("Data set"))
    known: tuple[str, ...] = Field(
        (), title=say("Known kinds"), description=say("Empty: the data set's own choice.")
    )
    validation: float = Field(
        0.1,
        gt=0,
        lt=0.9,
        title=say("Held back for checking"),
        description=say("Share of the training clouds, per kind."),
    )
    protocol: str = Field(
        STANDARD,
        title=say("Who is tested"),
        description=say("Which kinds are known and which strangers are tested."),
        json_schema_extra={"enum": list(titles()), "labels": list(titles().values())},
    )
    split_seed: int = Field(
        -1,
        ge=-1,
        lt=2**31,
        title=say("Seed of the split"),
        description=say(
            "Which clouds are held back, and which strangers are drawn. -1: the run’s own seed."
        ),
    )
    known_count: int = Field(
        10,
        ge=2,
        title=say("Kinds to draw"),
        description=say("How many are known, where they are drawn."),
    )
    known_seed: int = Field(
        7,
        ge=0,
        lt=2**31,
        title=say("Seed of the draw"),
        description=say("Decides which kinds are known."),
    )

    shots: int = Field(
        0,
        ge=0,
        le=100_000,
        title=say("Clouds of each kind"),
        description=say("Learn from only so many of each known kind, drawn by seed. 0: all."),
        json_schema_extra={"term": "shots"},
    )

    @field_validator("protocol")
    @classmethod
    def _is_one(cls, value: str) -> str:
        if value not in titles():
            raise PydanticCustomError(
                "protocol", say("It can be {names}", names=", ".join(titles()))
            )
        return value


SPLIT_KEYS = tuple(key for key in Data.model_fields if key != "name")  # not of the data set itself


class Augment(Settings):
    """Random changes to every training cloud, afresh each time it is shown unless `variants` says otherwise."""

    dropout: float = Field(
        0.5,
        ge=0,
        le=0.875,
        title=say("Points dropped"),
        description=say("At most this share of points."),
    )
    scale: float = Field(
        1.25, ge=1, le=3, title=say("Stretch"), description=say("Each axis by 1/x to x.")
    )
    shift: float = Field(
        0.1,
        ge=0,
        le=1,
        title=say("Shift"),
        description=say("At most this far, of the unit sphere."),
    )
    jitter: float = Field(
        0.0,
        ge=0,
        le=0.2,
        title=say("Jitter"),
        description=say("Standard deviation per coordinate."),
    )
    turn: Literal["none", "upright", "any"] = Field(
        "none", title=say("Turn"), description=say("Around the up axis, or any way.")
    )
    shuffle: bool = Field(
        False,
        title=say("New order of points"),
        description=say(
            "Nets that look at patches begin with the first point, so each order shows other patches."
        ),
    )
    variants: int = Field(
        0,
        ge=0,
        le=1000,
        title=say("Variants of each cloud"),
        description=say(
            "Drawn once and shown in turn, so that a teacher is asked only once about each. 0: always "
            "new."
        ),
    )


class Optimiser(Settings):
    """How the weights are changed."""

    name: Literal["adam", "adamw"] = Field("adamw", title=say("Optimiser"))
    learning_rate: float = Field(0.001, gt=0, le=1, title=say("Learning speed"))
    weight_decay: float = Field(0.0001, ge=0, le=1, title=say("Weight decay"))
    schedule: Literal["cosine", "step", "constant"] = Field("cosine", title=say("Schedule"))
    step_epochs: int = Field(20, ge=1, title=say("Epochs between steps"))
    step_factor: float = Field(0.7, gt=0, le=1, title=say("Factor at each step"))
    warmup_epochs: float = Field(
        0.0, ge=0, title=say("Warm-up"), description=say("Epochs of rising learning speed.")
    )
    decay_all: bool = Field(
        True,
        title=say("Decay every weight"),
        description=say(
            "Off: none for biases, norms and learnt tokens, as transformers are trained."
        ),
    )
    gradient_clip: float = Field(
        5.0, ge=0, title=say("Gradient limit"), description=say("Largest norm; 0: no limit.")
    )


class Training(Settings):
    """How long, how much at a time, and where."""

    epochs: int = Field(
        20,
        ge=1,
        le=100_000,
        title=say("Passes over the data"),
        json_schema_extra={"term": "epochs"},
    )
    batch_size: int = Field(
        32,
        ge=2,
        le=4096,
        title=say("Clouds at a time"),
        json_schema_extra={"term": say("batch size")},
    )
    precision: Literal["float32", "bfloat16", "float16"] = Field("float32", title=say("Precision"))
    device: str = Field("auto", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$", title=say("Device"))
    threads: int = Field(
        0, ge=0, le=1024, title=say("Threads"), description=say("0: all cores but one.")
    )
    processes: int = Field(
        1,
        ge=1,
        le=64,
        title=say("Processes that share each batch"),
        description=say("As many as there are graphics cards. The result is that of one."),
        json_schema_extra={"term": say("distributed data parallel")},
    )
    keep: Literal["last", "best"] = Field(
        "last",
        title=say("Which model is tested"),
        description=say("The last one, or the best on validation."),
    )
    votes: int = Field(
        1,
        ge=1,
        le=1000,
        title=say("Looks at each tested cloud"),
        description=say(
            "The first as it is, the others changed as in training; the answers’ mean counts."
        ),
        json_schema_extra={"term": "votes"},
    )
    checkpoint_seconds: float = Field(60.0, ge=0, title=say("Save every so many seconds"))


class OpenSet(Settings):
    """When the answer is 'none of these'."""

    threshold: float = Field(
        0.5, ge=0, le=1, title=say("How sure it must be"), json_schema_extra={"term": "threshold"}
    )
    score: Choice = Field(
        Choice(name="msp"),
        title=say("Sureness measured by"),
        description=say(
            "An open-set score and its own settings, or “auto”: the one that tells mixtures of "
            "validation clouds best."
        ),
        json_schema_extra={"term": "score"},
    )
    rule: Literal["fixed", "recall", "youden", "cost"] = Field(
        "fixed",
        title=say("Threshold from"),
        description=say(
            "fixed: the number above; the others look at validation clouds and mixtures of them only."
        ),
    )
    recall: float = Field(
        0.95,
        gt=0,
        le=1,
        title=say("Known kept"),
        description=say("Share of validation, for “recall”."),
    )
    cost_ratio: float = Field(
        1.0,
        ge=0,
        le=1e6,
        title=say("Cost of a stranger let in"),
        description=say("Over that of a known one turned away, for “cost”."),
    )


class Loss(BaseModel):
    """One term of the loss: its weight, a warm-up, and the loss's own settings beside them."""

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)
    weight: float = Field(1.0, ge=0, title=say("Weight"))
    warmup_epochs: float = Field(0.0, ge=0, title=say("Warm-up"))

    @property
    def settings(self) -> dict[str, Any]:
        """The loss's own settings."""
        return dict(self.model_extra or {})


class Experiment(Settings):
    """Everything a run needs to be done again."""

    name: str = Field(UNTITLED, min_length=1, max_length=LONGEST_NAME, title=say("Name"))
    seed: int = Field(
        7, ge=0, lt=2**31, title=say("Seed"), description=say("The same seed gives the same run.")
    )
    recipe: Choice = Field(Choice(name="student"), title=say("Recipe"))
    data: Data = Field(Data(), title=say("Data"))
    net: Choice = Field(
        Choice(name="auto"),
        title=say("Net"),
        description=say("“auto”: the one the recipe usually trains."),
    )
    teacher: str = Field(
        "",
        title=say("Teacher"),
        description=say(
            "A run folder, a run's id, or “latest”: the newest teacher of the same kinds and data that "
            "names at least half right; several joined by “ + ” teach together."
        ),
    )
    losses: dict[str, Loss] = Field(
        default_factory=dict, title=say("Losses"), description=say("Empty: the recipe’s own mix.")
    )
    augment: Augment = Field(Augment(), title=say("Augmentation"))
    optimiser: Optimiser = Field(Optimiser(), title=say("Optimiser"))
    training: Training = Field(Training(), title=say("Training"))
    open_set: OpenSet = Field(OpenSet(), title=say("Open set"))

    @field_validator("name")
    @classmethod
    def _one_line(cls, value: str) -> str:
        return " ".join(value.split()) or UNTITLED

    def with_values(self, **dotted: Any) -> Self:
        """A copy with some values changed: `with_values(**{"training.epochs": 3})`."""
        document = self.model_dump(mode="json")
        for path, value in dotted.items():
            place(document, path, value)
        return type(self).from_document(document)

    @field_validator("losses", mode="before")
    @classmethod
    def _at_their_usual_weights(cls, losses: Any) -> Any:
        """A term that is named without a weight has its usual one, wherever the name stands."""
        if not isinstance(losses, dict):
            return losses
        return {
            name: {"weight": USUAL_WEIGHTS.get(name, 1.0)} | own if isinstance(own, dict) else own
            for name, own in losses.items()
        }

    @classmethod
    def from_document(cls, document: dict[str, Any], where: str = say("The experiment")) -> Self:
        """Validate a nested dict; a ConfigError names the wrong key, the file and the nearest right one."""
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            raise ConfigError(
                say("{explain} Nothing was started.", explain=explain(error, cls, where))
            ) from None

    def to_toml(self) -> str:
        """The whole experiment as TOML, defaults included."""
        return tomli_w.dumps(self.model_dump(mode="json"))


def place(document: dict[str, Any], path: str, value: Any) -> None:
    """Set a value in a nested dict by its dotted path; a name standing for a table becomes that table."""
    *parents, last = path.split(".")
    for part in parents:
        inner = document.get(part, {})
        document[part] = inner = {"name": inner} if isinstance(inner, str) else inner
        if not isinstance(inner, dict):
            raise ConfigError(
                say(
                    "“{path}” cannot be set: “{part}” is a value, not a table.",
                    path=path,
                    part=part,
                )
            )
        document = inner
    document[last] = value


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file; a ConfigError says why it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
        if len(content) > _LONGEST:
            raise ConfigError(
                say(
                    "{path} is longer than {longest} kB, so it is no experiment. Nothing was started.",
                    path=path,
                    longest=_LONGEST >> 10,
                )
            )
        return tomllib.loads(content.decode("utf-8"))
    except FileNotFoundError:
        raise ConfigError(say("There is no file {path}. Nothing was started.", path=path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            say("{path} could not be read: {error}. Nothing was started.", path=path, error=error)
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            say("{path} is not a TOML file: {error}. Nothing was started.", path=path, error=error)
        ) from None
    except (RecursionError, ValueError):  # what the parser itself does not catch
        raise ConfigError(
            say(
                "{path} holds tables or numbers that no experiment needs. Nothing was started.",
                path=path,
            )
        ) from None


def load(path: Path, changes: dict[str, Any] | None = None) -> Experiment:
    """Read an experiment file, with some values changed by dotted path."""
    document = read_toml(path)
    for dotted, value in (changes or {}).items():
        place(document, dotted, value)
    return Experiment.from_document(document, path.name)

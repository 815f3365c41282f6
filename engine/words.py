"""What a person reads: sentences in the chosen language, things counted, and shares rounded the one way, half up."""

from decimal import ROUND_HALF_UP, Decimal

from engine.language import table


def say(template: str, /, **values: object) -> str:
    """A sentence in the chosen language, its places filled as by `str.format`. The template is a literal, so that it
    is found for translators; braces that shall be read are doubled."""
    return translated(template).format(**values)


def translated(text: str) -> str:
    """A text that is kept in a file of resources, in the chosen language."""
    return table().texts.get(text, text)


def noun(one: str) -> str:
    """The same word, which `counted` is given elsewhere: marked so that it is found for translators."""
    return one


def counted(count: int, noun: str) -> str:
    """“1 file”, “1,200 files”, “2 batches”, “2 boxes”, in the chosen language."""
    forms = table().forms.get(f"%n {noun}")
    if forms:
        return forms[table().plural(count)].replace("%n", f"{count:,}")
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """“files”, “batches”, “boxes”."""
    return noun + ("es" if noun.endswith(("tch", "nch", "s", "x")) else "s")


def of_100(share: float, places: int = 0) -> str:
    """A share as so many of a hundred, without a unit."""
    if share != share:
        return str(share)
    # Multiplied as decimals: in binary 100 * 0.575 is a little less than 57.5.
    whole = Decimal(repr(float(share))) * 100
    return str(whole.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))

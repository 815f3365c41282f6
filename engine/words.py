"""Numbers in sentences: things counted, and shares rounded the one way, half up."""

from decimal import ROUND_HALF_UP, Decimal


def counted(count: int, noun: str) -> str:
    """“1 file”, “1,200 files”, “2 batches”, “2 boxes”."""
    more = "es" if noun.endswith(("tch", "nch", "s", "x")) else "s"
    return f"{count:,} {noun}{'' if count == 1 else more}"


def of_100(share: float, places: int = 0) -> str:
    """A share as so many of a hundred, without a unit."""
    if share != share:
        return str(share)
    # Multiplied as decimals: in binary 100 * 0.575 is a little less than 57.5.
    whole = Decimal(repr(float(share))) * 100
    return str(whole.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))

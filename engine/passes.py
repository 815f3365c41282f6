"""How long a run has learnt, in words."""

from engine.words import counted, say


def learnt_for(done: float | None, planned: int) -> str:
    """“8 passes”; “5.5 of 8 passes, stopped early” of one that was. done: None where it is not known."""
    if done is None or done >= planned:
        return counted(planned, "pass")
    passes = counted(planned, "pass")
    return say("{done} of {passes}, stopped early", done=short(done), passes=passes)


def short(passes: float) -> str:
    """With one digit after the point where it is not whole, never rounded up to what was not reached."""
    tenths = int(passes * 10 + 1e-6)
    return f"{tenths // 10:,}" if tenths % 10 == 0 else f"{tenths / 10:,.1f}"

"""The typefaces of the window and its text styles."""

from functools import cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

# style: (pixels, weight, tracking in pixels, monospaced)
STYLES: dict[str, tuple[int, QFont.Weight, float, bool]] = {
    "slide": (64, QFont.Weight.DemiBold, -1.4, False),
    "lead": (26, QFont.Weight.Normal, -0.2, False),
    "aside": (20, QFont.Weight.Medium, -0.1, False),
    "display": (34, QFont.Weight.DemiBold, -0.6, False),
    "numL": (40, QFont.Weight.DemiBold, -1.0, False),
    "tile": (30, QFont.Weight.DemiBold, -0.6, False),
    "num": (26, QFont.Weight.DemiBold, -0.4, False),
    "h1": (22, QFont.Weight.DemiBold, -0.3, False),
    "title": (17, QFont.Weight.DemiBold, -0.2, False),
    "h2": (15, QFont.Weight.DemiBold, -0.1, False),
    "body": (13, QFont.Weight.Normal, 0.0, False),
    "strong": (13, QFont.Weight.DemiBold, 0.0, False),
    "small": (12, QFont.Weight.Normal, 0.0, False),
    "caps": (11, QFont.Weight.DemiBold, 0.5, False),
    "tick": (11, QFont.Weight.Normal, 0.0, False),
    "mono": (12, QFont.Weight.Normal, 0.0, True),
}


def make(style: str) -> QFont:
    """The font of a text style, in pixels, with figures of equal width."""
    pixels, weight, tracking, mono = STYLES[style]
    font = QFont(_mono_family() if mono else sans_family())
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, tracking)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if style == "caps":
        font.setCapitalization(QFont.Capitalization.AllUppercase)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@cache
def sans_family() -> str:
    """Inter when the system has it, else Hanken Grotesk from the package, else the system's own."""
    if "Inter" in QFontDatabase.families():
        return "Inter"
    loaded = [QFontDatabase.addApplicationFont(str(path)) for path in _packed_fonts()]
    families = [
        name for font in loaded if font >= 0 for name in QFontDatabase.applicationFontFamilies(font)
    ]
    return families[0] if families else _system(QFontDatabase.SystemFont.GeneralFont)


@cache
def _mono_family() -> str:
    if "JetBrains Mono" in QFontDatabase.families():
        return "JetBrains Mono"
    return _system(QFontDatabase.SystemFont.FixedFont)


def _system(kind: QFontDatabase.SystemFont) -> str:
    return QFontDatabase.systemFont(kind).family()


def _packed_fonts() -> list[Path]:
    try:
        import font_hanken_grotesk
    except ImportError:
        return []
    folder = Path(font_hanken_grotesk.__file__).parent / "files"
    return [
        folder / f"HankenGrotesk-{cut}.otf" for cut in ("Regular", "Medium", "SemiBold", "Bold")
    ]

"""The colours, once: a set for each theme, the gate hues that are the same everywhere, and the arithmetic on them.

Hues after Okabe and Ito (2008); contrast after WCAG 2.2. Text reaches 4.5:1 and lines 3:1 against the page.
The five of lines lie 10 apart in CAM02-UCS (some ten times what can just be seen), for colour-blind readers too.
"""

from __future__ import annotations

from dataclasses import dataclass

GATE_HUES: dict[str, str] = {
    "forget": "#0072B2",
    "input": "#009E73",
    "output": "#D55E00",
    "reset": "#0072B2",  # the GRU's counterparts: what is dropped, and what is let in
    "update": "#009E73",
}
NEGATIVE, POSITIVE = "#2166AC", "#B2182B"  # ends of the signed scale, over the page's background
TEXT_CONTRAST = 4.5


@dataclass(frozen=True)
class Tokens:
    """Colours by their job in one theme; `background`, `text` and `border` are the theme's own."""

    background: str
    text: str
    quiet: str  # axis text
    border: str
    grid: str
    band: str  # the test part, behind everything
    actual: str
    persistence: str
    train: str
    test: str
    split: str
    split_text: str
    extra: str  # a fourth line, where one is needed
    rise_red: str
    rise_green: str


LIGHT = Tokens(
    background="#FFFFFF",
    text="#1B2A30",
    quiet="#55666E",
    border="#DDE3E6",
    grid="#EAEEF0",
    band="rgba(27,42,48,0.045)",
    actual="#829097",
    persistence="#55666E",
    train="#0072B2",
    test="#D55E00",
    split="#009E73",
    split_text="#00785A",
    extra="#922784",
    rise_red="#C8362E",
    rise_green="#00875F",
)
DARK = Tokens(
    background="#11181C",
    text="#E4EBEE",
    quiet="#9FB0B8",
    border="#2B373D",
    grid="#222D33",
    band="rgba(228,235,238,0.055)",
    actual="#8B9AA1",
    persistence="#B4C2C9",
    train="#3D87D6",
    test="#EB7A2A",
    split="#1DB586",
    split_text="#3CC79B",
    extra="#CC79A7",
    rise_red="#EF6A60",
    rise_green="#2BB88B",
)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green, blue in 0..255 of a "#RRGGBB"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(ground: str, hue: str, share: float) -> str:
    """`share` (0..1) of `hue` laid over `ground`, as "#RRGGBB"."""
    parts = zip(rgb(ground), rgb(hue), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * share):02X}" for low, high in parts)


def faint(colour: str, share: float) -> str:
    """`colour` as an rgba() of opacity `share`, for bands that let the grid through."""
    return "rgba({},{},{},{:g})".format(*rgb(colour), share)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1..21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def letters(hue: str, tokens: Tokens) -> str:
    """`hue` as letters on that page: towards the text's own colour until they read."""
    share = 0.0
    while contrast(mix(hue, tokens.text, share), tokens.background) < TEXT_CONTRAST:
        share += 0.05
    return mix(hue, tokens.text, share)


def ink_on(fill: str) -> str:
    """Black or white, whichever reads better on `fill`: at least 4.58:1 on any colour."""
    return max("#000000", "#FFFFFF", key=lambda ink: contrast(ink, fill))

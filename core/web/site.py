"""The pages by address: where each lies, what it is called, and what it answers: navigation, and each page's head."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

from core.languages import catalogue
from core.sentence import N_

ICON = Path(__file__).parents[2] / "docs" / "icon.png"
NAME = "Gatescope"
MANY, LESSONS = N_("Side by side"), N_("Lessons")


@dataclass(frozen=True)
class Entry:
    """One page: its folder below pages/, its title, the name of its icon, a sentence on what it answers, and the menu
    it stands in; "" for the pages that are always in sight."""

    room: str
    title: str
    icon: str
    about: str
    menu: str = ""


SITE = {
    "overview": Entry(
        "lab",
        N_("Overview"),
        "dashboard",
        N_("An LSTM trains on real market prices while you watch: its gates, its loss, its forecast, honestly scored."),
    ),
    "market": Entry(
        "lab",
        N_("Market"),
        "candlestick_chart",
        N_("The prices a model stands on: where they come from, how they are split, which trading days are missing."),
    ),
    "training": Entry(
        "lab",
        N_("Training"),
        "trending_down",
        N_("How the training went: the loss against “same as yesterday”, every parameter, the model as files."),
    ),
    "forecast": Entry(
        "lab",
        N_("Forecast"),
        "show_chart",
        N_("Prediction against what happened, tested for luck; days beyond the data; walk-forward; many seeds."),
    ),
    "gates": Entry(
        "lab",
        N_("Gates"),
        "tune",
        N_("Every forget, input and output gate of a network trained on prices, by day, step and unit."),
    ),
    "gradients": Entry(
        "lab",
        N_("Gradients"),
        "south_east",
        N_("How far back a trained network's gradient reaches, beside an RNN of the same size."),
    ),
    "sweep": Entry(
        "lab",
        N_("What if"),
        "grid_on",
        N_("Many settings tried at once: which is best, by how much, and how much of that is luck."),
        MANY,
    ),
    "compare": Entry("lab", N_("Compare"), "compare_arrows", N_("Runs side by side: dials, scores, losses."), MANY),
    "arena": Entry(
        "lab",
        N_("Arena"),
        "trophy",
        N_("LSTM, GRU and RNN against forecasts that need no network, and what a forecast would have earned."),
        MANY,
    ),
    "rnn": Entry(
        "learn", N_("RNN"), "repeat", N_("A recurrent step in numbers that move, and the loop unrolled."), LESSONS
    ),
    "vanishing": Entry(
        "learn",
        N_("Vanishing gradients"),
        "blur_linear",
        N_("Why gradients vanish or explode, factor by factor, and the task that shows it."),
        LESSONS,
    ),
    "lstm": Entry(
        "learn", N_("LSTM"), "memory", N_("The gates of an LSTM one by one, with real numbers, both ways."), LESSONS
    ),
    "pytorch": Entry(
        "learn",
        N_("PyTorch's nn.LSTM"),
        "code",
        N_("The arguments of nn.LSTM, every shape and parameter count worked out, and which axis is time."),
        LESSONS,
    ),
    "activations": Entry(
        "learn",
        N_("Why tanh?"),
        "stacked_line_chart",
        N_("tanh against sigmoid: the usual reasons, each checked."),
        LESSONS,
    ),
}


def after(address: str) -> str:
    """The address of the page that follows, the gates after the last lesson; "" where there is no such page."""
    following = dict(zip(SITE, [*list(SITE)[1:], "gates"], strict=True))
    return following.get(address, "")


def head(address: str, spoken: str) -> str:
    """What the head of a page says before any script has run: title, description, and what a shared link shows."""
    entry = SITE.get(address.strip("/"), SITE["overview"])
    translate = catalogue(spoken).gettext
    title = NAME if entry is SITE["overview"] else f"{translate(entry.title)} · {NAME}"
    said = {"og:type": "website", "og:site_name": NAME, "og:title": title, "og:description": translate(entry.about)}
    told = [f"<title>{html.escape(title)}</title>", _meta("name", "description", said["og:description"])]
    return "\n    ".join([*told, *(_meta("property", name, text) for name, text in said.items())])


def _meta(kind: str, name: str, text: str) -> str:
    return f'<meta {kind}="{name}" content="{html.escape(text, quote=True)}" />'

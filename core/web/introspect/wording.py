"""One sentence under each chart of gates and gradients: what its numbers say. "–" where a number is not defined."""

from __future__ import annotations

import numpy as np

from core.charts.gates import NAMES
from core.charts.gradients import steps_text
from core.charts.heat import two_digits
from core.charts.style import number, significant
from core.introspect.measures import GateLevels
from core.run import Run
from core.values import Array
from core.web.labels import option_label
from core.web.readings import Way, Whole
from core.web.text import _, counted, joined


def percent(share: float) -> str:
    """A share with one digit, a tiny one in two significant ones: 12.3%, 0.0041%."""
    if not np.isfinite(share):
        return "–"
    return f"{number(100 * share, 1)}%" if share >= 0.0005 or share == 0 else f"{significant(100 * share, 2)}%"


def left_over(norms: Array) -> float:
    """What is left at the furthest lag of what there is at lag 0; NaN where there is nothing. norms: (T,)."""
    return float(norms[-1] / norms[0]) if norms[0] > 0 else float("nan")


def norms_line(run: Run, way: Way, layer: int, twin: tuple[Run, Way] | None) -> str:
    """How much of the gradient is left at the furthest day, beside the other network."""
    own, cell = way.profile.hidden[layer], way.profile.cell
    told = [
        _("{days} before the last, {share} of the {cell}’s gradient is left at the hidden state.").format(
            days=counted("{number} day", "{number} days", len(own) - 1),
            share=percent(left_over(own)),
            cell=option_label(run.experiment.model.cell),
        )
    ]
    if cell is not None:
        told.append(_("At the cell state {share} is left.").format(share=percent(left_over(cell[layer]))))
    if twin is not None:
        other, theirs = option_label(twin[0].experiment.model.cell), twin[1].profile
        said = _("In the {cell} of the same size {share} is left at the hidden state.")
        told.append(said.format(cell=other, share=percent(left_over(theirs.hidden[layer]))))
        if theirs.cell is not None:
            told.append(_("At its cell state {share} is left.").format(share=percent(left_over(theirs.cell[layer]))))
    return joined(told)


def saliency_line(way: Way) -> str:
    """Which day the prediction answers to, and how recent the days are that make up half of the answer."""
    slopes = way.answers[:, 0]  # to the target's own series
    sizes = np.abs(slopes)
    if not sizes.sum() > 0:
        return _("The prediction answers to none of the days it read.")
    strongest = int(np.argmax(sizes))
    recent = int(np.searchsorted(np.cumsum(sizes[::-1]), sizes.sum() / 2)) + 1
    half = counted(
        "Half of the whole answer is to the last day.", "Half of the whole answer is to the last {number} days.", recent
    )
    if way.dates is None:
        lag = len(sizes) - 1 - strongest
        told = (
            _("On average the strongest answer, {slope} for one unit more, is to the day {lag} before the last.")
            if lag
            else _("On average the strongest answer, {slope} for one unit more, is to the last day.")
        ).format(slope=significant(float(sizes[strongest])), lag=counted("{number} day", "{number} days", lag))
    else:
        told = _("The strongest answer, {slope} for one unit more, is to {date}; all days together {total}.").format(
            slope=significant(float(slopes[strongest])),
            date=f"{way.dates[strongest]:%Y-%m-%d}",
            total=significant(float(slopes.sum())),
        )
    return joined([told, half])


def share_line(run: Run, way: Way, layer: int) -> str:
    """How much travels along the memory, one day back and at the furthest."""
    line = {
        "lstm": _("Of what reaches the cell state one day earlier, {near} came along the cell state itself, "
                  "past the forget gate alone, the rest through the gates; at the furthest day {far}."),
        "gru": _("Of what reaches the hidden state one day earlier, {near} came along the hidden state itself, "
                 "past the update gate alone, the rest through the gates; at the furthest day {far}."),
    }[run.experiment.model.cell]  # fmt: skip
    shares = way.profile.kept_share[layer]
    return line.format(near=percent(float(shares[0])), far=percent(float(shares[-1])))


def half_life_line(levels: GateLevels, layer: int) -> str:
    """The longest, the shortest and the middle memory of a layer."""
    assert levels.half_lives is not None
    steps = levels.half_lives[layer]  # (H,)
    order = np.argsort(-steps, kind="stable")
    return _(
        "In layer {layer}, unit {unit} remembers longest: half is left after {long} days; "
        "unit {other} forgets fastest, in {short}; the median is {middle}."
    ).format(
        layer=layer + 1,
        unit=order[0] + 1,
        long=steps_text(steps[order[0]]),
        other=order[-1] + 1,
        short=steps_text(steps[order[-1]]),
        middle=steps_text(float(np.median(steps))),
    )


def saturation_line(levels: GateLevels) -> str:
    """How many gate values are at an end, and where most."""
    both = levels.below + levels.above  # (G, L)
    if not both.any():
        return _("No gate is ever shut (under 0.1) or open (over 0.9): all of them work in between.")
    gate, layer = np.unravel_index(int(np.argmax(both)), both.shape)
    return _(
        "Of all gate values {below} are shut (under 0.1) and {above} open (over 0.9). Most often at an end: "
        "{gate}, layer {layer} ({most})."
    ).format(
        below=percent(float(levels.below.mean())),
        above=percent(float(levels.above.mean())),
        gate=gate_word(levels.gates[gate]),
        layer=layer + 1,
        most=percent(float(both[gate, layer])),
    )


def gate_word(name: str) -> str:
    """A gate or state as its charts call it."""
    return _(NAMES[name])


def sampling_line(whole: Whole) -> str:
    """What one point of the lines is."""
    each = _("Each point is the network after reading one whole window, up to that day.")
    if whole.every == 1:
        return each
    return joined([each, _("So large a network is replayed on one day in {every} only.").format(every=whole.every)])


def correlation_line(whole: Whole, layer: int) -> str:
    """Which unit of a layer follows price, return and volatility most closely."""
    (price, price_value), (back, back_value), (spread, spread_value) = (
        _closest(row[layer])
        for row in (whole.correlations.price, whole.correlations.log_return, whole.correlations.volatility)
    )
    return _(
        "In layer {layer} unit {price} follows the price most closely (correlation {price_value}), unit {back} the "
        "return ({back_value}) and unit {spread} the volatility ({spread_value})."
    ).format(
        layer=layer + 1, price=price, price_value=price_value, back=back, back_value=back_value, spread=spread,
        spread_value=spread_value,
    )  # fmt: skip


def _closest(row: Array) -> tuple[str, str]:
    """The unit with the largest correlation and its value, of (H,)."""
    if not np.isfinite(row).any():
        return "–", "–"
    unit = int(np.nanargmax(np.abs(row)))
    return str(unit + 1), two_digits(float(row[unit]))


def change_line(one: Array, other: Array) -> str:
    """Where two days differ most; (T, H) each."""
    change = other - one
    step, unit = np.unravel_index(int(np.argmax(np.abs(change))), change.shape)
    return _("They differ most in unit {unit}, {days} before the prediction: {one} and {other}.").format(
        unit=unit + 1,
        days=counted("{number} day", "{number} days", len(change) - 1 - int(step)),
        one=two_digits(float(one[step, unit])),
        other=two_digits(float(other[step, unit])),
    )

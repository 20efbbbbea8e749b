"""The loss over the epochs, while it falls and after."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

from plotly.graph_objs import Figure

from core.charts.axes import log_axis, whole_steps
from core.charts.style import Chart, Style, done, figure, significant, spark
from core.sentence import N_
from core.values import EpochRecord


def loss(
    history: Sequence[EpochRecord],
    epochs: int,
    style: Style,
    *,
    persistence: float | None = None,
    log: bool = True,
    room: tuple[float, float] | None = None,
) -> Chart:
    """Training, test and validation loss by epoch; a history still growing fills fixed axes, so nothing jumps.

    Args:
        history: the epochs so far, in order; may be empty. The test loss is drawn where it was watched.
        epochs: how many there will be: the x axis ends there.
        persistence: the loss of "same as yesterday" on the training part, in the same scaled units.
        room: both ends of the loss axis; None fits it to the history. A linear axis begins at 0.
    """
    drawn = figure(style, f"loss|{epochs}|{log}", height=340, unified=True)
    _add_lines(drawn, history, style)
    if persistence is not None:
        _add_level(drawn, epochs, persistence, style)
    drawn.update_xaxes(title_text=style.translate(N_("epoch")), range=[0.5, max(epochs, 2) + 0.5])
    whole_steps(drawn, [1, epochs])
    drawn.update_yaxes(title_text=style.translate(N_("loss, scaled units")))
    _scale(drawn, history, log, room)
    return done(drawn, style, _alt(history, epochs, style, persistence))


def loss_spark(
    history: Sequence[EpochRecord],
    epochs: int,
    style: Style,
    *,
    persistence: float | None = None,
    room: tuple[float, float] | None = None,
) -> Chart:
    """The loss curve, small, on a log axis; arguments as of `loss`."""
    drawn = spark(style, f"loss spark|{epochs}")
    _add_lines(drawn, history, style)
    if persistence is not None:
        _add_level(drawn, epochs, persistence, style)
    drawn.update_xaxes(range=[0.5, max(epochs, 2) + 0.5])
    whole_steps(drawn, [1, epochs])
    _scale(drawn, history, True, room)
    return done(drawn, style, _alt(history, epochs, style, persistence))


def _add_lines(drawn: Figure, history: Sequence[EpochRecord], style: Style) -> None:
    tokens = style.tokens
    lines = [
        (N_("Training"), "train_loss", tokens.train, "dot"),
        (N_("Test"), "test_loss", tokens.test, "solid"),
    ]
    if any(record.validation_loss is not None for record in history):
        lines.append((N_("Validation"), "validation_loss", tokens.extra, "dashdot"))
    for name, field, colour, dash in lines:
        known = [record for record in history if getattr(record, field) is not None]
        drawn.add_scatter(
            x=[record.epoch for record in known],
            y=[getattr(record, field) for record in known],
            mode="lines+markers" if len(known) == 1 else "lines",
            name=style.translate(name),
            line={"color": colour, "width": 2, "dash": dash},
            hovertemplate="%{y:.4g}",
        )


def _add_level(drawn: Figure, epochs: int, level: float, style: Style) -> None:
    drawn.add_scatter(
        x=[0.5, max(epochs, 2) + 0.5],
        y=[level, level],
        mode="lines",
        name=style.translate(N_("Same as yesterday")),
        line={"color": style.tokens.persistence, "width": 1.5, "dash": "dash"},
        hovertemplate="%{y:.4g}",
    )


def _scale(drawn: Figure, history: Sequence[EpochRecord], log: bool, room: tuple[float, float] | None) -> None:
    if room is not None and room[0] > 0:
        low, high = room
        if log:
            log_axis(drawn, room)
            drawn.update_yaxes(range=[log10(low), log10(high)])
        else:
            drawn.update_yaxes(type="linear", range=[0, high], exponentformat="none")
        return
    three = [(record.train_loss, record.validation_loss, record.test_loss) for record in history]
    losses = [loss for record in three for loss in record if loss is not None]
    if log and all(loss > 0 for loss in losses):
        log_axis(drawn, losses)
    else:
        drawn.update_yaxes(type="linear", rangemode="tozero", exponentformat="none")


def _alt(history: Sequence[EpochRecord], epochs: int, style: Style, persistence: float | None) -> str:
    if not history:
        return style.say(N_("Loss curve: no epoch of {epochs} has finished yet."), epochs=epochs)
    watched = [(record, record.test_loss) for record in history if record.test_loss is not None]
    (first, first_test), (last, last_test) = watched[0], watched[-1]
    told = style.say(
        N_(
            "Loss after epoch {epoch} of {epochs}: training {train} (first epoch {train_first}), "
            "test {test} (first epoch {test_first})."
        ),
        epoch=last.epoch,
        epochs=epochs,
        train=significant(last.train_loss),
        train_first=significant(first.train_loss),
        test=significant(last_test),
        test_first=significant(first_test),
    )
    if persistence is None:
        return told
    return (
        told
        + " "
        + style.say(N_("Same as yesterday has {level} on the training part."), level=significant(persistence))
    )

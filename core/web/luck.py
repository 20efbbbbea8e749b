"""How much of a verdict is luck: what this visitor has looked at on the same test days, counted beside it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.charts.skill import BASELINES
from core.evaluation import tries
from core.evaluation.figures import p_value
from core.evaluation.report import Report
from core.evaluation.tries import MODEL, Counted, Tried, Try, corrected, try_of
from core.evaluation.verdict import BETTER, Verdict
from core.run import Run
from core.unfinished import Unfinished
from core.web import readings, session
from core.web.labels import option_label
from core.web.text import _, joined, listed, say

MOST = 600  # tries kept, those of a whole plan among them; the oldest go first
NAMED = 8  # models named in a line


def note(run: Run | None) -> None:
    """The visitor has seen this run; each counts once."""
    looked_at = session.LOOKED_AT.get()
    if run is None or isinstance(run, Unfinished) or any(each.key == run.key for each in looked_at):
        return
    session.LOOKED_AT.put((*looked_at, try_of(run))[-MOST:])


def note_tries(seen: Sequence[Try]) -> None:
    """The visitor has seen the test scores of all these; each counts once."""
    looked_at = session.LOOKED_AT.get()
    known = {each.key for each in looked_at}
    if new := tuple(each for each in seen if each.key not in known):
        session.LOOKED_AT.put((*looked_at, *new)[-MOST:])


def of(run: Run) -> Counted:
    """The run among all this visitor has looked at."""
    return readings.counted(run, session.LOOKED_AT.get())


def verdict(run: Run, report: Report) -> Verdict:
    """The run's verdict with the tries counted: "better" only where it survives them."""
    return corrected(report.verdict, of(run))


def line(run: Run, report: Report) -> str:
    """How many settings were looked at on these test days, and what the test over all of them says."""
    return joined(map(say, tries.told(of(run), report.verdict)))


def show(run: Run, report: Report) -> None:
    """The count below a verdict, who cannot be told apart, and why it matters."""
    found = of(run)
    show_counted(found, report.verdict, line(run, report), name_tries(found.tries))


def show_counted(found: Counted, alone: Verdict, line: str, names: Sequence[str]) -> None:
    """The same of anything counted.

    Args:
        line: says how many tries there are and what the test says.
        names: of the tries, in their order.
    """
    told = [line]
    if found.together is not None:
        told.append(_("Cannot be told apart: {names}.").format(names=_together(found, names)))
    st.caption(joined(told))
    if len(found.tries) > 1:
        with st.popover(
            _("Why tries count"), icon=":material/casino:", help=_("What was tried, and how it is counted.")
        ):
            st.markdown(_why(found, alone, names))


def _why(found: Counted, alone: Verdict, names: Sequence[str]) -> str:
    """Before and after, what the test does, what was tried."""
    test, counting, told = alone.against.test, found.snooping, []
    if alone.kind == BETTER and test and counting:
        told.append(
            _("This run alone: {before} (Diebold-Mariano). All {tries} counted: {after} (Hansen's test).").format(
                before=p_value(test.p_better), tries=counting.tries, after=p_value(counting.p_value)
            )
        )
    told.append(
        _(
            "Whoever tries often enough finds a setting that suits the test days by chance. Hansen's test of superior "
            "predictive ability draws these days anew a thousand times, as if no setting were better than “same as "
            "yesterday”, and counts how often the best one then looks as good as the best one here. Better is said "
            "only where that is below 2.5 %, as for a single try."
        )
    )
    told.append(
        _(
            "“Cannot be told apart” are those among which the best one lies with 95 % confidence (model confidence set "
            "of Hansen, Lunde and Nason), by squared error."
        )
    )
    if len(names) > NAMED:
        names = [_("{count} earlier ones").format(count=len(names) - NAMED), *names[-NAMED:]]
    return "\n\n".join([*told, _("Tried: {names}.").format(names=listed(names))])


def _together(found: Counted, names: Sequence[str]) -> str:
    """The models of the confidence set, the best one first."""
    assert found.together is not None
    tries = dict(zip((f"{MODEL} {each.key}" for each in found.tries), names, strict=True))
    told = [tries[name] if name in tries else _(BASELINES[name]) for name in found.together.included]
    if len(told) > NAMED:
        told = [*told[:NAMED], _("{count} more").format(count=len(told) - NAMED)]
    return listed(told)


def name_tries(tries: tuple[Tried, ...]) -> list[str]:
    """A short name for each: its network, and what else tells it from those of the same network."""
    found: list[str] = []
    for each in tries:
        model, train = each.experiment.model, each.experiment.train
        name = _("{cell} {units} × {layers}").format(
            cell=option_label(model.cell), units=model.hidden_size, layers=model.num_layers
        )
        if any((other.experiment.train.target != train.target) for other in tries):
            name = _("{network} on {target}").format(network=name, target=option_label(train.target))
        found.append(name if name not in found else f"{name} ({sum(one.startswith(name) for one in found) + 1})")
    return found

"""The calendar of a file: from a code in its name, headings or cells that its days agree with, else from the days."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from core.data.calendar import Calendar, chosen
from core.data.exchanges import LABELS, MONTHLY, UNKNOWN, WEEKDAYS, WEEKLY, choices, named
from core.data.rhythm import from_code, from_days
from core.errors import FileError
from core.sentence import N_, Sentence


def calendar_of_file(
    days: pd.DatetimeIndex, evidence: Iterable[str], choice: str = ""
) -> tuple[Calendar, list[Sentence]]:
    """The calendar of ascending days, and what a reader should know about it.

    Args:
        evidence: texts that may hold a code, the surest first.
        choice: a calendar's name that was chosen instead, "" for none.

    Raises:
        FileError: there is no calendar of the chosen name.
    """
    if choice and choice not in LABELS:
        raise FileError(
            N_("There is no calendar called {name}; there are {names}."), name=choice, names=", ".join(choices())
        )
    seen = from_days(days)
    notes = _seldom(seen) + _sundays(days)
    if choice:
        return chosen(choice, seen), notes
    if seen.name in (UNKNOWN, WEEKDAYS) or seen.exchange:
        for text in evidence:
            if (found := named(text)) is None:
                continue
            if (agreed := from_code(*found, days)) is not None:
                return agreed, notes
            notes.append(
                Sentence(
                    N_("The days do not agree with the market that the code {code} names; it is not relied on."),
                    code=found[0],
                )
            )
            break
    return seen, notes


def _seldom(seen: Calendar) -> list[Sentence]:
    """Bars that are no days, wherever a page still speaks of days."""
    told = {
        WEEKLY: N_("The bars are weekly: one step is a week."),
        MONTHLY: N_("The bars are monthly: one step is a month."),
    }
    return [Sentence(told[seen.name])] if seen.name in told else []


def _sundays(days: pd.DatetimeIndex) -> list[Sentence]:
    """Days that look like a working week dated a day early."""
    there = set(days.day_of_week)
    if 6 in there and not there & {4, 5}:
        return [Sentence(N_("There are bars on Sundays and none on Fridays: the dates may be a day early."))]
    return []

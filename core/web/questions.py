"""The questions at the end of a lesson: asked, answered, and asked again with other numbers."""

from __future__ import annotations

import streamlit as st

from core.errors import AnswerError
from core.theory.questions import QUESTIONS, draw
from core.theory.questions.question import Question
from core.web import session
from core.web.text import _, joined, say


def ask(lesson: str) -> None:
    """All questions of a lesson, each in a frame of its own that answers without running the lesson again."""
    st.markdown("## " + _("Three questions"))
    st.markdown(_("The numbers are drawn, and the answer is computed from them when you give yours."))
    for place in range(len(QUESTIONS[lesson])):
        _asked(lesson, place)


@st.fragment
def _asked(lesson: str, place: int) -> None:
    tries = session.TRIES.at(f"{lesson}_{place}")
    question = draw(lesson, place, tries.get())
    key = f"{lesson}_question_{place}"
    with st.container(border=True):
        st.markdown(f"**{place + 1}.** {say(question.text, str)}")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            given = _answer(question, f"{key}_{tries.get()}")
            st.button(
                _("Another one"), key=f"{key}_another", icon=":material/refresh:", on_click=tries.put,
                args=(tries.get() + 1,), help=_("The same question with other numbers."),
            )  # fmt: skip
        if given not in (None, ""):
            _replied(question, given)


def _answer(question: Question, key: str) -> str | int | None:
    """The widget a question is answered with; None or "" while nothing has been answered."""
    if question.choices:
        named = [say(choice, str) for choice in question.choices]
        chosen: int | None = st.radio(
            _("Your answer"), range(len(named)), index=None, key=key, format_func=named.__getitem__,
            persist_state="session",
        )  # fmt: skip
        return chosen
    label = _("Your answer, a whole number")
    if question.decimals:
        label = _("Your answer, to {decimals} decimals").format(decimals=question.decimals)
    help = _("Press Enter to have it checked. Being one off in the last decimal counts as right.")
    return st.text_input(label, key=key, width=260, max_chars=40, help=help, persist_state="session")


def _replied(question: Question, given: str | int) -> None:
    try:
        reply = question.reply(given)
    except AnswerError as error:
        st.warning(say(error.sentence), icon=":material/edit:")
        return
    told = joined([say(reply.verdict, str), say(question.way, str)])
    if reply.right:
        st.success(told, icon=":material/check:")
    else:
        st.info(told, icon=":material/lightbulb:")

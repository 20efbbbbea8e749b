"""Three questions at the end of each lesson; their numbers are drawn, their answers computed from those.

question     what a question is, and how an answer is judged
rnn vanishing lstm pytorch activations    the questions of each lesson
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from core.theory.questions import activations, lstm, pytorch, rnn, vanishing
from core.theory.questions.question import Question, Rng

Maker = Callable[[Rng], Question]
QUESTIONS: Mapping[str, tuple[Maker, ...]] = {
    "rnn": (rnn.third_state, rnn.shared_weights, rnn.steps_with_memory),
    "vanishing": (vanishing.product, vanishing.factor, vanishing.clipped),
    "lstm": (lstm.cell_state, lstm.left_by_the_bias, lstm.what_it_does),
    "pytorch": (pytorch.parameters, pytorch.shape, pytorch.time_steps),
    "activations": (activations.slope, activations.most_left, activations.steeper),
}


def draw(lesson: str, place: int, attempt: int = 0) -> Question:
    """Question `place` (0, 1, 2) of a lesson with the numbers of an attempt; never those of the attempt before.

    The same call gives the same question, on every machine and in every visit.
    """
    make, rng = QUESTIONS[lesson][place], np.random.default_rng(place)
    drawn = make(rng)
    for _ in range(attempt):
        before = drawn
        while drawn == before:
            drawn = make(rng)
    return drawn

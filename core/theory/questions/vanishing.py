"""Questions on the product of factors, on a single factor, and on clipping."""

from __future__ import annotations

import numpy as np

from core.sentence import N_, Sentence
from core.theory.jacobian import clip
from core.theory.questions.question import Question, Rng, pick


def product(rng: Rng) -> Question:
    """What a gradient is multiplied by over many steps without saturation."""
    w, steps = pick(rng, (0.8, 0.85, 0.9, 0.95, 1.05, 1.1)), pick(rng, (5, 8, 10, 15, 20))
    factor = w**steps
    return Question(
        Sentence(
            N_(
                "A gradient goes back {steps} steps through one unit with $W_s={w:g}$, nowhere saturated: "
                "$\\tanh'=1$. What is it multiplied by on the way?"
            ),
            steps=steps, w=w,
        ),
        factor,
        Sentence(
            N_("Every step multiplies it by $W_s\\tanh'={w:g}$, and ${w:g}^{{{steps}}}={factor:.3f}$."),
            steps=steps, w=w, factor=factor,
        ),
        decimals=3,
    )  # fmt: skip


def factor(rng: Rng) -> Question:
    """What one step, saturated or not, puts into the product."""
    w, state = pick(rng, (0.5, 0.9, 1.2, 1.5)), pick(rng, (-0.9, -0.6, 0.3, 0.5, 0.8, 0.95))
    slope = 1.0 - state * state
    return Question(
        Sentence(
            N_("With $W_s={w:g}$ a step ends in the state $S_t={state:g}$. Which factor does it contribute?"),
            w=w, state=state,
        ),
        w * slope,
        Sentence(
            N_("$\\tanh'=1-S_t^2=1-({state:g})^2={slope:.4g}$, and $W_s\\tanh'={w:g}\\cdot{slope:.4g}={factor:.3f}$."),
            w=w, state=state, slope=slope, factor=w * slope,
        ),
        decimals=2,
    )  # fmt: skip


def clipped(rng: Rng) -> Question:
    """The first component of a gradient after clipping; some are short enough to stay as they are."""
    first, second = pick(rng, ((3.0, 4.0), (4.0, 3.0), (6.0, 8.0), (5.0, 12.0), (0.6, 0.8)))
    length, threshold = float(np.hypot(first, second)), pick(rng, (1.0, 2.0, 4.0, 12.0))
    answer = float(clip(np.array([first, second]), threshold)[0])
    values = {"first": first, "length": length, "threshold": threshold, "answer": answer}
    way = Sentence(N_("Its length ${length:g}$ is not above $\\theta={threshold:g}$: it stays as it is."), **values)
    if length > threshold:
        way = Sentence(
            N_(
                "Its length is ${length:g}$, above $\\theta$. Every component is multiplied by "
                "$\\theta/\\lVert g\\rVert={threshold:g}/{length:g}$: "
                "${first:g}\\cdot{threshold:g}/{length:g}={answer:.3f}$."
            ),
            **values,
        )
    return Question(
        Sentence(
            N_(
                "A gradient $g=({first:g},\\,{second:g})$ is clipped at $\\theta={threshold:g}$. "
                "What is its first component then?"
            ),
            first=first, second=second, threshold=threshold,
        ),
        answer,
        way,
        decimals=2,
    )  # fmt: skip

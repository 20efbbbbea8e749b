"""Questions on slopes and on what they leave of a gradient."""

from __future__ import annotations

from core.sentence import N_, Sentence
from core.theory.activations import crossing, sigmoid_slope, tanh_slope
from core.theory.jacobian import GAMMA, bound
from core.theory.questions.question import Question, Rng, pick, plain


def slope(rng: Rng) -> Question:
    """The slope of an activation, from its output alone."""
    y = pick(rng, (0.1, 0.2, 0.3, 0.6, 0.7, 0.9))
    said, of = pick(
        rng,
        (
            ("$1-y^2=1-{y:g}^2={slope:g}$", "\\tanh"),
            ("$y\\,(1-y)={y:g}\\cdot{rest:g}={slope:g}$", "\\sigma"),
        ),
    )
    answer = 1 - y * y if of == "\\tanh" else y * (1 - y)
    return Question(
        Sentence(N_("${of}(z)$ gave $y={y:g}$. How large is its slope there?"), of=of, y=y),
        answer,
        Sentence(said, y=y, rest=1 - y, slope=answer),
        decimals=2,
    )


def most_left(rng: Rng) -> Question:
    """The most that can be left of a gradient after some steps (Pascanu, Mikolov, Bengio 2013)."""
    name, norm = pick(rng, (("sigmoid", 2.0), ("sigmoid", 3.0), ("sigmoid", 3.6), ("tanh", 0.8), ("tanh", 0.9)))
    steps, gamma = pick(rng, (2, 3, 4, 5)), GAMMA[name]
    left = float(bound(norm, steps, gamma)[-1])
    return Question(
        Sentence(
            N_(
                "A recurrent matrix of norm {norm:g} and {name} as activation: at most which share of a gradient's "
                "norm is left after {steps} steps?"
            ),
            norm=norm, name=name, steps=steps,
        ),
        left,
        Sentence(
            N_(
                "The largest slope of {name} is $\\gamma={gamma:g}$: a step leaves at most "
                "${gamma:g}\\cdot{norm:g}={each:g}$, "
                "and ${each:g}^{{{steps}}}={left:.3f}$."
            ),
            name=name, gamma=gamma, norm=norm, each=gamma * norm, steps=steps, left=left,
        ),
        decimals=3,
    )  # fmt: skip


def steeper(rng: Rng) -> Question:
    """Which of the two is steeper at z."""
    z = pick(rng, (-4.0, -3.0, -2.5, -1.0, -0.5, 0.0, 1.0, 1.25, 2.5, 3.0, 5.0))
    slopes = (float(tanh_slope(z)), float(sigmoid_slope(z)))
    return Question(
        Sentence(N_("Which of the two is steeper at $z={z:g}$?"), z=z),
        int(slopes[1] > slopes[0]),
        Sentence(
            N_("The slope of tanh is {tanh:.4f} there, of sigmoid {sigmoid:.4f}; they cross at |z| = {at:.2f}."),
            tanh=slopes[0], sigmoid=slopes[1], at=crossing(),
        ),
        choices=(plain("tanh"), plain("sigmoid")),
    )  # fmt: skip

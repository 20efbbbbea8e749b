"""Questions on the cell state, on the forget bias, and on what a set of gates does."""

from __future__ import annotations

from core.sentence import N_, Sentence
from core.theory.gates import keeping
from core.theory.questions.question import Question, Rng, offered, pick

DOES = {  # (forget, input, output), each open (1) or shut (0)
    (1, 0, 1): N_("keeps its memory and shows it"),
    (1, 0, 0): N_("keeps its memory and hides it"),
    (1, 1, 1): N_("adds to its memory and shows it"),
    (1, 1, 0): N_("adds to its memory and hides it"),
    (0, 1, 1): N_("writes over its memory and shows it"),
    (0, 1, 0): N_("writes over its memory and hides it"),
    (0, 0, 1): N_("empties its memory, with the output gate open"),
    (0, 0, 0): N_("empties its memory, with the output gate shut"),
}


def cell_state(rng: Rng) -> Question:
    """One step of the cell state."""
    f, i = pick(rng, (0.1, 0.2, 0.5, 0.8, 0.9)), pick(rng, (0.1, 0.3, 0.6, 0.9))
    before, g = pick(rng, (-1.5, -0.5, 0.4, 1.0, 2.0)), pick(rng, (-0.8, -0.4, 0.5, 0.7))
    cell = f * before + i * g
    return Question(
        Sentence(
            N_(
                "The cell state was $c_{{t-1}}={before:g}$. Now the forget gate is $f_t={f:g}$, the input gate "
                "$i_t={i:g}$, the candidate $g_t={g:g}$. What is $c_t$?"
            ),
            before=before, f=f, i=i, g=g,
        ),
        cell,
        Sentence(
            "$c_t=f_t\\,c_{{t-1}}+i_t\\,g_t={f:g}\\cdot({before:g})+{i:g}\\cdot({g:g})={kept:.3f}+({new:.3f})={cell:.3f}$",
            before=before, f=f, i=i, g=g, kept=f * before, new=i * g, cell=cell,
        ),
        decimals=2,
    )  # fmt: skip


def left_by_the_bias(rng: Rng) -> Question:
    """What is left of a memory when only PyTorch's two forget biases act."""
    half, steps = pick(rng, (0.25, 0.5, 0.75, 1.0, 1.5)), pick(rng, (3, 5, 8, 10))
    kept = keeping(2 * half, steps)
    return Question(
        Sentence(
            N_(
                "The forget gate's part of `bias_ih` is {half:g}, and so is that of `bias_hh`; nothing else acts on "
                "the gate. Which share of a memory is left after {steps} steps?"
            ),
            half=half, steps=steps,
        ),
        kept.left,
        Sentence(
            N_(
                "The two biases add up to {bias:g}. $\\sigma({bias:g})={gate:.4f}$, and "
                "${gate:.4f}^{{{steps}}}={left:.3f}$."
            ),
            bias=kept.bias, gate=kept.gate, steps=steps, left=kept.left,
        ),
        decimals=3,
    )  # fmt: skip


def what_it_does(rng: Rng) -> Question:
    """What a unit does whose gates are nearly open or nearly shut."""
    gates = pick(rng, tuple(DOES))
    f, i, o = (pick(rng, (0.95, 0.97, 0.99) if gate else (0.01, 0.03, 0.05)) for gate in gates)
    named, at = offered(rng, DOES[gates], list(DOES.values()))
    return Question(
        Sentence(N_("$f_t={f}$, $i_t={i}$, $o_t={o}$. What does the unit do in this step?"), f=f, i=i, o=o),
        at,
        Sentence(
            N_(
                "$c_t={f}\\,c_{{t-1}}+{i}\\,g_t$ and $h_t={o}\\,\\tanh c_t$: of the old memory {f} stays, "
                "of the candidate {i} comes in, and of $\\tanh c_t$ {o} is shown."
            ),
            f=f,
            i=i,
            o=o,
        ),
        choices=tuple(Sentence(name) for name in named),
    )

"""Questions on a recurrent step, on shared weights, and on what needs memory."""

from __future__ import annotations

from itertools import pairwise

from core.sentence import N_, Sentence
from core.theory.questions.question import Question, Rng, pick
from core.theory.recurrence import Unit, unroll
from core.theory.shapes import RecurrentArguments, parameter_count

WORDS = ("hello", "banana", "letter", "coffee", "cocoa", "little", "bubble", "tomato", "mississippi", "level")


def third_state(rng: Rng) -> Question:
    """The state after three equal inputs."""
    w, x = pick(rng, (-0.8, -0.5, 0.3, 0.5, 0.9, 1.2)), pick(rng, (0.5, 0.8, 1.0))
    first, second, third = (step.a for step in unroll(Unit(w_ax=1.0, w_aa=w), [x] * 3))
    return Question(
        Sentence(
            N_(
                "A unit with $W_{{aa}}={w:.1f}$, $W_{{ax}}=1$ and $b=0$ starts from $a_0=0$ and reads "
                "${x:.1f}$ three times. What is $a_3$?"
            ),
            w=w, x=x,
        ),
        third,
        Sentence(
            (
                "$a_1=\\tanh({x:.1f})={a1:.3f}$; $a_2=\\tanh({w:.1f}\\cdot{a1:.3f}+{x:.1f})={a2:.3f}$; "
                "$a_3=\\tanh({w:.1f}\\cdot{a2:.3f}+{x:.1f})={a3:.3f}$"
            ),
            w=w, x=x, a1=first, a2=second, a3=third,
        ),
        decimals=2,
    )  # fmt: skip


def shared_weights(rng: Rng) -> Question:
    """How many weights a network has, however often it is unrolled."""
    units, inputs, steps = pick(rng, (4, 5, 8, 10, 16)), pick(rng, (2, 3, 5)), pick(rng, (10, 50, 120))
    matrices = RecurrentArguments(cell="rnn", input_size=inputs, hidden_size=units, num_layers=1, bias=False)
    total = parameter_count(matrices) + units  # the lesson's unit has one bias, PyTorch's two
    return Question(
        Sentence(
            N_(
                "{units} units read {inputs} numbers at each of {steps} steps. How many numbers are there in "
                "$W_{{aa}}$, $W_{{ax}}$ and $b$ together?"
            ),
            units=units, inputs=inputs, steps=steps,
        ),
        total,
        Sentence(
            N_(
                "$W_{{aa}}$ has {units}·{units}, $W_{{ax}}$ has {units}·{inputs} and $b$ has {units}, together "
                "{total}. The {steps} steps do not count: each uses the same ones."
            ),
            units=units, inputs=inputs, steps=steps, total=total,
        ),
    )  # fmt: skip


def steps_with_memory(rng: Rng) -> Question:
    """At how many steps of a word the letter just read does not say which comes next."""
    word = pick(rng, WORDS)
    after = {letter: sorted({b for a, b in pairwise(word) if a == letter}) for letter in word}
    needing = [letter for letter in word[:-1] if len(after[letter]) > 1]
    told = ", ".join(f"{letter} → {'/'.join(after[letter])}" for letter in dict.fromkeys(needing))
    way = Sentence(N_("No letter of *{word}* has two different followers: the one just read is enough."), word=word)
    if needing:
        way = Sentence(
            N_("Letters with different followers: {told}. They are read {times} times, the last letter left out."),
            told=told, times=len(needing),
        )  # fmt: skip
    return Question(
        Sentence(
            N_(
                "A network reads *{word}* and says after each letter but the last which one follows. At how many of "
                "these {steps} steps is the letter just read not enough?"
            ),
            word=word, steps=len(word) - 1,
        ),
        len(needing),
        way,
    )  # fmt: skip

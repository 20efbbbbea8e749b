"""The lessons' questions: each answer by PyTorch from the numbers on screen, over many draws; and what is replied."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from core.errors import AnswerError
from core.theory.questions import QUESTIONS, draw
from core.theory.questions.question import number_in

ATTEMPTS = 60
PLACES = [(lesson, place) for lesson in QUESTIONS for place in range(3)]
WAYS = {"keeps": (1, 0), "adds": (1, 1), "writes": (0, 1), "empties": (0, 0)}


def third_state(w, x):
    cell = nn.RNNCell(1, 1, bias=False).double()
    with torch.no_grad():
        cell.weight_ih.fill_(1.0)
        cell.weight_hh.fill_(w)
        h = torch.zeros(1, 1, dtype=torch.float64)
        for _ in range(3):
            h = cell(torch.full((1, 1), x, dtype=torch.float64), h)
    return h.item()


def shared_weights(units, inputs, steps):
    del steps
    cell = nn.RNNCell(inputs, units)
    return sum(each.numel() for each in (cell.weight_ih, cell.weight_hh, cell.bias_ih))


def steps_with_memory(word, steps):
    seen = defaultdict(lambda: defaultdict(int))
    for place in range(steps):
        seen[word[place]][word[place + 1]] += 1
    return sum(sum(after.values()) for after in seen.values() if len(after) > 1)


def product(steps, w):
    s = start = torch.zeros(1, dtype=torch.float64, requires_grad=True)  # tanh' is 1 at 0
    for _ in range(steps):
        s = torch.tanh(w * s)
    return torch.autograd.grad(s, start)[0].item()


def factor(w, state):
    before = torch.tensor(np.arctanh(state) / w, requires_grad=True)
    return torch.autograd.grad(torch.tanh(w * before), before)[0].item()


def clipped(first, second, threshold):
    weight = torch.zeros(2, requires_grad=True)
    weight.grad = torch.tensor([first, second])
    torch.nn.utils.clip_grad_norm_([weight], threshold)
    return weight.grad[0].item()


def logit(share):
    return torch.logit(torch.tensor(share, dtype=torch.float64)).item()


def one_unit(f, i, o, g):
    """nn.LSTMCell whose gates are these whatever it reads: its biases alone."""
    cell = nn.LSTMCell(1, 1).double()
    with torch.no_grad():
        for weight in cell.parameters():
            weight.zero_()
        cell.bias_ih.copy_(torch.tensor([logit(i), logit(f), np.arctanh(g), logit(o)]))
    return cell


def step(cell, before):
    zero, memory = torch.zeros(1, 1, dtype=torch.float64), torch.full((1, 1), before, dtype=torch.float64)
    h, c = cell(zero, (zero, memory))
    return h.item(), c.item()


def cell_state(before, f, i, g):
    return step(one_unit(f, i, 0.5, g), before)[1]


def left_by_the_bias(half, steps):
    cell, memory = one_unit(0.5, 0.5, 0.5, 0.0), 1.0  # candidate 0: nothing comes in
    with torch.no_grad():
        cell.bias_ih[1] = cell.bias_hh[1] = half
    for _ in range(steps):
        memory = step(cell, memory)[1]
    return memory


def module(call):
    return eval(call, {"nn": nn})


def parameters(call):
    return sum(each.numel() for each in module(call).parameters())


def time_steps(call, shape):
    """How many steps it runs through: its last state is read there, and only there, from its output."""
    layer, x = module(call), torch.randn(eval(shape))
    output, (h_n, _) = layer(x)
    (time,) = [axis for axis in (0, 1) if output.select(axis, -1).shape == h_n[0].shape
               and torch.equal(output.select(axis, -1), h_n[0])]  # fmt: skip
    return output.shape[time]


def slope(of, y):
    functions = {"\\tanh": (torch.tanh, np.arctanh), "\\sigma": (torch.sigmoid, logit)}
    function, inverse = functions[of]
    z = torch.tensor(float(inverse(y)), dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(function(z), z)[0].item()


def most_left(norm, name, steps):
    """A unit held where its activation is steepest reaches the bound."""
    function = {"tanh": torch.tanh, "sigmoid": torch.sigmoid}[name]
    middle = function(torch.zeros((), dtype=torch.float64))
    h = start = middle.clone().requires_grad_()
    for _ in range(steps):
        h = function(norm * h - norm * middle)
    return torch.autograd.grad(h, start)[0].item()


ORACLES = {
    ("rnn", 0): third_state,
    ("rnn", 1): shared_weights,
    ("rnn", 2): steps_with_memory,
    ("vanishing", 0): product,
    ("vanishing", 1): factor,
    ("vanishing", 2): clipped,
    ("lstm", 0): cell_state,
    ("lstm", 1): left_by_the_bias,
    ("pytorch", 0): parameters,
    ("pytorch", 2): time_steps,
    ("activations", 0): slope,
    ("activations", 1): most_left,
}


@pytest.mark.parametrize(("lesson", "place"), ORACLES)
def test_every_number_is_pytorchs(lesson, place):
    drawn = [draw(lesson, place, attempt) for attempt in range(ATTEMPTS)]
    assert len({str(question.text) for question in drawn}) > 8
    for question in drawn:
        expected = ORACLES[lesson, place](**question.text.values)
        assert question.answer == pytest.approx(expected, rel=1e-6), str(question.text)
        assert question.reply(f"{expected:.{question.decimals}f}").right


def test_every_shape_is_pytorchs():
    for attempt in range(ATTEMPTS):
        question = draw("pytorch", 1, attempt)
        asked = dict(question.text.values)
        layer = module(asked["call"])
        lead = (asked["samples"], asked["steps"]) if layer.batch_first else (asked["steps"], asked["samples"])
        output, (h_n, _) = layer(torch.zeros(*lead, layer.input_size))
        shape = {"output": output, "h_n": h_n}[asked["name"]].shape
        assert str(question.choices[int(question.answer)]) == str(tuple(shape))


def test_every_unit_does_what_is_said():
    for attempt in range(ATTEMPTS):
        question = draw("lstm", 2, attempt)
        said = str(question.choices[int(question.answer)])
        keeps, takes = WAYS[said.split()[0]]
        h, c = step(one_unit(**question.text.values, g=-0.9), 2.0)
        assert c == pytest.approx(2.0 * keeps - 0.9 * takes, abs=0.2)
        shown = any(word in said for word in ("shows", "open"))
        assert h == pytest.approx(np.tanh(c) * shown, abs=0.06)


def test_the_steeper_one_is_autograds():
    for attempt in range(ATTEMPTS):
        question = draw("activations", 2, attempt)
        slopes = {}
        for name, function in (("tanh", torch.tanh), ("sigmoid", torch.sigmoid)):
            z = torch.tensor(question.text.values["z"], dtype=torch.float64, requires_grad=True)
            slopes[name] = torch.autograd.grad(function(z), z)[0].item()
        assert str(question.choices[int(question.answer)]) == max(slopes, key=slopes.get)


@pytest.mark.parametrize(("lesson", "place"), PLACES)
def test_a_wrong_answer_is_told_the_right_one(lesson, place):
    for attempt in range(ATTEMPTS):
        question = draw(lesson, place, attempt)
        if question.choices:
            wrong = [at for at in range(len(question.choices)) if at != question.answer]
            right, told = int(question.answer), str(question.choices[int(question.answer)])
        else:
            wrong = [question.answer + by for by in (-2 * question.tolerance or -1, 2 * question.tolerance or 1)]
            right, told = question.answer, f"{question.answer:,.{question.decimals}f}"
        assert question.reply(right).right
        for answer in wrong:
            reply = question.reply(answer)
            assert not reply.right
            assert told in str(reply.verdict)
        assert told in str(question.way) or question.choices or question.decimals or question.answer == 0


@pytest.mark.parametrize(("lesson", "place"), PLACES)
def test_another_one_is_another_one_and_the_same_for_all(lesson, place):
    drawn = [draw(lesson, place, attempt) for attempt in range(ATTEMPTS)]
    assert all(one != other for one, other in pairwise(drawn))
    assert drawn == [draw(lesson, place, attempt) for attempt in range(ATTEMPTS)]


@pytest.mark.parametrize(("lesson", "place"), PLACES)
def test_choices_differ_and_the_right_one_stands_anywhere(lesson, place):
    drawn = [draw(lesson, place, attempt) for attempt in range(ATTEMPTS)]
    for question in drawn:
        assert len({str(choice) for choice in question.choices}) == len(question.choices)
    if drawn[0].choices:
        assert len(drawn[0].choices) in (2, 4)
        assert {question.answer for question in drawn} == set(range(len(drawn[0].choices)))


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.42", 0.42), (" −3 ", -3.0), ("4.2e-3", 0.0042), ("1,225", 1225.0), ("0.4２", 0.42), ("1,225.5", 1225.5)],
)
def test_numbers_as_people_write_them(text, number):
    assert number_in(text) == number


@pytest.mark.parametrize("text", ["", "two", "0,42", "1/4", "nan", "inf", "1_000", "0.97 %", "12,34", "１，２"])
def test_what_is_no_number_is_answered_by_a_sentence(text):
    with pytest.raises(AnswerError, match="is not a number") as caught:
        draw("rnn", 0).reply(text)
    assert caught.value.values["given"] == text


@given(st.text(max_size=80))
def test_no_text_breaks_it(text):
    with suppress(AnswerError):
        assert np.isfinite(number_in(text))

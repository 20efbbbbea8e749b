"""The adding problem: what the sequences are, that the same task gives the same result, that it stops when told."""

import pytest
import torch
from torch import nn

from core.errors import ConfigError
from core.jobs.adding import REPORT_EVERY, VARIANCE, AddingTask
from core.jobs.adding_runner import Adder, SigmoidRNN, run_adding, sequences
from core.values import Cancelled

pytestmark = pytest.mark.slow


def test_sequences_hold_two_marks_one_in_each_half():
    x, answers = sequences(500, 21, torch.Generator().manual_seed(3))
    values, marks = x.unbind(2)
    assert marks[:, :10].sum(1).eq(1).all()
    assert marks[:, 10:].sum(1).eq(1).all()
    torch.testing.assert_close((values * marks).sum(1), answers)
    assert answers.var().item() == pytest.approx(VARIANCE, rel=0.2)


def test_the_plain_cell_with_a_tanh_is_nn_rnn():
    torch.manual_seed(5)
    cell = SigmoidRNN(2, 7, activation=torch.tanh)
    x = torch.rand(3, 11, 2)
    for ours, theirs in zip(cell(x), cell.like(x), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_swapping_the_activation_changes_no_first_weight():
    torch.manual_seed(0)
    tanh = Adder(AddingTask(cell="rnn"))
    torch.manual_seed(0)
    sigmoid = Adder(AddingTask(cell="sigmoid"))
    for one, other in zip(tanh.parameters(), sigmoid.parameters(), strict=True):
        assert torch.equal(one, other)
    assert isinstance(tanh.rnn, nn.RNN)


def test_same_task_same_result_and_the_callers_generator_untouched():
    task, seen = AddingTask(steps=8, batches=100), []
    before = torch.random.get_rng_state()
    first, second = run_adding(task, observe=seen.append), run_adding(task)
    assert torch.equal(before, torch.random.get_rng_state())
    assert first.test_loss == second.test_loss
    assert [r.test_loss for r in first.records] == [r.test_loss for r in second.records]
    assert tuple(seen) == first.records
    assert [r.batch for r in seen] == [REPORT_EVERY * n for n in range(1, task.estimate(0).steps + 1)]


def test_a_short_problem_is_solved_and_training_ends_early():
    result = run_adding(AddingTask(cell="gru", steps=8))
    assert result.solved
    assert result.records[-1].batch < result.task.batches
    assert result.learnt_at < result.records[-1].batch
    assert result.share < 0.03


def test_it_is_cancelled_before_the_next_batch():
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        run_adding(AddingTask(steps=8), should_stop=stop)
    assert len(asked) == 4


@pytest.mark.parametrize(
    "changes", [{"steps": 3}, {"cell": "tanh"}, {"learning_rate": float("nan")}, {"batches": 5000}]
)
def test_bounds(changes):
    with pytest.raises(ConfigError):
        AddingTask(**changes)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gates_carry_a_value_over_a_hundred_steps(cell, seed):
    assert run_adding(AddingTask(cell=cell, seed=seed)).test_loss < 0.005


@pytest.mark.parametrize("seed", [0, 1])
def test_a_plain_rnn_does_not(seed):
    assert run_adding(AddingTask(cell="rnn", seed=seed)).share > 0.9


@pytest.mark.parametrize("seed", [0, 1])
def test_a_sigmoid_in_tanhs_place_learns_later_but_learns(seed):
    tanh, sigmoid = (
        run_adding(AddingTask(cell=cell, steps=10, learning_rate=0.01, seed=seed)) for cell in ("rnn", "sigmoid")
    )
    assert sigmoid.learnt_at > 1.5 * tanh.learnt_at
    assert sigmoid.share < 0.05

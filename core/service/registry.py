"""Which function a worker imports for which kind of task, and what is known of its length before it has run."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.errors import N_, JobError


@dataclass(frozen=True)
class Runner:
    """How tasks of one kind are run.

    Attributes:
        target: "module:function", imported by the worker only and called as
            `function(task, bars, observe=callable(record), should_stop=callable() -> bool)`.
            Once `should_stop()` has been true the function ends with an exception of its own.
        outlook: "module:function" of `function(task, rows) -> (steps, seconds)`: how many records the task makes and a
            first guess of its seconds on one core; None when neither can be told. Must not import torch.
    """

    target: str
    outlook: str | None = None


_RUNNERS = {"Experiment": Runner("core.experiment:run_experiment", "core.service.cost:experiment_outlook")}


def register(kind: str | type, runner: Runner) -> None:
    """Have tasks of this class (or class name) run by `runner`; a later call replaces an earlier one."""
    _RUNNERS[kind if isinstance(kind, str) else kind.__name__] = runner


def runner_of(task: Any) -> Runner:
    """The runner of this task's class. Classes go by name, so that a reloaded module's tasks are known too.

    Raises:
        JobError: nothing is registered for it.
    """
    try:
        return _RUNNERS[type(task).__name__]
    except KeyError:
        raise JobError(N_("No runner is known for a task of kind {kind}."), kind=type(task).__name__) from None


def resolve(target: str) -> Callable[..., Any]:
    """The function that "module:function" names."""
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function

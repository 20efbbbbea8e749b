"""What a visitor is likely to ask for next: a step of each dial of the model, another preset."""

from __future__ import annotations

from core import service
from core.config import DEFAULT_PRESET, PRESETS, DataQuery, Experiment, ModelConfig
from core.data import load_bars
from core.errors import ConfigError
from core.web import session
from core.web.job_panel import Wanted

STEPPED = ("window", "hidden_size", "num_layers")
AT_START = "start"  # the visitor before the first


def neighbours(experiment: Experiment) -> list[Experiment]:
    """Experiments one press away: a step up and down of window, units and layers, then the other presets."""
    found = [_stepped(experiment.model, name, step) for name in STEPPED for step in (1, -1)]
    near = [experiment.replace(model=model) for model in found if model is not None]
    return near + [each for each in presets(experiment.data) if each != experiment]


def presets(data: DataQuery) -> list[Experiment]:
    """Every preset on these prices, the one that a visit begins with first."""
    names = sorted(PRESETS, key=lambda name: name != DEFAULT_PRESET)
    return [PRESETS[name].replace(data=data) for name in names]


def _stepped(model: ModelConfig, name: str, step: int) -> ModelConfig | None:
    """None beyond the end of the dial."""
    try:
        return model.replace(**{name: getattr(model, name) + step})
    except ConfigError:
        return None


def think(wanted: Wanted, experiment: Experiment) -> None:
    """While this visitor looks at the run they wanted, of `experiment`, idle workers may train its neighbours."""
    if session.THOUGHT.get() != wanted.key:
        session.THOUGHT.put(wanted.key)
        service.think_ahead([(each, wanted.bars) for each in neighbours(experiment)], wanted.seat)


def at_start() -> None:
    """Train the presets on the prices that a bare address opens with, before anybody comes."""
    if session.operators_token() is None:  # with one, those prices come over the network, and not unasked
        bars = load_bars(DataQuery())
        service.think_ahead([(each, bars) for each in presets(DataQuery())], AT_START)

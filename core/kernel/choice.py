"""Which trainings take the compiled path."""

from __future__ import annotations

from core.config import ModelConfig


def suits(model: ModelConfig) -> bool:
    """Whether the compiled path computes this network, and faster.

    It knows no dropout, which PyTorch puts between layers. The article's layout, one sequence through all days, has no
    samples to put side by side.
    """
    return model.layout == "window" and not (model.dropout and model.num_layers > 1)

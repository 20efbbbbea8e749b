"""Weights and film as safetensors, the configuration in the file's metadata."""

from __future__ import annotations

from safetensors.numpy import save

from core.export.configuration import configuration_json
from core.film import FilmedRun
from core.run import Run


def weights_safetensors(run: Run) -> bytes:
    """The weights under PyTorch's names, the configuration in the file's metadata."""
    return bytes(save(run.weights, metadata={"gatescope": configuration_json(run).decode()}))


def film_safetensors(run: FilmedRun) -> bytes:
    """Every snapshot of the training in one file: epoch_012/weight_ih_l0 ...; epoch_000 is the untrained network."""
    tensors = {
        f"epoch_{epoch:03d}/{name}": weight
        for epoch, frame in zip(run.film.epochs, run.film.frames, strict=True)
        for name, weight in frame.items()
    }
    return bytes(save(tensors, metadata={"gatescope": configuration_json(run).decode()}))

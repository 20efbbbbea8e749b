"""A run as files: tables as CSV, the loss log, the weights with what is needed to use them."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import pandas as pd
from safetensors.numpy import save

from core.film import FilmedRun
from core.run import Run


def bars_csv(bars: pd.DataFrame) -> bytes:
    """Daily bars with ISO dates; columns without any value are left out."""
    return bars.dropna(axis="columns", how="all").to_csv(date_format="%Y-%m-%d").encode()


def prediction_csv(run: Run) -> bytes:
    """One row a pair: date, actual, predicted, persistence, part."""
    return run.prediction.to_csv(index=False, date_format="%Y-%m-%d").encode()


def loss_log(run: Run) -> bytes:
    """The article's log file: one line an epoch, "epoch - loss", then how long it took and when."""
    ended = run.started + timedelta(seconds=run.seconds)
    lines = [f"{record.epoch} - {record.train_loss:.8f}" for record in run.history]
    took = run.history[-1].seconds if run.history else 0.0  # of the untrained network
    lines += [
        f"The training time took {took:.2f} seconds.",
        f"The starting time was {run.started:%Y-%m-%d %H:%M:%S}.",
        f"The finishing time was {ended:%Y-%m-%d %H:%M:%S}.",
    ]
    return ("\n".join(lines) + "\n").encode()


def parameter_table(run: Run) -> pd.DataFrame:
    """One row a tensor: name, shape, count."""
    rows = [(name, " × ".join(map(str, w.shape)), int(w.size)) for name, w in run.weights.items()]
    return pd.DataFrame(rows, columns=["tensor", "shape", "parameters"])


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


def configuration_json(run: Run) -> bytes:
    """Everything needed to build the model again and to scale its inputs: dials, scaler, key, split."""
    told = {
        "key": run.key,
        "experiment": dataclasses.asdict(run.experiment),
        "inputs": {name: dataclasses.asdict(scaler) for name, scaler in run.inputs.items()},
        "parameters": run.parameter_count,
        "train_pairs": run.train_pairs,
        "test_pairs": run.test_pairs,
        "first_test_target": f"{run.split_date:%Y-%m-%d}",
    }
    return json.dumps(told, indent=2, default=str, ensure_ascii=False).encode()


def file_stem(run: Run) -> str:
    """The beginning of a run's file names: ticker and key."""
    return f"{run.experiment.data.ticker.replace(' ', '_')}-{run.key[:8]}"

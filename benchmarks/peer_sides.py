"""One peer's training of the pairs it is given; a process of the peers' environment, see benchmarks/peers.py.

    python -m benchmarks.peer_sides darts pairs.npz     # then a seed a line; a line of JSON comes back for each

Imports nothing of the app, whose libraries that environment does not have.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

Task = Any  # the arrays and sizes of pairs.npz
Sides = tuple[Callable[[], object], Callable[[], Any]]  # trains; predicts the test pairs (n,) scaled


def darts(task: Task, seed: int) -> Sides:
    """BlockRNNModel: nn.LSTM over the window, a linear layer on its last output."""
    import torch
    from darts import TimeSeries
    from darts.models import BlockRNNModel

    values, window, pairs = series(task), task.windows.shape[1], int(task.train_pairs)
    whole = TimeSeries.from_values(values.astype(np.float32))
    trainer = {"accelerator": "cpu", "enable_progress_bar": False, "enable_model_summary": False, "logger": False}
    model = BlockRNNModel(
        input_chunk_length=window, output_chunk_length=1, model="LSTM", hidden_dim=int(task.units),
        n_rnn_layers=int(task.layers), n_epochs=int(task.epochs), batch_size=pairs, random_state=seed,
        optimizer_cls=torch.optim.Adam, optimizer_kwargs={"lr": float(task.rate)}, loss_fn=torch.nn.MSELoss(),
        pl_trainer_kwargs=trainer, save_checkpoints=False,
    )  # fmt: skip

    def predict() -> Any:
        found = model.historical_forecasts(
            whole, start=window + pairs, start_format="position", forecast_horizon=1, retrain=False, verbose=False
        )
        return found.values()[:, 0]

    return lambda: model.fit(whole[: window + pairs], verbose=False), predict


def neuralforecast(task: Task, seed: int) -> Sides:
    """Its LSTM, recurrent: a linear layer on the last output; windows are drawn, as many as there are pairs."""
    import pandas as pd
    from neuralforecast import NeuralForecast
    from neuralforecast.losses.pytorch import MSE
    from neuralforecast.models import LSTM

    window, pairs = task.windows.shape[1], int(task.train_pairs)
    trainer = {"accelerator": "cpu", "devices": 1, "enable_progress_bar": False, "enable_model_summary": False,
               "logger": False, "enable_checkpointing": False}  # fmt: skip
    model = LSTM(
        h=1, input_size=window, recurrent=True, encoder_n_layers=int(task.layers), encoder_dropout=0.0,
        encoder_hidden_size=int(task.units), max_steps=int(task.epochs), learning_rate=float(task.rate), loss=MSE(),
        num_lr_decays=-1, batch_size=1, windows_batch_size=pairs, scaler_type="identity", random_seed=seed, **trainer,
    )  # fmt: skip
    forecaster = NeuralForecast(models=[model], freq=1)

    def frame(name: Any, values: Any) -> Any:
        return pd.DataFrame({"unique_id": name, "ds": np.arange(len(values)), "y": values.astype(np.float32)})

    def predict() -> Any:
        tested = [frame(number, each[:, 0]) for number, each in enumerate(task.windows[pairs:])]
        found = forecaster.predict(df=pd.concat(tested))
        return found.sort_values("unique_id")["LSTM"].to_numpy()

    known = frame(0, series(task)[: window + pairs])
    return lambda: forecaster.fit(df=known), predict


def keras(task: Task, seed: int) -> Sides:
    """Layers of LSTM and a Dense one, compiled by JAX."""
    import keras as library

    library.utils.set_random_seed(seed)
    pairs, layers = int(task.train_pairs), int(task.layers)
    x, y = task.windows.astype(np.float32), task.targets.astype(np.float32)
    lstms = [library.layers.LSTM(int(task.units), return_sequences=each + 1 < layers) for each in range(layers)]
    model = library.Sequential([library.Input(x.shape[1:]), *lstms, library.layers.Dense(1)])
    model.compile(optimizer=library.optimizers.Adam(float(task.rate)), loss="mse")

    def fit() -> None:
        model.fit(x[:pairs], y[:pairs], batch_size=pairs, epochs=int(task.epochs), verbose=0)

    return fit, lambda: model.predict(x[pairs:], verbose=0)[:, 0]


SIDES: dict[str, Callable[[Task, int], Sides]] = {"darts": darts, "neuralforecast": neuralforecast, "keras": keras}


def series(task: Task) -> Any:
    """The scaled series (D,) that the windows and targets were cut from."""
    return np.concatenate([task.windows[0, :, 0], task.targets])


def quiet() -> None:
    """One core, one thread, and nothing on standard output but answers."""
    os.environ.update(KERAS_BACKEND="jax", JAX_PLATFORMS="cpu", CUDA_VISIBLE_DEVICES="")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    warnings.simplefilter("ignore")
    for name in ("pytorch_lightning", "lightning", "darts", "neuralforecast"):
        logging.getLogger(name).setLevel(logging.ERROR)


def main() -> None:
    quiet()
    name, path = sys.argv[1:3]
    loaded = np.load(path)
    task = type("Task", (), {key: loaded[key] for key in loaded.files})
    answers, sys.stdout = sys.stdout, sys.stderr
    for seed in sys.stdin:
        train, predict = SIDES[name](task, int(seed))
        began = time.perf_counter()
        train()
        took = time.perf_counter() - began
        predicted = np.asarray(predict(), dtype=float)
        assert len(predicted) == len(task.targets) - int(task.train_pairs), len(predicted)
        print(json.dumps({"seconds": took, "predicted": predicted.tolist()}), file=answers, flush=True)


if __name__ == "__main__":
    main()

"""The bare loop that trainings are held against: what one writes with PyTorch in ten lines, with nothing watched."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from core.config import Experiment
from core.dataset import Dataset

CELLS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


def bare_loop(experiment: Experiment, data: Dataset) -> Callable[[int], Callable[[Tensor], Tensor]]:
    """A function that trains for so many epochs, by Adam on the mean squared error, and returns the network.

    The network takes windows (N, T, F), or (N, 1, T*F) in the article's layout, and gives (N,).
    """
    model, train, article = experiment.model, experiment.train, experiment.model.layout == "article"
    x = torch.tensor(data.windows[: data.train_pairs], dtype=torch.float32)
    x = x.flatten(1)[:, None] if article else x
    y = torch.tensor(data.targets[: data.train_pairs], dtype=torch.float32)
    torch.set_num_threads(1)

    def trained(epochs: int) -> Callable[[Tensor], Tensor]:
        kind, width = CELLS[model.cell], x.shape[2]
        rnn, fc = (
            kind(width, model.hidden_size, model.num_layers, batch_first=not article),
            nn.Linear(model.hidden_size, 1),
        )
        optimizer = torch.optim.Adam([*rnn.parameters(), *fc.parameters()], lr=train.learning_rate)
        loss_of, last = nn.MSELoss(), (slice(None), 0) if article else (slice(None), -1)
        for _ in range(epochs):
            for rows in torch.split(torch.randperm(len(x)), train.batch_size) if train.batch_size else [slice(None)]:
                loss = loss_of(fc(rnn(x[rows])[0][last])[:, 0], y[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        return lambda windows: fc(rnn(windows)[0][last])[:, 0]

    return trained

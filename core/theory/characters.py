"""A next-character network of a few units, trained in well under a second: what a recurrent state is for.

In "hello" an l is followed once by l and once by o: only what came before tells them apart. The same network without
its recurrent matrix cannot do better than one half each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.values import Array

WORDS = ("hello", "banana", "上海自来水来自海上")
UNITS = 12
STEP_SIZE = 0.3  # plain gradient descent
SEED = 0
START_SCALE = 0.3  # standard deviation of the first weights


@dataclass(frozen=True)
class _Weights:
    """h_t = tanh(wx x_t + wh h_{t-1} + b), p_t = softmax(wo h_t + bo), for V characters and H units."""

    wx: Array  # (H, V)
    wh: Array  # (H, H)
    b: Array  # (H,)
    wo: Array  # (V, H)
    bo: Array  # (V,)


@dataclass(frozen=True)
class Reading:
    """A trained network reading its word.

    Attributes:
        letters: the V different characters, in order of appearance.
        word: the text; step t reads word[t] and should predict word[t + 1].
        probabilities: (T, V), each row sums to 1; T = len(word) - 1.
        losses: mean cross-entropy in nats before each training step, and after the last: (steps + 1,).
    """

    letters: str
    word: str
    probabilities: Array
    losses: Array

    @property
    def of_truth(self) -> Array:
        """Probability given to the character that really came next: (T,)."""
        columns = [self.letters.index(letter) for letter in self.word[1:]]
        return self.probabilities[np.arange(len(columns)), columns]


def read(word: str, training_steps: int, remembers: bool = True) -> Reading:
    """Train on one word by back-propagation through time and read it; `remembers=False` holds wh at zero.

    The first weights come from one fixed seed: the same call gives the same numbers.
    """
    letters = "".join(dict.fromkeys(word))
    codes = [letters.index(letter) for letter in word]
    x, y = np.eye(len(letters))[codes[:-1]], np.array(codes[1:])  # (T, V), (T,)
    weights = _first(len(letters), remembers)
    losses = np.empty(training_steps + 1)
    for step in range(training_steps):
        hidden, chances = _forward(weights, x)
        losses[step] = _loss(chances, y)
        weights = _descend(weights, _gradient(weights, x, y, (hidden, chances)), remembers)
    _, chances = _forward(weights, x)
    losses[-1] = _loss(chances, y)
    return Reading(letters, word, chances, losses)


def _first(letters: int, remembers: bool) -> _Weights:
    rng = np.random.default_rng(SEED)
    wx, wo = (START_SCALE * rng.standard_normal((UNITS, letters)) for _ in range(2))
    wh = START_SCALE * rng.standard_normal((UNITS, UNITS)) * remembers
    return _Weights(wx, wh, np.zeros(UNITS), wo.T, np.zeros(letters))


def _forward(w: _Weights, x: Array) -> tuple[Array, Array]:
    """States (T + 1, H), the first of them zero, and probabilities (T, V)."""
    hidden = np.zeros((len(x) + 1, UNITS))
    for t in range(len(x)):
        hidden[t + 1] = np.tanh(w.wx @ x[t] + w.wh @ hidden[t] + w.b)
    scores = hidden[1:] @ w.wo.T + w.bo  # (T, V)
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return hidden, raised / raised.sum(axis=1, keepdims=True)


def _loss(chances: Array, y: Array) -> float:
    return float(-np.log(chances[np.arange(len(y)), y]).mean())


def _gradient(w: _Weights, x: Array, y: Array, forward: tuple[Array, Array]) -> _Weights:
    """Gradient of the mean cross-entropy, walking back from the last step."""
    hidden, chances = forward
    wrong = chances.copy()
    wrong[np.arange(len(y)), y] -= 1.0  # d loss / d scores of a softmax
    wrong /= len(y)
    dz, back = np.empty((len(x), UNITS)), np.zeros(UNITS)
    for t in reversed(range(len(x))):
        dz[t] = (w.wo.T @ wrong[t] + back) * (1.0 - hidden[t + 1] ** 2)
        back = w.wh.T @ dz[t]
    return _Weights(dz.T @ x, dz.T @ hidden[:-1], dz.sum(axis=0), wrong.T @ hidden[1:], wrong.sum(axis=0))


def _descend(w: _Weights, slope: _Weights, remembers: bool) -> _Weights:
    return _Weights(
        w.wx - STEP_SIZE * slope.wx,
        w.wh - STEP_SIZE * slope.wh * remembers,
        w.b - STEP_SIZE * slope.b,
        w.wo - STEP_SIZE * slope.wo,
        w.bo - STEP_SIZE * slope.bo,
    )

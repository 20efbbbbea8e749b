"""Products of Jacobians over many steps, and the two facts that bound them (Pascanu, Mikolov, Bengio 2013).

A tanh network h_t = tanh(W h_{t-1} + x_t) has dh_t/dh_{t-1} = diag(1 - h_t^2) W. Norms are spectral (largest singular
value) throughout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.values import Array

UNITS = 64
START_SCALE = 0.1  # standard deviation of h_0: small enough that tanh starts almost linear
SEED = 0
DRAWS = 20  # networks over which the lesson tells how much is the luck of the draw
RADII = (0.5, 0.9, 1.0, 1.2)
GAMMA = {"tanh": 1.0, "sigmoid": 0.25}  # largest slope of each activation


@lru_cache(maxsize=DRAWS)
def orthogonal(draw: int = 0) -> Array:
    """An orthogonal matrix, the same on every call: (64, 64). Haar-distributed (Mezzadri 2007)."""
    q, r = np.linalg.qr(np.random.default_rng(SEED + 2 * draw).standard_normal((UNITS, UNITS)))
    return np.asarray(q * np.sign(np.diag(r)))


def _products(radius: float, lags: int, input_scale: float, draw: int = 0) -> Iterator[Array]:
    """dh_T/dh_0 for T = 1 ... `lags`, each (64, 64), of the `draw`-th network."""
    rng = np.random.default_rng(SEED + 2 * draw + 1)
    h = START_SCALE * rng.standard_normal(UNITS)
    inputs = input_scale * rng.standard_normal((lags, UNITS))  # (T, H)
    w, product = radius * orthogonal(draw), np.eye(UNITS)
    for x in inputs:
        h = np.tanh(w @ h + x)
        product = ((1.0 - h * h)[:, None] * w) @ product  # diag(1 - h^2) W, times all before
        yield product


def product_norms(radius: float, lags: int, input_scale: float = 0.0) -> Array:
    """|| dh_T/dh_0 || for T = 1 ... `lags`, of a 64-unit tanh network with W = radius * orthogonal: (lags,).

    The start state and the inputs (times `input_scale`) are drawn once from a fixed seed: moving a dial moves only
    what the dial means.
    """
    return np.array([np.linalg.norm(product, 2) for product in _products(radius, lags, input_scale)])


@lru_cache(maxsize=64)
def spread(radius: float, lag: int, input_scale: float = 0.0) -> tuple[float, float]:
    """Lowest and highest || dh_lag/dh_0 || over DRAWS networks, the one of `product_norms` and others drawn anew."""
    ends = []
    for draw in range(DRAWS):
        *_, last = _products(radius, lag, input_scale, draw)
        ends.append(float(np.linalg.norm(last, 2)))
    return min(ends), max(ends)


@dataclass(frozen=True)
class Radii:
    """Norms of the products by radius, each (lags,), and the spread of the last radius' norm at one lag."""

    norms: Mapping[float, Array]
    low: float
    high: float


def radii(input_scale: float = 0.0, lags: int = 100, lag: int = 50) -> Radii:
    """`product_norms` of every radius of RADII up to `lags`, and `spread` of the largest radius at `lag`."""
    norms = {radius: product_norms(radius, lags, input_scale) for radius in RADII}
    return Radii(norms, *spread(RADII[-1], lag, input_scale))


def bound(largest_singular_value: float, lags: int, gamma: float = 1.0) -> Array:
    """Most that can be left of a gradient's norm, (gamma * sigma_max)^lag for lag = 0 ... `lags`: (lags + 1,)."""
    return np.asarray((gamma * largest_singular_value) ** np.arange(lags + 1, dtype=np.float64))


@dataclass(frozen=True)
class Powers:
    """A matrix's spectral radius, largest singular value, and the norms of its powers 1 ... n."""

    radius: float
    largest_singular_value: float
    norms: Array

    @property
    def peak(self) -> tuple[int, float]:
        """The power whose norm is largest, and that norm."""
        at = int(np.argmax(self.norms))
        return at + 1, float(self.norms[at])


def shear(diagonal: float = 0.9, coupling: float = 3.0) -> Array:
    """[[d, c], [0, d]]: radius |d| whatever the coupling c, norm not."""
    return np.array([[diagonal, coupling], [0.0, diagonal]])


def powers(matrix: Array, count: int) -> Powers:
    """Norms of matrix^1 ... matrix^count, for a square matrix (H, H)."""
    norms = np.array([np.linalg.norm(np.linalg.matrix_power(matrix, n), 2) for n in range(1, count + 1)])
    return Powers(
        radius=float(np.abs(np.linalg.eigvals(matrix)).max()),
        largest_singular_value=float(np.linalg.norm(matrix, 2)),
        norms=norms,
    )


def clip(gradient: Array, threshold: float) -> Array:
    """Shorten a gradient that is longer than `threshold`; its direction stays (Pascanu et al. 2013, algorithm 1)."""
    norm = float(np.linalg.norm(gradient))
    return gradient if norm <= threshold else gradient * (threshold / norm)

"""Random numbers that depend on *what* they are for, never on how many were drawn before.

A sequential generator would give every order another fate as soon as one more day is simulated. Here a
number is a hash of (seed, stream name, keys), so the past stays byte for byte the same whatever the horizon,
and whole columns are made at once. The mixing function is the finaliser of SplitMix64 (Steele, Lea and Flood,
2014, "Fast splittable pseudorandom number generators").
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = (state ^ (state >> np.uint64(30))) * _MIX_1
    state = (state ^ (state >> np.uint64(27))) * _MIX_2
    return state ^ (state >> np.uint64(31))


@dataclass(frozen=True)
class Dice:
    """All draws of one simulated shop; `seed` is any text, so that two shops of one seed differ."""

    seed: str

    def bits(self, stream: str, *keys: ArrayLike) -> NDArray[np.uint64]:
        """64 random bits for each (broadcast) combination of integer keys."""
        digest = hashlib.blake2b(f"{self.seed}/{stream}".encode(), digest_size=8).digest()
        state = np.array([int.from_bytes(digest, "little")], dtype=np.uint64)
        for key in keys:
            key_bits = np.atleast_1d(np.asarray(key, dtype=np.int64)).astype(np.uint64)
            state = _mixed(state + (key_bits + np.uint64(1)) * _GOLDEN)
        return state

    def uniform(self, stream: str, *keys: ArrayLike) -> Floats:
        """Floats in the open interval (0, 1), safe for logarithms."""
        return ((self.bits(stream, *keys) >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53

    def between(self, low: float, high: float, stream: str, *keys: ArrayLike) -> Floats:
        return low + (high - low) * self.uniform(stream, *keys)

    def chance(self, probability: ArrayLike, stream: str, *keys: ArrayLike) -> Bools:
        return np.asarray(
            self.uniform(stream, *keys) < np.asarray(probability, dtype=np.float64), dtype=np.bool_
        )

    def integers(self, low: int, high: int, stream: str, *keys: ArrayLike) -> Ints:
        """Whole numbers from `low` to `high`, both included."""
        return low + np.floor(self.uniform(stream, *keys) * (high - low + 1)).astype(np.int64)

    def pick(self, weights: Sequence[float], stream: str, *keys: ArrayLike) -> Ints:
        """Indexes into `weights`, each as likely as its weight."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        drawn = np.searchsorted(edges, self.uniform(stream, *keys) * edges[-1], side="right")
        return np.asarray(np.minimum(drawn, len(edges) - 1), dtype=np.int64)

    def exponential(self, mean: ArrayLike, stream: str, *keys: ArrayLike) -> Floats:
        return np.asarray(-np.log(self.uniform(stream, *keys)) * np.asarray(mean, dtype=np.float64))

    def normal(self, stream: str, *keys: ArrayLike) -> Floats:
        """Standard normal (Box and Muller, 1958)."""
        radius = np.sqrt(-2.0 * np.log(self.uniform(stream + "/radius", *keys)))
        return np.asarray(
            radius * np.cos(2.0 * np.pi * self.uniform(stream + "/angle", *keys)), dtype=np.float64
        )

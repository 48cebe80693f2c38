"""A counter-based random stream: draw k of a key is a pure function, so order and threads never change a result."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_UNIT = 1.0 / 9007199254740992.0  # 2**-53


@njit(cache=True)
def mix(key: np.uint64, counter: np.uint64) -> np.uint64:
    """One round of SplitMix64 (Steele, Lea, Flood 2014) at position `counter` of the stream `key`."""
    z = key + (counter + np.uint64(1)) * _GOLDEN
    z = (z ^ (z >> _S30)) * _MIX_A
    z = (z ^ (z >> _S27)) * _MIX_B
    return z ^ (z >> _S31)


@njit(cache=True)
def _key(seed: int, step: int, purpose: int) -> np.uint64:
    return mix(mix(mix(np.uint64(seed), np.uint64(0)), np.uint64(step)), np.uint64(purpose))


def stream_key(seed: int, step: int, purpose: int = 0) -> np.uint64:
    """The key of one purpose within step `step` under `seed`; different keys are unrelated."""
    # numba hands 64-bit keys back as plain int, which would not fit when passed in again
    return np.uint64(_key(seed, step, purpose))


@njit(cache=True)
def uniform(key: np.uint64, counter: int) -> float:
    """Draw `counter` of stream `key`, uniform in [0, 1)."""
    return float(mix(key, np.uint64(counter)) >> _S11) * _UNIT


@njit(cache=True)
def normal_pair(key: np.uint64, pair: int) -> tuple[float, float]:
    """Draws 2 * pair and 2 * pair + 1 as two independent standard normal numbers (Box and Muller 1958)."""
    radius = math.sqrt(-2.0 * math.log(1.0 - uniform(key, 2 * pair)))
    turn = 2.0 * math.pi * uniform(key, 2 * pair + 1)
    return radius * math.cos(turn), radius * math.sin(turn)

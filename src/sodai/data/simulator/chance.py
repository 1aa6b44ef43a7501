"""Random numbers by name: each depends on the seed, a name and the ids it belongs to, and on nothing else.

The draws of one pair and week do not shift when other pairs exist or not, so a company with an injected event
equals the one without it up to the event's date, and afterwards wherever the event has no effect. The hash is
SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
"""

import hashlib

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Hashes = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def key(seed: int, *names: str | int) -> int:
    """Give the 64-bit key of a stream: one for each seed and name."""
    text = "/".join(str(part) for part in (seed, *names))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def generator(seed: int, *names: str | int) -> np.random.Generator:
    """Give numpy's generator for a stream that is drawn once, in order."""
    return np.random.default_rng(key(seed, *names))


def hashed(stream: int, *ids: Ints | Hashes) -> Hashes:
    """Hash ids of equal shape to 64 bits; with one id this is the SplitMix64 sequence at that position."""
    state: Hashes = np.asarray([stream], dtype=np.uint64)
    for values in ids:
        state = _mixed(state + values.astype(np.uint64) * _GOLDEN)
    return state


def uniform(stream: int, *ids: Ints | Hashes) -> Floats:
    """Draw from the open interval (0, 1) for each id.

    >>> bool(uniform(7, np.arange(5))[3] == uniform(7, np.array([3]))[0])
    True
    """
    out: Floats = (hashed(stream, *ids) >> np.uint64(11)).astype(np.float64)
    out += 0.5
    out *= 2.0**-53
    return out


def normal(stream: int, *ids: Ints | Hashes) -> Floats:
    """Draw from the standard normal for each id."""
    out: Floats = ndtri(uniform(stream, *ids))
    return out


def _mixed(state: Hashes) -> Hashes:
    state = (state ^ (state >> np.uint64(30))) * _FIRST
    state = (state ^ (state >> np.uint64(27))) * _SECOND
    return state ^ (state >> np.uint64(31))

"""The cache that several API processes share, on a Redis or Valkey server.

An answer is kept with a digest of key and content: what somebody else wrote, or half wrote, is not believed.
Keys carry the state that the answer was made from, so a published week invalidates them all at once; the old
ones are deleted in the background and run out in any case.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from sodai.serving.cache.away import CacheAwayError
from sodai.settings.services import CacheSettings

PREFIX = "sodai:"
MARK = b"sodai1"
DIGEST_BYTES = 16
# The count of bytes lives twice as long as an answer, then begins anew.
COUNT_LIVES = 2


@contextmanager
def _answering() -> Iterator[None]:
    """Turn every failure of the server into one error."""
    try:
        yield
    except (redis.RedisError, OSError, TimeoutError) as error:
        raise CacheAwayError(type(error).__name__) from error


class SharedCache:
    """Answers by state and key. Every failure of the server is raised as `CacheAwayError`."""

    def __init__(self, settings: CacheSettings) -> None:
        if settings.url is None:
            raise ValueError("a shared cache needs an address")
        self._settings = settings
        self._client = redis.Redis.from_url(
            settings.url.get_secret_value(),
            socket_timeout=settings.timeout_seconds,
            socket_connect_timeout=settings.timeout_seconds,
            retry=Retry(NoBackoff(), 0),
            max_connections=50,
        )

    async def get(self, state: str, key: str) -> bytes | None:
        """Return an answer.

        Raises
        ------
        ValueError
            If what is kept is not what we wrote.
        """
        name = _name(state, key)
        with _answering():
            found: bytes | None = await self._client.get(name)  # type: ignore[assignment] # nothing is decoded
            if found is None:
                return None
            sealed = len(MARK) + DIGEST_BYTES
            if found[: len(MARK)] != MARK or found[len(MARK) : sealed] != _digest(name, found[sealed:]):
                await self._client.unlink(name)
                raise ValueError("not an answer of ours")
            return found[sealed:]

    async def put(self, state: str, key: str, answer: bytes) -> None:
        """Keep an answer, unless those of this state take all the room they may."""
        name, count = _name(state, key), f"{PREFIX}{state}:bytes"
        life = int(self._settings.ttl_seconds * 1000) or 1
        with _answering():
            if await self._client.incrby(count, len(answer)) > self._settings.shared_max_bytes:
                await self._client.decrby(count, len(answer))
                return
            async with self._client.pipeline(transaction=False) as pipe:
                pipe.pexpire(count, COUNT_LIVES * life, nx=True)
                pipe.set(name, MARK + _digest(name, answer) + answer, px=life)
                await pipe.execute()

    async def forget(self, state: str) -> None:
        """Delete the answers of a state that is no longer served."""
        with _answering():
            async for name in self._client.scan_iter(match=f"{PREFIX}{state}:*", count=500):
                await self._client.unlink(name)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _name(state: str, key: str) -> str:
    return f"{PREFIX}{state}:{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}"


def _digest(name: str, answer: bytes) -> bytes:
    digest = hashlib.blake2b(name.encode(), digest_size=DIGEST_BYTES)
    digest.update(answer)
    return digest.digest()

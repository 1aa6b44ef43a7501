"""What a cache that does not answer raises."""


class CacheAwayError(Exception):
    """The server did not answer, or not in time."""

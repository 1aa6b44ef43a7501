"""Numbers as Spanish writes them."""

_SWAPPED = str.maketrans(",.", ".,")


def in_spanish(number: str) -> str:
    """Swap point and comma of a number that was written the English way.

    >>> in_spanish("1,234.5")
    '1.234,5'
    """
    return number.translate(_SWAPPED)

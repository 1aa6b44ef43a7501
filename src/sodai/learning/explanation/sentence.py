"""A sentence of a reason in both languages, and when it may be said.

A sentence is used when every value that it names is known, its condition holds, and the features that it
speaks of pushed the probability up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sodai.learning.explanation.wording import Value, names_in

Known = Mapping[str, Value]
Condition = Callable[[Known], bool]


@dataclass(frozen=True)
class Sentence:
    """One way to say a reason.

    Parameters
    ----------
    group : str
        Reason group.
    es, en : str
        Templates of :class:`~sodai.learning.explanation.wording.Phrase`.
    about : tuple of str
        Beginnings of the names of the features that it speaks of; empty means the whole group.
    when : callable, optional
        Condition on the known values.
    """

    group: str
    es: str
    en: str
    about: tuple[str, ...] = ()
    when: Condition | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the values that the sentence uses."""
        return tuple(dict.fromkeys((*names_in(self.es), *names_in(self.en))))

    def fits(self, known: Known) -> bool:
        """Whether the sentence may be said of these values."""
        return all(name in known for name in self.names) and (self.when is None or self.when(known))

    def speaks_of(self, feature: str) -> bool:
        """Whether a feature of the group is part of what the sentence says."""
        return not self.about or feature.startswith(self.about)


def get(known: Known, name: str, default: float) -> float:
    """Look up a known number, or return ``default``."""
    value = known.get(name, default)
    return value if isinstance(value, float) else default


def at_least(name: str, limit: float) -> Condition:
    """Require that a number is known and at least ``limit``."""
    return lambda known: get(known, name, float("-inf")) >= limit

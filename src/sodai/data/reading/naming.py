"""Which delivered column is which of ours, and what to say when one is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from sodai.settings import InputError, UsageError
from sodai.settings.columns import CUSTOMER_ID, LINE_COLUMNS, PRODUCT_ID
from sodai.settings.model import Settings, TableSource

_PANDAS_INDEX = "__index_level_"


@dataclass(frozen=True)
class Role:
    """One of the three tables: its key in the settings, its source there, and the columns it must have."""

    key: str
    source: TableSource
    required: tuple[str, ...]

    @property
    def all_columns(self) -> bool:
        """Whether columns that are not required are kept: attributes are, extras of a line are not."""
        return self.key != "lines"


def roles(settings: Settings) -> tuple[Role, Role, Role]:
    """Describe the three tables as the settings name them: customers, products, lines."""
    source = settings.source
    return (
        Role("customers", source.customers, (CUSTOMER_ID,)),
        Role("products", source.products, (PRODUCT_ID,)),
        Role("lines", source.lines, LINE_COLUMNS),
    )


def renames(role: Role, delivered: Sequence[str], where: object) -> dict[str, str]:
    """Map the delivered names to keep to ours.

    A delivered column whose own name is taken by a mapped one is left out, as is the index that pandas
    writes.

    Raises
    ------
    InputError
        If a required or mapped column is not there; lists what is, and the likely one.
    UsageError
        If two of our columns are mapped to the same delivered one.
    """
    mapped = role.source.columns
    wanted = {ours: mapped.get(ours, ours) for ours in (*role.required, *mapped)}
    for ours, theirs in wanted.items():
        if theirs not in delivered:
            raise InputError(
                f"the table {role.key} ({where}) has no column {theirs!r}",
                got="the columns " + ", ".join(delivered),
                hint=suggestion(theirs, delivered)
                + f'Deliver it, or name it in the settings: source.{role.key}.columns.{ours} = "...".',
            )
    chosen = {theirs: ours for ours, theirs in wanted.items()}
    if len(chosen) < len(wanted):
        raise UsageError(
            f"two columns of the table {role.key} are mapped to one",
            got=f"source.{role.key}.columns = {mapped}",
        )
    if role.all_columns:
        free = (name for name in delivered if name not in chosen and name not in wanted)
        chosen |= {name: name for name in free if name.strip() and not name.startswith(_PANDAS_INDEX)}
    return chosen


def suggestion(word: str, options: Sequence[str]) -> str:
    """Write ``Did you mean ...? `` for the option closest to ``word``, or nothing when none is close."""
    folded = {option.casefold(): option for option in options}
    close = get_close_matches(word.casefold(), list(folded), n=1)
    return f"Did you mean {folded[close[0]]!r}? " if close else ""

"""Several counts in one sum are the counts that they would be one by one."""

from collections import Counter

import ibis
from hypothesis import given
from hypothesis import strategies as st
from ibis import BaseBackend

from sodai.features.digits import bit_count, digits

BITS = 4
PLACES = st.integers(0, 12)
ROWS = st.lists(st.tuples(PLACES, st.booleans()), min_size=1, max_size=60).filter(
    lambda rows: max(Counter(rows).values()) < 2**BITS
)


def _table(rows: list[tuple[int, bool]]) -> ibis.Table:
    return ibis.memtable(rows, schema={"place": "int32", "wanted": "boolean"})


@given(ROWS)
def test_each_digit_counts_the_rows_of_its_place(backend: BaseBackend, rows: list[tuple[int, bool]]) -> None:
    table = _table(rows)
    found = backend.execute(digits(table.place * BITS, table.wanted))
    counts = Counter(place for place, wanted in rows if wanted)
    assert [(int(found) >> (BITS * place)) & (2**BITS - 1) for place in range(13)] == [
        counts[place] for place in range(13)
    ]


@given(st.sets(st.integers(0, 52), min_size=1))
def test_places_that_follow_one_another_make_a_set_up_to_the_last_place(
    backend: BaseBackend, places: set[int]
) -> None:
    table = _table([(place, True) for place in places])
    found = backend.execute(digits(table.place))
    assert {place for place in range(64) if int(found) >> place & 1} == places
    assert backend.execute(bit_count(digits(table.place))) == len(places)

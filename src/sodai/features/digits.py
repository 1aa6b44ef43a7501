"""Several counts in one sum: over many rows each aggregate takes its time, and a sum has room for many."""

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]  # Ibis has no type for it
def bit_count(x: dt.int64) -> dt.int8:
    """Bits of ``x`` that are 1."""


def digits(place: ir.IntegerValue, where: ir.BooleanValue | bool = True) -> ir.IntegerValue:
    """How many rows have which place, as a binary number.

    A place is the lowest bit of its count, 0 to 52, for the sum is exact in float64. Where places follow one
    another each count is 0 or 1, and the number is a set of places; where they lie four bits apart, a count
    goes to 15.
    """
    # A bare 1 has 32 bits in DuckDB.
    one = ibis.literal(1, "int8").cast("int64") << place.cast("int64")
    return ibis.ifelse(where, one, 0).cast("float64").sum().cast("int64")

"""Ibis expressions computed on NumPy arrays.

An engine takes a second to plan the features of a snapshot, however few rows there are. What one customer's
features need is a few hundred rows; here the same expressions are translated once into a list of array
operations, which then takes milliseconds. Only what the features use is understood; anything else is refused
when the program is made, never computed wrongly.
"""

from sodai.features.arrays.column import Column, Columns
from sodai.features.arrays.program import Program

__all__ = ["Column", "Columns", "Program"]

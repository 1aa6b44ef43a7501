"""SodAI: who will buy what in the next seven days, as calibrated probabilities."""

from importlib.metadata import version

__version__ = version("sodai")

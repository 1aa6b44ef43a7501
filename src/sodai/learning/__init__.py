"""Algorithms, tuning, selection, calibration: from a panel to a model that can be registered."""

from sodai.learning.algorithm import Algorithm, Config
from sodai.learning.algorithms import algorithm
from sodai.learning.design import Design
from sodai.learning.frame import Frame
from sodai.learning.schema import FeatureLike, Schema

__all__ = ["Algorithm", "Config", "Design", "FeatureLike", "Frame", "Schema", "algorithm"]

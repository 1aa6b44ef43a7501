"""Algorithms, tuning, selection, calibration: from a panel to a model that can be registered."""

from sodai.learning.algorithm import Algorithm, Config
from sodai.learning.algorithms import FAMILIES, algorithm
from sodai.learning.calibration import Calibration, Scored, choose_calibration
from sodai.learning.choice import Choice, StudyResult, TrialRecord
from sodai.learning.cut import buy_cut
from sodai.learning.design import Design
from sodai.learning.frame import Frame
from sodai.learning.model import Model, ModelMeta
from sodai.learning.rolling import Rolling
from sodai.learning.schema import FeatureLike, Schema
from sodai.learning.training import OutOfTime, out_of_time, train
from sodai.learning.tuning import Tuned, tune

__all__ = [
    "FAMILIES",
    "Algorithm",
    "Calibration",
    "Choice",
    "Config",
    "Design",
    "FeatureLike",
    "Frame",
    "Model",
    "ModelMeta",
    "OutOfTime",
    "Rolling",
    "Schema",
    "Scored",
    "StudyResult",
    "TrialRecord",
    "Tuned",
    "algorithm",
    "buy_cut",
    "choose_calibration",
    "out_of_time",
    "train",
    "tune",
]

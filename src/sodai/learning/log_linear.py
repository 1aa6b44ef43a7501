"""Small logistic fits with bounds on the slopes: what calibration and blending have in common."""

import numpy as np
from numpy.typing import NDArray

from sodai.learning.measures import Floats, expit


def fit_slopes(
    inputs: Floats,
    label: NDArray[np.int8],
    weight: Floats,
    *,
    start: Floats,
    pull: float,
    lowest: float = 0.0,
) -> tuple[Floats, float]:
    """Slopes and intercept that minimise the weighted log-loss of ``expit(inputs @ slopes + intercept)``.

    Parameters
    ----------
    inputs : ndarray (rows x k)
    label, weight : ndarray (rows)
    start : ndarray (k)
        Slopes to start from and to stay near.
    pull : float
        Penalty on the squared distance to them, in nats a row.
    lowest : float
        No slope is below it.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - a stored model is read without it

    share = weight / weight.sum()

    def loss(parameters: Floats) -> tuple[float, Floats]:
        slopes, intercept = parameters[:-1], parameters[-1]
        log_odds = inputs @ slopes + intercept
        value = float(share @ (np.logaddexp(0.0, log_odds) - label * log_odds))
        error = share * (expit(log_odds) - label)
        away = slopes - start
        gradient = np.append(error @ inputs + pull * away, error.sum() + pull * intercept)
        return value + 0.5 * pull * float(away @ away + intercept**2), gradient

    bounds = [(lowest, None)] * inputs.shape[1] + [(None, None)]
    found = minimize(loss, np.append(start, 0.0), jac=True, bounds=bounds, method="L-BFGS-B").x
    return found[:-1], float(found[-1])

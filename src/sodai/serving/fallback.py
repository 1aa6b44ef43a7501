"""Who ranks a customer's products: the first of week, champion, recency and popularity that can."""

from sodai.serving.answers.ranking import Ranking, from_popularity, from_recency, from_week
from sodai.serving.services import Services
from sodai.serving.state import State


async def ranked(
    services: Services,  # noqa: ARG001
    state: State,
    customer: int | None,
    wanted_type: str | None,
    product: int | None = None,
) -> Ranking:
    """Rank the products of a customer.

    Parameters
    ----------
    services : Services
    state : State
    customer : int, optional
        None is one that nobody knows.
    wanted_type : str, optional
        Type of an unknown customer.
    product : int, optional
        One that the published week does not name for this customer, so that it cannot tell.
    """
    if customer is None:
        return from_popularity(state, None, wanted_type)
    return (
        (from_week(state, customer) if product is None else None)
        or from_recency(state, customer)
        or from_popularity(state, customer, wanted_type)
    )

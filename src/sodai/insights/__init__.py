"""What the predictions mean for the business: segments of customers, demand, what goes with what."""

from sodai.insights.cross_sell import Associations, associations
from sodai.insights.demand import Demand, Forecast, expected_demand
from sodai.insights.penetration import Penetration, penetration
from sodai.insights.segments import BANDS, Band, CustomerOutlook, band_of, customer_outlook

__all__ = [
    "BANDS",
    "Associations",
    "Band",
    "CustomerOutlook",
    "Demand",
    "Forecast",
    "Penetration",
    "associations",
    "band_of",
    "customer_outlook",
    "expected_demand",
    "penetration",
]

"""The company that the simulator's tests look at, and its lines week by week."""

from datetime import date

import pandas as pd

from sodai.data.simulator import Company, CompanySpec

SPEC = CompanySpec(customers=220, products=150, weeks=26, seed=3)
EVENT_DAY = date(2024, 11, 4)


def frame(company: Company) -> pd.DataFrame:
    """Lines with pandas dates and the first day of their week."""
    lines = company.tables.lines.to_pandas()
    lines["purchase_date"] = pd.to_datetime(lines["purchase_date"])
    first = pd.Timestamp(SPEC.first_day)
    lines["origin"] = first + pd.to_timedelta((lines["purchase_date"] - first).dt.days // 7 * 7, unit="D")
    return lines

"""A simulated distributor with known truth: ``simulate(CompanySpec(...))``, in the input contract."""

from sodai.data.simulator.company import Company, simulate, write_company
from sodai.data.simulator.spec import EVENT_KINDS, CompanySpec, Event

__all__ = ["EVENT_KINDS", "Company", "CompanySpec", "Event", "simulate", "write_company"]

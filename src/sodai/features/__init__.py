"""The feature catalogue: one family a file, Ibis expressions only; snapshots, panels and candidate pairs."""

from sodai.features.build import catalogue, panel, snapshot
from sodai.features.catalogue import Feature
from sodai.features.engine import TableSet, connect, load_tables, open_tables
from sodai.features.online import CustomerLines, Online
from sodai.features.sampling import SomeCustomers

__all__ = [
    "CustomerLines",
    "Feature",
    "Online",
    "SomeCustomers",
    "TableSet",
    "catalogue",
    "connect",
    "load_tables",
    "open_tables",
    "panel",
    "snapshot",
]

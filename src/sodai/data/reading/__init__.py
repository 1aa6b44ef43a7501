"""Readers: a folder of files or a SQL database, as three tables under our column names."""

from sodai.data.reading.source import fingerprint, read_tables

__all__ = ["fingerprint", "read_tables"]

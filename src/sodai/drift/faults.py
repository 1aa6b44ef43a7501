"""Reasons to block a week: a delivery that is broken, or features that say nothing any more."""

from collections.abc import Iterator

from sodai.drift.delivery import Fault
from sodai.drift.record import ColumnDrift, DriftRecord
from sodai.settings.model import DriftSettings
from sodai.settings.numbers import in_spanish


def reasons_to_block(record: DriftRecord, settings: DriftSettings) -> list[tuple[str, str]]:
    """One clause in English and in Spanish for each reason, the gravest first."""
    return [*(_said(fault) for fault in record.faults), *_broken(record, settings)]


def _said(fault: Fault) -> tuple[str, str]:
    part = f"{fault.attribute} {fault.value}"
    if fault.kind == "too_few_lines":
        return (
            f"the newest week has {fault.found:,.0f} purchases where {fault.usual:,.0f} are usual",
            f"la última semana trae {_whole(fault.found)} compras y lo usual son {_whole(fault.usual)}",
        )
    if fault.kind == "part_missing":
        return (
            f"{part} has {fault.found:,.0f} purchases in the newest week, {fault.usual:,.0f} were expected",
            f"{part} trae {_whole(fault.found)} compras la última semana; se esperaban {_whole(fault.usual)}",
        )
    where_en, where_es = (f" of {part}", f" de {part}") if fault.attribute else ("", "")
    times = in_spanish(f"{fault.found:g}")
    return (
        f"purchases{where_en} are {fault.found:g} times the usual ones of the same pairs: another unit?",
        f"las compras{where_es} son {times} veces las habituales de los mismos pares: ¿otra unidad?",
    )


def _whole(number: float) -> str:
    return in_spanish(f"{number:,.0f}")


def _broken(record: DriftRecord, settings: DriftSettings) -> Iterator[tuple[str, str]]:
    for column in record.features:
        if column.use is not None and column.use < settings.least_use:
            continue
        if column.constant and column.family not in ("static", "calendar"):
            yield (
                f"{column.name} is the same for all pairs of the newest weeks",
                f"{column.name} es igual para todos los pares de las últimas semanas",
            )
        elif (column.value("unseen") or 0.0) >= settings.recoded:
            yield (
                f"all values of {column.name} are new: were its codes changed?",
                f"todos los valores de {column.name} son nuevos: ¿cambiaron sus códigos?",
            )


def moves(record: DriftRecord, rate: float) -> list[ColumnDrift]:
    """Features that moved beyond their margins, those of most consequence first."""
    moved = [c for c in record.features if c.drifted(rate)]
    return sorted(moved, key=lambda c: (-c.consequence, -c.excess, c.name))

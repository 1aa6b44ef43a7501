"""New files are told of once, when they are at rest, and are not forgotten by a restart."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sodai_airflow.arrival import NewFiles, signature

PATIENCE = 0.01


class Store:
    """Airflow's store of an asset, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    async def aget(self, key: str) -> Any:
        return self.kept.get(key)

    async def aset(self, key: str, value: Any) -> None:
        self.kept[key] = value


def told(folder: Path, store: Store, looks: int, between: Callable[[int], None] = lambda _n: None) -> int:
    """Count what a trigger tells within so many looks, with something done between them."""
    trigger = NewFiles(str(folder), PATIENCE)
    trigger.asset_state_store = store  # type: ignore[assignment]
    count = 0

    async def look() -> None:
        nonlocal count
        step = 0

        async def pause(_seconds: float) -> None:
            nonlocal step
            step += 1
            if step == looks:
                raise asyncio.CancelledError
            between(step)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sodai_airflow.arrival.asyncio.sleep", pause)
            try:
                async for _event in trigger.run():
                    count += 1
            except asyncio.CancelledError:
                return

    asyncio.run(look())
    return count


def test_a_file_is_told_of_once_and_a_restart_does_not_repeat_it(tmp_path: Path) -> None:
    (tmp_path / "transacciones.parquet").write_text("a")
    store = Store()
    assert told(tmp_path, store, looks=6) == 1
    assert told(tmp_path, store, looks=6) == 0
    (tmp_path / "transacciones-2.parquet").write_text("b")
    assert told(tmp_path, store, looks=6) == 1


def test_a_file_that_is_still_written_waits(tmp_path: Path) -> None:
    file = tmp_path / "transacciones.csv"

    def write(step: int) -> None:
        file.write_text("a" * step)

    assert told(tmp_path, Store(), looks=6, between=write) == 0
    assert told(tmp_path, Store(), looks=3) == 1


def test_only_tables_count(tmp_path: Path) -> None:
    assert signature(tmp_path) is None
    assert signature(tmp_path / "nowhere") is None
    (tmp_path / "readme.txt").write_text("a")
    (tmp_path / ".transacciones.parquet").write_text("a")
    assert signature(tmp_path) is None

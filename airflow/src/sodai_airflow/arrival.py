"""The arrival of new data: a trigger that looks at a folder and tells when files in it are new or changed.

What was told is kept in Airflow's store for assets, so that a restart neither forgets a file that came
meanwhile nor tells of one twice. Telling twice would harm nothing: the same data are the same run.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

TABLES = (".parquet", ".csv")
TOLD = "told"


class NewFiles(BaseEventTrigger):
    """Fires when the tables in a folder have changed and are at rest.

    Parameters
    ----------
    folder : str
        Where the company's tables are delivered.
    poll_seconds : float
        Between two looks. Files that differ between two looks are still being written.
    """

    def __init__(self, folder: str, poll_seconds: float = 60.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.folder, self.poll_seconds = folder, poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Say how Airflow makes it anew in the triggerer."""
        return f"{__name__}.NewFiles", {"folder": self.folder, "poll_seconds": self.poll_seconds}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look again and again."""
        told, before = await self._remembered(), None
        while True:
            now = await asyncio.to_thread(signature, Path(self.folder))
            if now is not None and now == before != told:
                told = now
                await self._remember(now)
                self.log.info("New files in %s", self.folder)
                yield TriggerEvent({"folder": self.folder, "files": now})
            before = now
            await asyncio.sleep(self.poll_seconds)

    async def _remembered(self) -> str | None:
        if self.asset_state_store is None:
            return None
        kept = await self.asset_state_store.aget(TOLD)
        return None if kept is None else str(kept)

    async def _remember(self, told: str) -> None:
        if self.asset_state_store is not None:
            await self.asset_state_store.aset(TOLD, told)


def signature(folder: Path) -> str | None:
    """Digest names, sizes and times of the tables in a folder; None while there are none."""
    found = []
    for file in sorted(folder.glob("*")):
        if file.suffix in TABLES and not file.name.startswith("."):
            try:
                at = file.stat()
            except FileNotFoundError:  # taken away between the look and the stat
                continue
            found.append((file.name, at.st_size, at.st_mtime_ns))
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16] if found else None

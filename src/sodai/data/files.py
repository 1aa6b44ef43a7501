"""How everything is written: to a temporary name beside the target, then renamed; nothing is ever half there.

A reader sees the old file or the new one. Whatever the disk refuses (full, read-only, too large) leaves the
old file in place, removes the temporary one and reaches the person as one `HomeError` that names the path.
"""

import contextlib
import json
import math
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sodai.settings import HomeError, InputError

# DuckDB does not raise OSError when a COPY or a spill finds the disk full.
DISK_ERRORS = (OSError, duckdb.IOException)


def write_atomic(path: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` fill a temporary file beside ``path``, flush it to the disk and rename it to ``path``.

    Missing parent folders are made. The temporary name ends like ``path`` does, so writers that look at the
    suffix work.

    Raises
    ------
    HomeError
        If the disk refuses: full, read-only, no permission. ``path`` is then what it was before.
    """
    temporary = path.with_name(f".{secrets.token_hex(6)}.tmp-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(temporary)
            _flush(temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except DISK_ERRORS as error:
        raise HomeError(
            f"cannot write {path}: {_cause(error, temporary)}",
            hint="Free some space or choose another folder, then run again.",
        ) from error
    with contextlib.suppress(OSError):  # Not every file system lets a folder be flushed; the file is there.
        _flush(path.parent)


def write_json(path: Path, obj: object) -> None:
    """Write ``obj`` as indented UTF-8 JSON; dataclasses, dates, paths and numpy values become plain ones.

    A number that is not finite becomes ``null``: JSON has no other word for it.
    """
    text = json.dumps(_plain(obj), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    write_atomic(path, lambda temporary: _write_text(temporary, text))


def read_json(path: Path) -> Any:
    """Read what `write_json` wrote.

    Raises
    ------
    InputError
        If the file is missing or is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path} as JSON: {error}") from error


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write ``table`` as zstd-compressed parquet."""
    write_atomic(path, lambda temporary: pq.write_table(table, temporary, compression="zstd"))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cause(error: Exception, temporary: Path) -> str:
    """Say what the disk said, without the temporary name that means nothing to a person."""
    ours = isinstance(error, OSError) and error.filename in (None, str(temporary), str(temporary.parent))
    return (ours and isinstance(error, OSError) and error.strerror) or str(error)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(_key(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else _converted(value)


def _converted(value: Any) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, np.ndarray | np.generic):
        return str(value) if value.dtype.kind in "Mm" and value.ndim == 0 else _plain(value.tolist())
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _key(key: object) -> object:
    return key.isoformat() if isinstance(key, date) else key

import errno
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sodai.data import read_json, write_atomic, write_json, write_parquet
from sodai.settings import HomeError, InputError


def test_a_write_makes_missing_folders_and_leaves_only_the_target(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "table.parquet"
    write_parquet(target, pa.table({"x": [1, 2]}))
    assert pq.read_table(target).to_pydict() == {"x": [1, 2]}
    assert [path.name for path in target.parent.iterdir()] == ["table.parquet"]


def _full_device(temporary: Path) -> None:
    temporary.symlink_to("/dev/full")
    with temporary.open("w") as file:
        file.write("x" * 100_000)


def _half_then_full(temporary: Path) -> None:
    temporary.write_text("half")
    raise OSError(errno.ENOSPC, "No space left on device")


def _duckdb_full(temporary: Path) -> None:
    temporary.write_text("half")
    raise duckdb.IOException("Could not write file: No space left on device")


@pytest.mark.parametrize("write", [_full_device, _half_then_full, _duckdb_full])
def test_a_full_disk_is_one_message_and_the_old_file_stays(write, tmp_path: Path) -> None:
    target = tmp_path / "state.json"
    write_json(target, {"week": 1})
    with pytest.raises(HomeError, match=r"cannot write .*state\.json.*No space left") as raised:
        write_atomic(target, write)
    assert raised.value.exit_code == 2
    assert ".tmp-" not in str(raised.value)
    assert read_json(target) == {"week": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_a_disk_that_fills_up_while_arrow_writes(tmp_path: Path) -> None:
    """A real limit of the operating system, met by the real parquet writer."""
    script = (
        "import resource, signal, sys, pyarrow as pa, numpy as np\n"
        "from pathlib import Path\n"
        "from sodai.data import write_parquet\n"
        "from sodai.settings import HomeError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "noise = pa.table({'x': np.random.default_rng(0).random(100_000)})\n"
        "try:\n    write_parquet(Path(sys.argv[1]), noise)\n"
        "except HomeError as error:\n    print(error)\n"
    )
    target = tmp_path / "big.parquet"
    done = subprocess.run(
        [sys.executable, "-c", script, str(target)], capture_output=True, text=True, check=True
    )
    assert f"cannot write {target}" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeError, match="cannot write"):
        write_json(tmp_path / "file" / "x.json", {})


def test_an_error_of_the_writer_passes_and_leaves_nothing(tmp_path: Path) -> None:
    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        write_atomic(tmp_path / "x", fail)
    assert list(tmp_path.iterdir()) == []


@dataclass(frozen=True)
class Point:
    day: date
    where: Path


def test_json_of_what_the_rooms_hold(tmp_path: Path) -> None:
    target = tmp_path / "x.json"
    write_json(
        target,
        {
            "point": Point(date(2024, 1, 2), Path("a/b")),
            "numbers": np.array([1.0, np.nan]),
            "one": np.float64(2),
            "whole": np.int64(3),
            "yes": np.True_,
            "infinite": float("inf"),
            "day": np.datetime64("2024-01-02"),
            date(2024, 1, 3): ("ñ", {1}),
        },
    )
    assert read_json(target) == {
        "point": {"day": "2024-01-02", "where": "a/b"},
        "numbers": [1.0, None],
        "one": 2.0,
        "whole": 3,
        "yes": True,
        "infinite": None,
        "day": "2024-01-02",
        "2024-01-03": ["ñ", [1]],
    }
    assert "ñ" in target.read_text(encoding="utf-8")
    json.loads(target.read_text(encoding="utf-8"), parse_constant=pytest.fail)


def test_what_json_cannot_hold_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="object has no JSON form"):
        write_json(tmp_path / "x.json", {"a": object()})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [None, "{"])
def test_json_that_cannot_be_read(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError, match=r"cannot read .*x\.json"):
        read_json(path)

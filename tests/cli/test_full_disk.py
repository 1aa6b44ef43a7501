"""A disk that refuses: one clear message, exit code 2, nothing half written, and the run can be resumed."""

import subprocess
import sys
from pathlib import Path

import pytest
from cli_help import Answer, sodai

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv = ["sodai", *sys.argv[2:]]
from sodai.cli import main
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("largest", [3_000, 60_000])
def test_a_disk_that_takes_no_more(
    largest: int, company: Path, settings_file: Path, finished: tuple[Path, Answer], tmp_path: Path
) -> None:
    """The kernel refuses every write past a file size, as it does on a full disk."""
    home = tmp_path / "home"
    command = ["run", "--data", str(company), "--home", str(home), "--settings", str(settings_file)]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(largest), *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert sum(line.startswith("sodai: ") for line in done.stderr.splitlines()) == 1
    assert not list(home.rglob("*.tmp-*"))
    assert not list(home.rglob("predictions.parquet"))
    again = sodai(*command)
    assert again.code == 0, again.err
    (ours,), (theirs,) = (h.glob("predictions/*/predictions.parquet") for h in (home, finished[0]))
    assert ours.read_bytes() == theirs.read_bytes()

"""What the documents say is what the code does."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cli_help import sodai

ROOT = Path(__file__).parents[2]


def test_the_made_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import json, build; print(json.dumps(build.pages()))"],
        cwd=ROOT / "docs",
        capture_output=True,
        text=True,
        check=True,
    )
    for name, text in json.loads(done.stdout).items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"run make docs: {name} is old"


@pytest.mark.parametrize("page", ["README.md", "README.es.md", "docs/tutorial.md", "docs/how-to.md"])
def test_every_command_that_is_named_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"`[^`\n]+`|^\$ .+$", text, flags=re.MULTILINE))
    named = set(re.findall(r"(?<![\w./-])(?:\.venv/bin/)?sodai (?:--debug |--log-level \w+ )?([a-z]+)", code))
    known = set(re.findall(r"^  ([a-z]+)  ", sodai("--help").out, flags=re.MULTILINE))
    assert named
    assert named <= known


def test_both_readmes_name_the_same_commands() -> None:
    english, spanish = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.es.md"))
    tables = [
        set(re.findall(r"^\| `sodai ([a-z]+)", text, flags=re.MULTILINE)) for text in (english, spanish)
    ]
    assert tables[0] == tables[1]
    assert len(tables[0]) >= 8


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")], ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.slow
def test_the_quick_start_of_the_readme(tmp_path: Path) -> None:
    """``make run`` in a fresh clone, small, in the environment that is there."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(tmp_path / "clone")], check=True)  # noqa: S607
    done = subprocess.run(
        [  # noqa: S607
            "make",
            "run",
            f"VENV={sys.prefix}",
            "LOCKED=",
            "SIZE=--customers 40 --products 12 --weeks 16 --seed 1",
            "FLAGS=--trials 2",
        ],
        cwd=tmp_path / "clone",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for name in ("predictions.parquet", "top.csv", "report.html"):
        (file,) = (Path(word) for word in done.stdout.split() if word.endswith(name))
        assert file.is_file()
    assert "pr_auc" in done.stdout

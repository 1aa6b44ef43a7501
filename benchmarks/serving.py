"""The HTTP API under load, beside a constant of the same size and beside ``mlflow models serve``."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.commands import SODAI, measure
from benchmarks.load import Load, get, post
from benchmarks.scale import CUSTOMERS, simulated
from benchmarks.servers import customers_with_lists, server
from sodai.publishing import live_week
from sodai.serving.state.loading import load_state
from sodai.serving.state.state import State
from sodai.settings import load_settings
from sodai.tracking import Registry

LARGER = 20
MEMORY = "SODAI_FEATURES__MEMORY_LIMIT=8GB"  # of the larger one
WRK_CONNECTIONS = 16
Row = tuple[str, str]


def serving(home: Path, runs: int, seconds: float) -> Iterator[Row]:
    """Measure; each figure is the median of the runs, after a warm-up."""
    state = load_state(home, live_week(home))
    paths = [f"/v1/customers/{one}/recommendations?k=10" for one in customers_with_lists(state)]
    size = 7000
    with server([sys.executable, "-m", "benchmarks.serving_app", str(home), "{port}", str(size)]) as started:
        port = started.port
        yield "start to ready, s", f"{started.seconds:.1f}"
        recommend, score = [get(path) for path in paths], _scores(state)
        _load(port, recommend, 200, len(paths) / 200 + 1)
        _load(port, score, 10, 5)
        listed = len(httpx.get(f"http://127.0.0.1:{port}{paths[0]}").content)
        yield "bytes of one list of 10", f"{listed:,}"
        yield from _told(
            "recommendations at 500 a second", [_load(port, recommend, 500, seconds) for _ in range(runs)]
        )
        yield from _told(
            "/score, five lines, at 50 a second", [_load(port, score, 50, seconds) for _ in range(runs)]
        )
        ours, constant = (
            statistics.median(_throughput(port, some, seconds) for _ in range(runs))
            for some in (paths, ["/constant"])
        )
        yield "recommendations a second", f"{ours:,.0f}"
        yield f"constant of {size:,} bytes a second", f"{constant:,.0f}"
        yield "share of the constant", f"{ours / constant:.2f}"
        yield "memory of the process, MB", f"{_megabytes(started.process.pid):.0f}"
    theirs = _mlflow(home, state, runs, seconds)
    yield "`mlflow models serve`, one customer a request, a second", f"{theirs:,.1f}"
    yield "times as many", f"{ours / theirs:,.0f}"


def served_scale(runs: int, seconds: float) -> Iterator[Row]:
    """Latency of a simulated company, and of one with twenty times the customers, in the same run."""
    with tempfile.TemporaryDirectory() as folder:
        slowest = []
        for times in (1, LARGER):
            data = Path(folder) / f"company-{times}"
            simulated(data, times)
            home = Path(folder) / f"home-{times}"
            run = [
                "env",
                MEMORY,
                str(SODAI),
                "run",
                "--trials",
                "5",
                "--data",
                str(data),
                "--home",
                str(home),
            ]
            measure("sodai run", run, runs=1)
            loads = _recommended(home, runs, seconds)
            what = f"{times * CUSTOMERS:,} customers, recommendations at 500 a second"
            yield from _told(what, loads)
            slowest.append(statistics.median(load.percentile(0.99) for load in loads))
        yield f"p99 of {LARGER} times the customers, times", f"{slowest[1] / slowest[0]:.2f}"


def _recommended(home: Path, runs: int, seconds: float) -> list[Load]:
    state = load_state(home, live_week(home))
    requests = [get(f"/v1/customers/{one}/recommendations?k=10") for one in customers_with_lists(state)]
    with server([sys.executable, "-m", "benchmarks.serving_app", str(home), "{port}", "7000"]) as started:
        port = started.port
        _load(port, _scores(state)[:1], 1, 1)  # It is answered once the champion is ready.
        _load(port, requests, 500, 5)
        return [_load(port, requests[at::runs], 500, seconds) for at in range(runs)]


def _scores(state: State) -> list[bytes]:
    products = [state.products.values[at] for at in dict.fromkeys(state.history.product[-5000:].tolist())]
    return [
        post(
            "/v1/score",
            {
                "customer_id": one,
                "lines": [
                    {"product_id": products[(at + n) % len(products)], "items": n + 1} for n in range(5)
                ],
            },
        )
        for at, one in enumerate(customers_with_lists(state))
    ]


def _told(what: str, loads: Sequence[Load]) -> Iterator[Row]:
    for share in (0.5, 0.99):
        value = statistics.median(load.percentile(share) for load in loads)
        yield f"{what}: p{share * 100:.0f}, ms", f"{value:.1f}"
    yield f"{what}: failed", str(sum(load.failed for load in loads))


def _load(port: int, requests: Sequence[bytes], per_second: float, seconds: float) -> Load:
    asked = {
        "port": port,
        "requests": [one.decode("latin-1") for one in requests],
        "per_second": per_second,
        "seconds": seconds,
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    return Load(tuple(found["milliseconds"]), found["failed"])


def _throughput(port: int, paths: Sequence[str], seconds: float, body: str = "") -> float:
    """Requests a second with ``wrk`` (Debian's package), one thread."""
    method = "POST" if body else "GET"
    listed = ",".join(json.dumps(path) for path in paths)
    script = (
        f"local paths = {{{listed}}}\nlocal at = 0\nwrk.method = '{method}'\n"
        "wrk.headers['Content-Type'] = 'application/json'\n"
        f"wrk.body = {json.dumps(body) if body else 'nil'}\n"
        "function request()\n  at = at % #paths + 1\n  return wrk.format(nil, paths[at])\nend\n"
        "function done(summary)\n"
        "  io.write(string.format('RATE %f %d\\n', summary.requests / summary.duration * 1e6,"
        " summary.errors.status))\nend\n"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = [
            "wrk",
            "-t1",
            f"-c{WRK_CONNECTIONS}",
            f"-d{seconds:.0f}s",
            "-s",
            file.name,
            f"http://127.0.0.1:{port}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    _, rate, failed = next(line for line in done.stdout.splitlines() if line.startswith("RATE")).split()
    if int(failed):
        raise RuntimeError(f"{failed} answers were errors")
    return float(rate)


def _megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def _mlflow(home: Path, state: State, runs: int, seconds: float) -> float:
    """Requests a second of MLflow's server for the features of one customer, which it is given ready made."""
    registry = Registry(home, load_settings())
    model = registry.download(registry.version(registry.aliases()["champion"])).parents[1]
    snapshot = pq.read_table(state.run / "create_features" / "snapshot.parquet")
    rows = snapshot.filter(pc.equal(snapshot["customer_id"], snapshot["customer_id"][0]))
    features = json.loads((model / "data" / "model" / "model.json").read_text())["schema"]["names"]
    frame = rows.select(features).to_pandas()
    body = json.dumps({"dataframe_split": json.loads(frame.to_json(orient="split", index=False))})
    command = [
        str(Path(sys.executable).with_name("mlflow")), "models", "serve", "-m", str(model),
        "--env-manager", "local", "--host", "127.0.0.1", "--port", "{port}",
    ]  # fmt: skip
    with server(command, "/ping") as started:
        _throughput(started.port, ["/invocations"], 3, body)
        return statistics.median(
            _throughput(started.port, ["/invocations"], seconds, body) for _ in range(runs)
        )


def available() -> bool:
    """Whether the load generator is installed."""
    return shutil.which("wrk") is not None

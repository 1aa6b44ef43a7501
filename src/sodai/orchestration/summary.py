"""What a person reads when a run has ended: what the model is worth, who is champion, where the list is."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from textwrap import wrap
from typing import Any

from sodai.data import read_json
from sodai.evaluation import Report
from sodai.orchestration.blocked import BlockedSummary, summarise_blocked
from sodai.orchestration.context import RunContext
from sodai.orchestration.judging import BASELINE
from sodai.orchestration.specs import BLOCK

WIDTH = 100
SIMPLE = (BASELINE, "popularity", "repeat")

WORDS = {
    "en": {
        "week": "Week {first} to {last}: {pairs:,} pairs of {customers:,} customers, {buys:,} to buy.",
        "judged": "On {weeks} past weeks it had not seen, all pairs, {confidence:.0%} intervals:",
        "judged_one": "On 1 past week it had not seen, all pairs, {confidence:.0%} intervals:",
        "seen": "It has seen the {weeks} past weeks it is judged on, so the figures flatter it:",
        "head": ("metric", "model", "{baseline}", "difference"),
        "model": "Model    {algorithm}, version {version}. {why}",
        "list": "List     {predictions}",
        "top": "         {top} (for the sales desk)",
        "report": "Report   {report}",
        "own": "Next     your own tables: sodai run --data FOLDER",
        "again": "         next week's list with this model: sodai predict --data {data} --home {home}",
        "baseline": "the baseline",
        "popularity": "popularity",
        "repeat": "bought before",
    },
    "es": {
        "week": "Semana {first} a {last}: {pairs:,} pares de {customers:,} clientes, {buys:,} por comprar.",
        "judged": "En {weeks} semanas que no había visto, todos los pares, intervalo {confidence:.0%}:",
        "judged_one": "En 1 semana pasada que no había visto, todos los pares, intervalo {confidence:.0%}:",
        "seen": "Ya vio las {weeks} semanas en que se evalúa, así que las cifras lo favorecen:",
        "head": ("métrica", "modelo", "{baseline}", "diferencia"),
        "model": "Modelo   {algorithm}, versión {version}. {why}",
        "list": "Lista    {predictions}",
        "top": "         {top} (para ventas)",
        "report": "Informe  {report}",
        "own": "Después  sus propias tablas: sodai run --data CARPETA",
        "again": "         la próxima lista con este modelo: sodai predict --data {data} --home {home}",
        "baseline": "línea base",
        "popularity": "popularidad",
        "repeat": "ya comprado",
    },
}


@dataclass(frozen=True)
class Figure:
    """One metric of the model and of the best simple baseline; the interval is of the paired difference."""

    metric: str
    value: float
    baseline: float
    difference: float
    low: float
    high: float

    def __str__(self) -> str:
        gain = f"{self.difference:+.4f} [{self.low:+.4f}, {self.high:+.4f}]"
        return f"  {self.metric:<12}{self.value:>10.4f}{self.baseline:>16.4f}   {gain}"


@dataclass(frozen=True)
class Summary:
    """The outcome of a run.

    ``baseline`` names the best simple score by the gate's metric; ``seen`` says that the model had seen the
    weeks it is judged on.
    """

    run: str
    origin: date
    last: date
    pairs: int
    customers: int
    buys: int
    weeks: int
    confidence: float
    seen: bool
    baseline: str
    figures: tuple[Figure, ...]
    algorithm: str
    version: int
    winner: str
    promoted: bool
    why_en: str
    why_es: str
    predictions: str
    top: str
    report: str
    data: str
    home: str
    blocked: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    def to_text(self, language: str = "en") -> str:
        """Write it for a person."""
        words = WORDS[language]
        said = {**asdict(self), "first": self.origin, "why": self.why_es if language == "es" else self.why_en}
        judged = "seen" if self.seen else "judged_one" if self.weeks == 1 else "judged"
        head = [str(name).format(baseline=words[self.baseline]) for name in words["head"]]
        lines = [str(words["week"]).format(**said), "", str(words[judged]).format(**said)]
        lines.append(f"  {head[0]:<12}{head[1]:>10}{head[2]:>16}   {head[3]}")
        lines += [str(figure) for figure in self.figures]
        lines.append("")
        lines += wrap(str(words["model"]).format(**said), WIDTH, subsequent_indent=" " * 9)
        lines += [str(words[key]).format(**said) for key in ("list", "top", "report", "own", "again")]
        return "\n".join(lines)


def summarise(run: RunContext) -> Summary | BlockedSummary:
    """Gather the outcome of a finished run from what its tasks left."""
    return summarise_blocked(run) if run.branch == BLOCK else _summarise(run)


def _summarise(run: RunContext) -> Summary:
    evaluated, decided = run.summary("evaluate_model"), run.summary("promote_model")
    listed, published = run.summary("generate_predictions"), run.summary("publish_results")
    report = Report.from_dict(read_json(run.path("evaluate_model", "metrics.json")))
    metric = run.settings.evaluation.gate.metric
    best = max(
        (name for name in SIMPLE if name in report.scores),
        key=lambda name: report.measured(metric, name).value,
    )
    info = run.info
    return Summary(
        run=str(run.folder),
        origin=info.origin,
        last=info.origin + timedelta(days=info.horizon_days - 1),
        pairs=listed["pairs"],
        customers=listed["customers"],
        buys=listed["buys"],
        weeks=len(report.weeks),
        confidence=report.confidence,
        seen=evaluated["score"] == "champion" and evaluated["seen_by_champion"],
        baseline=best,
        figures=tuple(_figure(report, name, evaluated["score"], best) for name in _shown(report, metric)),
        algorithm=listed["algorithm"],
        version=listed["version"],
        winner=decided["winner"],
        promoted=decided["moved"],
        why_en=decided["why_en"],
        why_es=decided["why_es"],
        predictions=published["predictions"],
        top=published["top"],
        report=published["report"],
        data=info.data,
        home=str(run.home.root),
    )


def _shown(report: Report, metric: str) -> list[str]:
    ks = sorted(int(name.removeprefix("recall@")) for name in report.metrics if name.startswith("recall@"))
    wanted = [metric, f"ndcg@{ks[-1]}", f"recall@{ks[0]}", "ece"]
    return [name for name in dict.fromkeys(wanted) if name in report.metrics]


def _figure(report: Report, metric: str, score: str, baseline: str) -> Figure:
    found = report.difference(metric, score, baseline)
    ours, theirs = (report.measured(metric, name).value for name in (score, baseline))
    return Figure(metric, ours, theirs, found.value, found.low, found.high)

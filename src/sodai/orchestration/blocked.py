"""What a person reads when a run was blocked: why, and which week stays live."""

from dataclasses import asdict, dataclass
from datetime import date
from textwrap import wrap
from typing import Any

from sodai.orchestration.context import RunContext

WIDTH = 100

WORDS = {
    "en": {
        "week": "Week of {origin}: blocked, nothing was published. {why}",
        "kept": "Live     the week of {live} stays live.",
        "none": "Live     no week has been published yet.",
        "report": "Report   {report}",
        "next": "Next     mend the delivery and run again: sodai run --data {data} --home {home}",
    },
    "es": {
        "week": "Semana del {origin}: bloqueada, no se publicó nada. {why}",
        "kept": "Vigente  la semana del {live} sigue publicada.",
        "none": "Vigente  todavía no se ha publicado ninguna semana.",
        "report": "Informe  {report}",
        "next": "Después  corrija la entrega y vuelva a correr: sodai run --data {data} --home {home}",
    },
}


@dataclass(frozen=True)
class BlockedSummary:
    """The outcome of a blocked run; ``live`` is the origin of the week that stays live, if there is one."""

    run: str
    origin: date
    live: date | None
    why_en: str
    why_es: str
    report: str
    data: str
    home: str
    blocked: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    def to_text(self, language: str = "en") -> str:
        """Write it for a person."""
        words = WORDS[language]
        said = {**asdict(self), "why": self.why_es if language == "es" else self.why_en}
        lines = wrap(words["week"].format(**said), WIDTH)
        return "\n".join(
            [*lines, *(words[key].format(**said) for key in (self._live_words, "report", "next"))]
        )

    @property
    def _live_words(self) -> str:
        return "none" if self.live is None else "kept"


def summarise_blocked(run: RunContext) -> BlockedSummary:
    """Gather the outcome of a blocked run from what publish_results left."""
    left = run.summary("publish_results")
    return BlockedSummary(
        run=str(run.folder),
        origin=run.info.origin,
        live=date.fromisoformat(left["live_origin"]) if left["live_origin"] else None,
        why_en=left["why_en"],
        why_es=left["why_es"],
        report=left["report"],
        data=run.info.data,
        home=str(run.home.root),
    )

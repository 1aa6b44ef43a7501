"""Task 11: the gate. The challenger becomes champion, or the reasons why not."""

from typing import Any

from sodai.data import read_json, write_json
from sodai.evaluation import GateDecision, Report, gate
from sodai.orchestration.context import RunContext
from sodai.orchestration.judging import CHAMPION
from sodai.orchestration.specs import RETRAIN
from sodai.tracking import Registry


def promote_model(run: RunContext) -> dict[str, Any]:
    """Apply the gate and move the champion if it says so.

    Where there was no champion and the challenger does not pass, the baseline serves: some list is better
    than none, and the simplest is the one that has to be beaten. A past week that is run again after the
    champion was trained gets a list from its own model, and the champion stays. The decision is written
    before the move, and the move is the same when it is made twice.
    """
    if run.model_task != RETRAIN:
        return _kept(run)
    evaluated, trained, path = (run.summary(name) for name in ("evaluate_model", RETRAIN, "choose_path"))
    report = Report.from_dict(read_json(run.path("evaluate_model", "gate.json")))
    champion = CHAMPION if evaluated["champion_judged"] else None
    decision = gate(report, run.settings.evaluation.gate, champion=champion)
    serving = {
        "challenger": trained["version"],
        "baseline": trained["baseline_version"],
        "champion": path["champion"],
    }[decision.winner]
    moves = decision.winner != "champion" and not path["backfill"]
    record = {
        **decision.to_dict(),
        "version": trained["version"],
        "serving_version": serving,
        "moved": moves,
        "weeks": evaluated["gate_weeks"],
        "seen_by_champion": evaluated["seen_by_champion"],
    }
    write_json(run.path("promote_model", "decision.json"), record)
    if moves:
        _promote(run, decision, serving)
    return {
        "promote": decision.promote,
        "winner": decision.winner,
        "code": decision.code,
        "moved": moves,
        "serving_version": serving,
        "why_en": " ".join(decision.reasons_en),
        "why_es": " ".join(decision.reasons_es),
        "note": decision.reasons_en[0],
    }


def _promote(run: RunContext, decision: GateDecision, version: int) -> None:
    evidence = {"code": decision.code, "differences": decision.to_dict()["differences"]}
    Registry(run.home.root, run.settings).promote(
        version, why=" ".join(decision.reasons_en), run_id=run.info.run_id, evidence=evidence
    )


def _kept(run: RunContext) -> dict[str, Any]:
    path = run.summary("choose_path")
    record = {
        "promote": False,
        "winner": "champion",
        "code": "kept",
        "moved": False,
        "reasons_en": [path["why_en"]],
        "reasons_es": [path["why_es"]],
        "version": path["champion"],
        "serving_version": path["champion"],
    }
    write_json(run.path("promote_model", "decision.json"), record)
    return {
        "promote": False,
        "winner": "champion",
        "code": "kept",
        "moved": False,
        "serving_version": path["champion"],
        "why_en": path["why_en"],
        "why_es": path["why_es"],
        "note": f"champion {path['champion']} stays",
    }

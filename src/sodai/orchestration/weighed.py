"""A decision told to a person: what was weighed, by which thresholds, and what came of it."""

from sodai.drift import PathDecision, StoredDecision

WORDS = {
    "en": {
        "decided": "Origin {origin}: {verdict} ({rule}). {why}",
        "same": "Decided again from the record: the same.",
        "other": "Decided again from the record: NOT the same, it was {verdict} ({rule}).",
        "weighed": "Keeping the champion {horizon} weeks would cost {loss} of a week; changing it, {cost}.",
        "none": "No loss is sure.",
        "moved": "Features beyond what healthy weeks show: {count}.",
        "since": "Days since a model was last trained: {days} (cool-down {cool}, at most {most}).",
    },
    "es": {
        "decided": "Origen {origin}: {verdict} ({rule}). {why}",
        "same": "Decidido de nuevo desde el registro: lo mismo.",
        "other": "Decidido de nuevo desde el registro: NO es lo mismo, era {verdict} ({rule}).",
        "weighed": "Conservar al campeón {horizon} semanas costaría {loss} de una semana; cambiarlo, {cost}.",
        "none": "Ninguna pérdida es segura.",
        "moved": "Variables más allá de lo que muestran las semanas sanas: {count}.",
        "since": "Días desde el último entrenamiento: {days} (espera {cool}, como mucho {most}).",
    },
}


def weighed(stored: StoredDecision, again: PathDecision, language: str) -> str:
    """Tell a decision and its grounds in one language."""
    words, situation, limits = WORDS[language], stored.situation, stored.thresholds
    spanish = language == "es"
    why = again.why_es if spanish else again.why_en
    lines = [
        words["decided"].format(origin=situation.origin, verdict=again.verdict, rule=again.rule, why=why)
    ]
    lines.append(words["same" if again == stored.decision else "other"].format(**vars(stored.decision)))
    loss, cost = (f"{100 * value:.1f} %" for value in (again.expected_loss, again.cost))
    lines.append(words["weighed"].format(horizon=limits["horizon_weeks"], loss=loss, cost=cost))
    told = [f"  {loss.share:.2%}  {loss.es if spanish else loss.en}" for loss in again.losses]
    lines += told or [f"  {words['none']}"]
    moved = sum(f.drifted(limits["false_discoveries"]) for f in situation.record.features)
    lines.append(words["moved"].format(count=moved))
    days = situation.days_since_retraining()
    if days is not None:
        most, cool = limits["max_age_days"], limits["cool_down_days"]
        lines.append(words["since"].format(days=days, cool=cool, most=most))
    return "\n".join(lines)

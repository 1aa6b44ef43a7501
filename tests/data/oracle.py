"""The delivery rule once more, written as plainly as possible: what the SQL must agree with."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

Key = tuple[object, ...]


@dataclass
class Verdict:
    """Net quantity of each order line, and the reason of each line that left, by its place in the input."""

    net: dict[Key, float] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    netted: int = 0
    merged: int = 0


def resolve(lines: Sequence[tuple[Key, float, int]]) -> Verdict:
    """Judge lines given as (order line, items, delivery)."""
    verdict = Verdict()
    by_key = defaultdict(list)
    for place, (key, items, delivery) in enumerate(lines):
        by_key[key].append((delivery, place, items))
    for key, versions in by_key.items():
        _judge(key, sorted(versions), verdict)
    return verdict


def _judge(key: Key, versions: list[tuple[int, int, float]], verdict: Verdict) -> None:
    purchases = [delivery for delivery, _, items in versions if items >= 0]
    newest = max(purchases) if purchases else max(delivery for delivery, _, _ in versions)
    counted: dict[float, int] = {}
    for delivery, place, items in versions:
        if delivery >= newest:
            if items in counted:
                verdict.reasons[place] = "duplicate"
            else:
                counted[items] = place
    for delivery, place, items in versions:
        if delivery < newest:
            verdict.reasons[place] = "duplicate" if items in counted else "superseded"
    zero = counted.pop(0.0, None)
    if zero is not None:
        verdict.reasons[zero] = "zero_items"
    if not counted:
        return
    net = sum(sorted(counted))
    if len(counted) > 1 and abs(net) < 1e-6 * max(map(abs, counted)):
        verdict.reasons |= dict.fromkeys(counted.values(), "reversed")
        return
    verdict.net[key] = net
    if min(counted) < 0:
        verdict.netted += len(counted) - 1
    else:
        verdict.merged += len(counted) - 1

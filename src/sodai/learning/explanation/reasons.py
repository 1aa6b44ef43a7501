"""The reasons of single recommendations: which groups of features pushed a pair up, and how to say it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sodai.learning.explanation.contributions import Contributions
from sodai.learning.explanation.groups import OTHER, group_of, summed
from sodai.learning.explanation.meanings import Described, Meanings, attribute_of, label_of
from sodai.learning.explanation.phrasebook import SENTENCES
from sodai.learning.explanation.sentence import Known, Sentence, get
from sodai.learning.explanation.wording import LANGUAGES, Language, Phrase, Value
from sodai.settings import Settings
from sodai.settings.columns import CUSTOMER_ID, ORIGIN, PRODUCT_ID

# A second reason that moves the odds by less than a tenth is noise to a reader.
MIN_PUSH: Final = 0.1
_PHRASES: Final = {"es": Phrase("es"), "en": Phrase("en")}


@dataclass(frozen=True)
class Reason:
    """Why a pair is recommended: a group of features, its push in log-odds, and the words."""

    group: str
    contribution: float
    es: str
    en: str


class Reasoner:
    """Says the reasons of recommendations of one model.

    Parameters
    ----------
    catalogue : iterable of Feature
        For the meaning of features that the phrasebook does not cover.
    settings : Settings
        ``explanation.reasons`` at most for a pair; ``explanation.labels`` name attributes.
    """

    def __init__(self, catalogue: Iterable[Described], settings: Settings) -> None:
        self._most = settings.explanation.reasons
        self._labels = settings.explanation.labels
        self._meanings = Meanings(catalogue, settings.explanation.labels)
        self._place = {f"static_customer_{column}" for column in settings.customers.place}

    def reasons(self, contributions: Contributions, features: pd.DataFrame) -> list[tuple[Reason, ...]]:
        """Give each row's strongest reasons, best first.

        Parameters
        ----------
        contributions : Contributions
            Of the rows of ``features``, in the same order.
        features : DataFrame
            The values that the model saw; NaN or None is missing and is never mentioned.

        Returns
        -------
        list of tuple of Reason
            Only groups that push up, each at most once; a row may have fewer than asked for, or none.
        """
        names = contributions.features
        groups = [group_of(name) for name in names]
        sums, order = summed(contributions.shap, names, dict(zip(names, groups, strict=True)))
        members = {group: [at for at, own in enumerate(groups) if own == group] for group in order}
        known = _known_values(features)
        return [
            self._of_row(row, dict(zip(order, sums[at], strict=True)), contributions.shap[at], names, members)
            for at, row in enumerate(known)
        ]

    def _of_row(
        self,
        known: Known,
        pushes: dict[str, float],
        values: NDArray[np.float64],
        names: Sequence[str],
        members: Mapping[str, list[int]],
    ) -> tuple[Reason, ...]:
        merged, told = _merged(known, pushes)
        found: list[Reason] = []
        for group in sorted(merged, key=lambda g: -merged[g]):
            if merged[group] <= (MIN_PUSH if found else 0) or len(found) == self._most:
                break
            own = [at for part in told.get(group, (group,)) for at in members.get(part, ())]
            words = self._words(group, known, {names[at]: float(values[at]) for at in own if values[at] > 0})
            if words:
                found.append(Reason(group, merged[group], *words))
        return tuple(found) or self._last_resort(known, merged, values, names)

    def _last_resort(
        self, known: Known, pushes: Mapping[str, float], values: NDArray[np.float64], names: Sequence[str]
    ) -> tuple[Reason, ...]:
        """Where no sentence fits: the meaning of the one feature that pushed most."""
        for at in np.argsort(-values, kind="stable"):
            if values[at] <= 0:
                break
            if names[at] in known and pushes.get(group_of(names[at]), 0.0) > 0:
                es, en = (self._fallback(names[at], known[names[at]], lang) for lang in LANGUAGES)
                return (Reason(group_of(names[at]), float(values[at]), es, en),)
        return ()

    def _words(self, group: str, known: Known, pushed: Mapping[str, float]) -> tuple[str, str] | None:
        sentence = _best_sentence(group, known, pushed)
        if sentence:
            return _PHRASES["es"].fill(sentence.es, known), _PHRASES["en"].fill(sentence.en, known)
        for feature in sorted(pushed, key=lambda name: -pushed[name]):
            if feature not in known:
                continue
            if attribute_of(feature):
                return self._attribute(feature, known[feature])
            if group == OTHER:
                es, en = (self._fallback(feature, known[feature], language) for language in LANGUAGES)
                return es, en
        return None

    def _attribute(self, feature: str, value: Value) -> tuple[str, str]:
        if feature in self._place:
            return "juega a favor: su ubicación", "in its favour: the location"
        _, column = attribute_of(feature) or ("", feature)
        es, en = (
            f"{label_of(column, self._labels, lang)} {_PHRASES[lang].format_field(value, '')}"
            for lang in LANGUAGES
        )
        return f"juega a favor: {es}", f"in its favour: {en}"

    def _fallback(self, feature: str, value: Value, language: Language) -> str:
        meaning = self._meanings.of(feature, language)
        said = _PHRASES[language].format_field(value, "")
        return f"{meaning[0].lower()}{meaning[1:]}: {said}"


def _known_values(features: pd.DataFrame) -> list[dict[str, Value]]:
    """Each row's values that are not missing: numbers as float, everything else as text."""
    columns: dict[str, list[Value]] = {}
    for name in features.columns:
        column = features[name]
        if pd.api.types.is_numeric_dtype(column.dtype):
            numbers = column.to_numpy(np.float64, na_value=np.nan)
            columns[str(name)] = np.where(np.isfinite(numbers), numbers, np.nan).tolist()
        else:
            columns[str(name)] = [
                str(value) if known else np.nan for value, known in zip(column, column.notna(), strict=True)
            ]
    names = list(columns)
    return [
        {name: value for name, value in zip(names, row, strict=True) if value == value}  # noqa: PLR0124 - NaN
        for row in zip(*columns.values(), strict=True)
    ]


def _merged(known: Known, pushes: Mapping[str, float]) -> tuple[dict[str, float], dict[str, tuple[str, ...]]]:
    """Add the family's push to the pair's where they tell one story: it buys no other code of the family.

    Returns the pushes by group, and of which groups a group now speaks where it is more than itself.
    """
    merged = dict(pushes)
    same = all(
        get(known, f"pair_{name}", -1.0) == get(known, f"family_{name}", -2.0)
        for name in ("recency_days", "weeks_bought_13")
    )
    if not (same and "family" in merged):
        return merged, {}
    target = "rhythm" if "pair_interval_mean_days" in known else "recency"
    merged[target] = merged.get(target, 0.0) + merged.pop("family")
    return merged, {target: (target, "family")}


def _best_sentence(group: str, known: Known, pushed: Mapping[str, float]) -> Sentence | None:
    """Of the sentences that fit, the one whose own features pushed most; else the first general one."""
    fitting = [s for s in _BY_GROUP.get(group, ()) if s.fits(known)]
    pushes = {s: sum(push for name, push in pushed.items() if s.speaks_of(name)) for s in fitting if s.about}
    best = max(pushes, key=lambda s: pushes[s], default=None)
    if best and pushes[best] > 0:
        return best
    return next((s for s in fitting if not s.about), None)


_BY_GROUP: Final = {
    group: tuple(s for s in SENTENCES if s.group == group)
    for group in dict.fromkeys(s.group for s in SENTENCES)
}


def reasons_table(keys: Mapping[str, Any], found: Sequence[tuple[Reason, ...]]) -> pa.Table:
    """Lay reasons out as a table, one row a reason.

    Parameters
    ----------
    keys : mapping of str to array
        origin, customer_id and product_id of the rows, in the order of ``found``.
    found : sequence of tuple of Reason

    Returns
    -------
    pa.Table
        The keys, position (1 = strongest), reason_group, contribution (log-odds), reason_es, reason_en.
    """
    rows = np.repeat(np.arange(len(found)), [len(reasons) for reasons in found])
    flat = [reason for reasons in found for reason in reasons]
    return pa.table(
        {
            **{name: pa.array(np.asarray(keys[name])[rows]) for name in (ORIGIN, CUSTOMER_ID, PRODUCT_ID)},
            "position": pa.array([at for reasons in found for at in range(1, len(reasons) + 1)], pa.int8()),
            "reason_group": pa.array([reason.group for reason in flat], pa.string()),
            "contribution": pa.array([reason.contribution for reason in flat], pa.float64()),
            "reason_es": pa.array([reason.es for reason in flat], pa.string()),
            "reason_en": pa.array([reason.en for reason in flat], pa.string()),
        }
    )

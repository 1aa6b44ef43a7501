"""Every metric the room reports: its name, which way is better, its range, and what it means."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Better = Literal["high", "low", "none"]
Group = Literal["pooled", "ranking", "novel", "lists"]


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes
    ----------
    name : str
        As in reports and in ``settings.evaluation.gate.metric``, e.g. ``ndcg@10``.
    group : {"pooled", "ranking", "novel", "lists"}
        Over all pairs; per customer; per customer over pairs never bought before; what the lists look like.
    better : {"high", "low", "none"}
        ``none`` for a figure that describes and does not judge.
    meaning_en, meaning_es : str
        One sentence for a person.
    high : float
        The most it can be; the least is 0. Intervals are cut to the range.
    """

    name: str
    group: Group
    better: Better
    meaning_en: str
    meaning_es: str
    high: float = 1.0

    def gain(self, difference: float) -> float:
        """Turn a difference into an improvement: positive when it is for the better.

        >>> log_loss = catalogue(ks=(5,))[2]
        >>> log_loss.gain(-0.1)
        0.1
        """
        return -difference if self.better == "low" else difference

    def at(self, k: int) -> "Metric":
        """Name the metric at the cut-off ``k``."""
        return replace(
            self,
            name=f"{self.name}@{k}",
            meaning_en=self.meaning_en.format(k=k),
            meaning_es=self.meaning_es.format(k=k),
        )

    def novel(self) -> "Metric":
        """Name the metric over pairs never bought before."""
        return replace(
            self,
            name=f"novel_{self.name}",
            group="novel",
            meaning_en=f"{self.meaning_en[:-1]}; only pairs never bought before.",
            meaning_es=f"{self.meaning_es[:-1]}; solo pares nunca comprados antes.",
        )


_INF = float("inf")

_POOLED = (
    Metric(
        "pr_auc",
        "pooled",
        "high",
        "Average precision over all pairs.",
        "Precisión media sobre todos los pares.",
    ),
    Metric(
        "roc_auc",
        "pooled",
        "high",
        "Chance that a bought pair ranks above one not bought.",
        "Probabilidad de que un par comprado quede por encima de uno no comprado.",
    ),
    Metric(
        "log_loss",
        "pooled",
        "low",
        "Mean negative log-likelihood of what happened.",
        "Log-verosimilitud negativa media de lo ocurrido.",
        _INF,
    ),
    Metric(
        "brier",
        "pooled",
        "low",
        "Mean squared error of the probabilities.",
        "Error cuadrático medio de las probabilidades.",
    ),
    Metric(
        "ece",
        "pooled",
        "low",
        "Mean gap between probability and frequency, in 20 bins of equal mass.",
        "Brecha media entre probabilidad y frecuencia, en 20 tramos de igual masa.",
    ),
    Metric(
        "f1",
        "pooled",
        "high",
        "F1 of the buy flag at the best cut of the weeks before.",
        "F1 de la marca de compra con el mejor corte de las semanas anteriores.",
    ),
    Metric(
        "sum_ratio",
        "pooled",
        "none",
        "Purchases expected for each purchase made.",
        "Compras esperadas por cada compra hecha.",
        _INF,
    ),
)

_RANKING = (
    Metric(
        "precision",
        "ranking",
        "high",
        "Share of the {k} listed products that was bought.",
        "Parte de los {k} productos de la lista que se compró.",
    ),
    Metric(
        "recall",
        "ranking",
        "high",
        "Share of what was bought that is among the {k} listed.",
        "Parte de lo comprado que está entre los {k} de la lista.",
    ),
    Metric(
        "ndcg",
        "ranking",
        "high",
        "Order of the first {k}: 1 when all purchases come first.",
        "Orden de los primeros {k}: 1 si todas las compras van primero.",
    ),
    Metric(
        "map",
        "ranking",
        "high",
        "Mean precision at each purchase among the first {k}.",
        "Precisión media en cada compra entre los primeros {k}.",
    ),
    Metric(
        "hit",
        "ranking",
        "high",
        "Share of customers who bought at least one of the {k} listed.",
        "Parte de los clientes que compró al menos uno de los {k} de la lista.",
    ),
)

_LISTS = (
    Metric(
        "coverage",
        "lists",
        "high",
        "Share of products in at least one list of {k}.",
        "Parte de los productos que está en alguna lista de {k}.",
    ),
    Metric(
        "sales_coverage",
        "lists",
        "high",
        "Share of purchases whose product is in at least one list of {k}.",
        "Parte de las compras cuyo producto está en alguna lista de {k}.",
    ),
    Metric(
        "gini",
        "lists",
        "low",
        "Inequality of how often products are in lists of {k} (0: all alike).",
        "Desigualdad con que los productos están en listas de {k} (0: todos igual).",
    ),
    Metric(
        "novelty",
        "lists",
        "none",
        "Mean surprise of the {k} listed products, in bits: -log2 of popularity.",
        "Sorpresa media de los {k} productos de la lista, en bits: -log2 de la popularidad.",
        _INF,
    ),
    Metric(
        "diversity",
        "lists",
        "none",
        "Share of product pairs within a list of {k} that are of different groups.",
        "Parte de los pares de productos de una lista de {k} que son de grupos distintos.",
    ),
    Metric(
        "groups",
        "lists",
        "none",
        "Distinct groups per product of a list of {k}.",
        "Grupos distintos por producto de una lista de {k}.",
    ),
)


def catalogue(ks: Sequence[int]) -> tuple[Metric, ...]:
    """List every metric for the cut-offs ``ks``, in the order of the reports."""
    ranking = tuple(metric.at(k) for k in ks for metric in _RANKING)
    lists = tuple(metric.at(k) for k in ks for metric in _LISTS)
    return (*_POOLED, *ranking, *(metric.novel() for metric in ranking), *lists)

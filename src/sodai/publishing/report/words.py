"""What things are called on the page, in both languages."""

from typing import Final

from sodai.publishing.report.text import Text, same

SCORES: Final = {
    "challenger": Text("modelo nuevo", "new model"),
    "champion": Text("modelo campeón", "champion"),
    "baseline": Text("línea base", "baseline"),
    "popularity": Text("popularidad", "popularity"),
    "repeat": Text("ya comprado", "bought before"),
}
SIMPLE: Final = ("baseline", "popularity", "repeat")

ALGORITHMS: Final = {
    "frequency": Text("frecuencia personal reciente", "recency-weighted personal frequency"),
    "logistic": Text("regresión logística", "logistic regression"),
    "forest": Text("bosque aleatorio", "random forest"),
    "boosting": Text("boosting de gradiente", "gradient boosting"),
    "blend": Text("mezcla de modelos", "blend of models"),
}

FAMILIES: Final = {
    "pair": Text("historia y ritmo del par", "pair history and rhythm"),
    "quantity": Text("cantidad y cobertura", "quantity and cover"),
    "customer": Text("actividad del cliente", "customer activity"),
    "product": Text("producto y tendencia", "product and trend"),
    "family": Text("familia y rotación de códigos", "family and code rotation"),
    "neighbours": Text("vecinos y gustos parecidos", "neighbours in place and taste"),
    "calendar": Text("calendario", "calendar"),
    "static": Text("atributos", "attributes"),
    "label": Text("compras", "purchases"),
    "prediction": Text("predicciones", "predictions"),
    "other": Text("otras", "other"),
}

TASKS: Final = {
    "start_pipeline": Text("Inicio", "Start"),
    "extract_data": Text("Extracción de datos", "Data extraction"),
    "validate_data": Text("Validación y limpieza", "Validation and cleaning"),
    "create_features": Text("Variables", "Features"),
    "detect_drift": Text("Medición de cambios", "Drift measurement"),
    "choose_path": Text("Elección del camino", "Choice of path"),
    "retrain_model": Text("Reentrenamiento", "Retraining"),
    "load_champion": Text("Carga del campeón", "Champion loading"),
    "evaluate_model": Text("Evaluación", "Evaluation"),
    "explain_model": Text("Explicación", "Explanation"),
    "promote_model": Text("Compuerta", "Gate"),
    "generate_predictions": Text("Predicciones", "Predictions"),
    "publish_results": Text("Publicación", "Publication"),
}

RULES: Final = {
    "missing_id": Text("falta un identificador", "an id is missing"),
    "unknown_customer": Text("cliente desconocido", "unknown customer"),
    "unknown_product": Text("producto desconocido", "unknown product"),
    "unparsable_date": Text("fecha ilegible", "unreadable date"),
    "future_date": Text("fecha en el futuro", "date in the future"),
    "missing_items": Text("sin cantidad", "no quantity"),
    "unparsable_items": Text("cantidad ilegible", "unreadable quantity"),
    "infinite_items": Text("cantidad infinita", "infinite quantity"),
    "zero_items": Text("cantidad cero", "zero quantity"),
    "duplicate": Text("duplicado exacto", "exact duplicate"),
    "superseded": Text("corregido por una entrega posterior", "corrected by a later delivery"),
    "reversed": Text("compra anulada por completo", "purchase fully reversed"),
    "netted": Text("descontado de su compra", "netted against its purchase"),
    "merged": Text("sumado a otra línea del pedido", "added to another line of the order"),
}

METRICS: Final = {
    "pr_auc": Text("PR-AUC", "PR-AUC"),
    "roc_auc": Text("ROC-AUC", "ROC-AUC"),
    "log_loss": Text("Log-loss", "Log-loss"),
    "brier": Text("Brier", "Brier"),
    "ece": Text("Error de calibración (ECE)", "Calibration error (ECE)"),
    "f1": Text("F1", "F1"),
    "sum_ratio": Text("Esperado / real", "Expected / actual"),
    "precision": Text("Precisión", "Precision"),
    "recall": same("Recall"),
    "ndcg": Text("NDCG", "NDCG"),
    "map": Text("MAP", "MAP"),
    "hit": Text("Acierto", "Hit rate"),
    "coverage": Text("Cobertura del catálogo", "Catalogue coverage"),
    "sales_coverage": Text("Cobertura de las ventas", "Coverage of sales"),
    "gini": Text("Gini", "Gini"),
    "novelty": Text("Novedad", "Novelty"),
    "diversity": Text("Diversidad", "Diversity"),
    "groups": Text("Grupos por producto", "Groups per product"),
}

LOWER_IS_BETTER: Final = frozenset({"log_loss", "brier", "ece", "gini"})

SLICES: Final = {
    "customer_type": Text("Tipo de cliente", "Customer type"),
    "activity": Text("Actividad", "Activity"),
    "light": Text("baja", "light"),
    "medium": Text("media", "medium"),
    "heavy": Text("alta", "heavy"),
    "other": Text("otros", "other"),
    "unknown": Text("desconocido", "unknown"),
}

GUARDRAILS: Final = {
    "ece": Text("error de calibración", "calibration error"),
    "ndcg_loss": Text("pérdida de NDCG", "loss in NDCG"),
    "coverage_loss": Text("pérdida de cobertura", "loss in coverage"),
}


def named(names: dict[str, Text], key: str) -> Text:
    """Look up what ``key`` is called; a key without a name is called by itself.

    >>> named(SCORES, "baseline").en, named(SCORES, "my_score").en
    ('baseline', 'my score')
    """
    return names.get(key) or same(key.replace("_", " "))


def lower_is_better(metric: str) -> bool:
    """Whether less of a metric is better.

    >>> lower_is_better("gini@10"), lower_is_better("pr_auc")
    (True, False)
    """
    return metric.partition("@")[0] in LOWER_IS_BETTER


def metric_name(metric: str) -> Text:
    """Name a metric with its cut-off.

    >>> metric_name("novel_recall@5").en
    'Recall@5 (new pairs)'
    """
    novel = metric.startswith("novel_")
    base, _, k = metric.removeprefix("novel_").partition("@")
    name = named(METRICS, base)
    at = f"@{k}" if k else ""
    new = Text(" (pares nuevos)", " (new pairs)") if novel else same("")
    return Text(f"{name.es}{at}{new.es}", f"{name.en}{at}{new.en}")

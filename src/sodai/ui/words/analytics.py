"""What the tab of the analysts says."""

from typing import Final

from sodai.publishing.report.text import Text

INTRO: Final = Text(
    "Comprueba si la lista sigue siendo mejor que la línea base y por qué se reentrenó o cambió el modelo. "
    "Empieza por Salud si algo parece viejo, y por Calidad si algo parece equivocado.",
    "Check whether the list still beats the baseline, and why the model was retrained or changed. "
    "Begin with Health if something looks old, and with Quality if something looks wrong.",
)

# Quality
QUALITY: Final = Text("Calidad", "Quality")
QUALITY_HINT: Final = Text(
    "Medido en {n} semanas que el modelo no había visto, con todos los pares candidatos.",
    "Measured on {n} weeks that the model had not seen, over all candidate pairs.",
)
BETTER: Final = Text(
    "El modelo es mejor que la línea base: {metric} {model} frente a {baseline}, diferencia "
    "{difference} {interval}.",
    "The model is better than the baseline: {metric} {model} against {baseline}, difference "
    "{difference} {interval}.",
)
NOT_BETTER: Final = Text(
    "El modelo no se distingue de la línea base: {metric} {model} frente a {baseline}, diferencia "
    "{difference} {interval}.",
    "The model cannot be told from the baseline: {metric} {model} against {baseline}, difference "
    "{difference} {interval}.",
)
WORSE: Final = Text(
    "El modelo es peor que la línea base: {metric} {model} frente a {baseline}, diferencia "
    "{difference} {interval}.",
    "The model is worse than the baseline: {metric} {model} against {baseline}, difference "
    "{difference} {interval}.",
)
PRECISION_AT: Final = Text("Precisión según el largo de la lista", "Precision by length of the list")
PRECISION_AT_HINT: Final = Text(
    "De los K primeros productos de cada cliente, qué parte se compró.",
    "Of the first K products of each customer, the share that was bought.",
)
LENGTH: Final = Text("largo de la lista (K)", "length of the list (K)")
BY_WEEK: Final = Text("Semana a semana", "Week by week")
BY_WEEK_METRIC: Final = Text("Medida", "Metric")
CALIBRATION: Final = Text("Calibración", "Calibration")
CALIBRATION_HINT: Final = Text(
    "Sobre la diagonal, lo que se dijo es lo que pasó: de los pares con 60 %, se compró el 60 %.",
    "On the diagonal what was said is what happened: of the pairs at 60%, 60% were bought.",
)
SAID: Final = Text("probabilidad dicha", "probability said")
HAPPENED: Final = Text("parte que compró", "share that bought")
PERFECT: Final = Text("calibración perfecta", "perfect calibration")
PREDICTED_REAL: Final = Text("Compras esperadas y reales", "Expected and real purchases")
PREDICTED: Final = Text("esperadas", "expected")
REAL: Final = Text("reales", "real")
METRIC: Final = Text("Medida", "Metric")
INTERVAL: Final = Text("Intervalo del modelo", "Interval of the model")
PAIRS: Final = Text("{n} pares", "{n} pairs")
MODEL: Final = Text("modelo", "model")

# Drift
DRIFT: Final = Text("Cambios y decisiones", "Drift and decisions")
DRIFT_HINT: Final = Text(
    "Qué se movió entre lo que el modelo aprendió y las últimas semanas, y qué se decidió con eso.",
    "What moved between what the model learned from and the newest weeks, and what was decided.",
)
RUN: Final = Text("Corrida", "Run")
NO_RUNS: Final = Text("Todavía no hay corridas.", "There are no runs yet.")
NO_RUNS_HINT: Final = Text("Ejecuta `sodai run` o `make run`.", "Run `sodai run` or `make run`.")
PATH: Final = Text("¿Reentrenar?", "Retrain?")
GATE: Final = Text("¿Cambiar de campeón?", "Change the champion?")
NO_DRIFT: Final = Text("Esta corrida no midió cambios.", "This run measured no drift.")
MOVED: Final = Text("Lo que más se movió", "What moved most")
MOVED_HINT: Final = Text(
    "Distancia de Jensen-Shannon entre ambas épocas: 0 es igual, 1 no tienen nada en común. Solo importa"
    " lo que pasa del límite (el rombo): lo que se mueve en semanas sanas, más un margen. El peso de sus"
    " clientes dice cuánto compran los que cambiaron: 1 es como la media.",
    "Jensen-Shannon distance between the two times: 0 is equal, 1 is nothing in common. Only what is beyond"
    " the limit (the diamond) matters: what moves in healthy weeks, and a margin. The weight of its customers"
    " says how much those who moved buy: 1 is as much as the average.",
)
DISTANCE: Final = Text("Distancia", "Distance")
LIMIT: Final = Text("Límite", "Limit")
SINCE: Final = Text("Desde", "Since")
USE: Final = Text("Peso en el modelo", "Weight in the model")
STAKE: Final = Text("Peso de sus clientes", "Weight of its customers")
HARM: Final = Text("Qué cuesta conservar al campeón", "What keeping the champion costs")
HARM_HINT: Final = Text(
    "PR-AUC del campeón y de la línea base en cada semana que el campeón no había visto; lo que pasó desde"
    " que fue entrenado, a la derecha de la línea.",
    "PR-AUC of the champion and of the baseline in every week that the champion had not seen; what happened"
    " since it was trained, to the right of the line.",
)
OUTLOOK: Final = Text(
    "De la semana que viene se espera un PR-AUC de {value}, entre {low} y {high}.",
    "A PR-AUC of {value} is expected of the coming week, between {low} and {high}.",
)
LABEL: Final = Text("compras por par", "purchases a pair")
PREDICTION: Final = Text("predicciones", "predictions")
FROM: Final = Text("Antes", "Before")
TO: Final = Text("Ahora", "Now")
WARNINGS: Final = Text("Avisos sobre los datos", "Warnings about the data")

# Model
MODELS: Final = Text("Modelo y campeones", "Model and champions")
CHAMPION: Final = Text("Campeón: versión {version}", "Champion: version {version}")
ALGORITHM: Final = Text("Algoritmo", "Algorithm")
TRAINED: Final = Text("Entrenado con datos hasta", "Trained on data up to")
FEATURES: Final = Text("Variables", "Features")
ROWS: Final = Text("Filas de entrenamiento", "Training rows")
IMPORTANCE: Final = Text("En qué se fija, por familia", "What it looks at, by family")
IMPORTANCE_HINT: Final = Text(
    "Parte de lo que mueve las probabilidades (SHAP medio absoluto).",
    "Share of what moves the probabilities (mean absolute SHAP).",
)
TOP_FEATURES: Final = Text("Las variables que más pesan", "The features that weigh most")
FEATURE: Final = Text("Variable", "Feature")
FAMILY: Final = Text("Familia", "Family")
SHARE: Final = Text("Peso", "Weight")
DIRECTION: Final = Text("Más valor…", "More of it…")
RAISES: Final = Text("sube", "raises")
LOWERS: Final = Text("baja", "lowers")
MIXED: Final = Text("depende", "depends")
LEDGER: Final = Text("Quién fue campeón y por qué", "Who was champion, and why")
ACTIONS: Final = {
    "promote": Text("promoción", "promotion"),
    "rollback": Text("vuelta atrás", "rollback"),
}
VERSION: Final = Text("versión {n}", "version {n}")
WHEN: Final = Text("Cuándo", "When")
WHAT: Final = Text("Qué", "What")
WHY: Final = Text("Por qué", "Why")
NO_CHAMPION: Final = Text("Todavía no hay un campeón.", "There is no champion yet.")
RUNS: Final = Text("Corridas", "Runs")
ORIGIN: Final = Text("Semana", "Week")
STATUS: Final = Text("Estado", "Status")
STATES_OF_RUNS: Final = {"done": Text("terminada", "done"), "unfinished": Text("sin terminar", "unfinished")}
PATHS: Final = {
    "retrain_model": Text("reentrenar", "retrain"),
    "load_champion": Text("conservar", "keep"),
    "block": Text("no publicar", "do not publish"),
}
GATES: Final = {
    "passed": Text("promovido", "promoted"),
    "insufficient_evidence": Text("falta evidencia", "too little evidence"),
    "same_model": Text("mismo modelo", "same model"),
    "not_better": Text("no es mejor", "not better"),
    "guardrail": Text("pasa un límite", "breaks a guardrail"),
}
CARD: Final = Text("Ficha del modelo", "Model card")

# Health
HEALTH: Final = Text("Salud", "Health")
HEALTH_HINT: Final = Text(
    "Qué tan nuevos son los datos y si responde todo lo que la página necesita.",
    "How fresh the data are, and whether all that the page needs answers.",
)
SERVICE: Final = Text("Servicio", "Service")
STATE: Final = Text("Estado", "State")
DETAIL: Final = Text("Detalle", "Detail")
STATES: Final = {
    "ok": Text("bien", "ok"),
    "degraded": Text("con problemas", "degraded"),
    "away": Text("no responde", "away"),
    "off": Text("no se usa", "off"),
}
SERVICES: Final = {
    "week": Text("semana publicada", "published week"),
    "registry": Text("registro de modelos", "model registry"),
    "shared cache": Text("caché compartida", "shared cache"),
}
DETAILS: Final = {
    ("week", "ok"): Text("La semana en uso es la actual.", "The live week is current."),
    ("week", "degraded"): Text(
        "La semana en uso terminó o no se puede leer: publica una nueva.",
        "The live week is over or cannot be read: publish a new one.",
    ),
    ("registry", "ok"): Text("Responde.", "It answers."),
    ("registry", "away"): Text(
        "No responde; sigue el campeón ya cargado.",
        "It does not answer; the champion that was loaded goes on.",
    ),
    ("shared cache", "off"): Text(
        "Las respuestas se guardan en el proceso.", "Answers are kept in the process."
    ),
    ("shared cache", "ok"): Text("Responde.", "It answers."),
    ("shared cache", "away"): Text(
        "No responde; las respuestas se guardan en el proceso.",
        "It does not answer; answers are kept in the process.",
    ),
}
LIVE_WEEK: Final = Text("Semana en uso", "Live week")
AGE: Final = Text("Días desde que empezó", "Days since it began")
LAST_LINE: Final = Text("Última compra en los datos", "Newest purchase in the data")
PUBLISHED: Final = Text("Publicada", "Published")
CUSTOMERS: Final = Text("Clientes", "Customers")
PRODUCTS: Final = Text("Productos", "Products")
SCORED: Final = Text("Pares calculados", "Pairs scored")
API_VERSION: Final = Text("Versión de la API", "Version of the API")
WEEKS: Final = Text("Semanas publicadas", "Published weeks")
IN_USE: Final = Text("en uso", "live")
PREVIOUS: Final = Text("la anterior", "the one before")
MODEL_VERSION: Final = Text("Modelo", "Model")
BEFORE_IT: Final = Text("antes, versión {n}", "before it, version {n}")
LESS_IS_BETTER: Final = Text("menos es mejor", "less is better")

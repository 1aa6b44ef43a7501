"""The 13 tasks as data: what an orchestrator needs to draw the flow, and nothing that takes time to import.

The embedded runner walks this list; the Airflow DAG is made from it. A function is named, not imported, so
that reading the list costs no library.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

RETRAIN, KEEP = "retrain_model", "load_champion"


@dataclass(frozen=True)
class TaskSpec:
    """One task of the weekly flow.

    Parameters
    ----------
    name : str
        The name of the task, of its folder in the run, and of ``sodai task NAME``.
    function : str
        ``module:function``; the function takes a `RunContext` and returns the summary for ``done.json``.
    upstream : tuple of str
        The tasks whose results it reads or waits for.
    branch : str or None
        The choice of ``choose_path`` that takes this task; None when it is taken always.
    any_upstream : bool
        True where branches join: one finished upstream task is enough, the others were skipped.
    en, es : str
        What it does, for people.
    """

    name: str
    function: str
    upstream: tuple[str, ...]
    en: str
    es: str
    branch: str | None = None
    any_upstream: bool = False

    def load(self) -> Callable[..., dict[str, Any]]:
        """Import the task's function."""
        module, _, name = self.function.partition(":")
        function: Callable[..., dict[str, Any]] = getattr(import_module(module), name)
        return function


_TASKS = "sodai.orchestration.tasks"

TASKS: tuple[TaskSpec, ...] = (
    TaskSpec(
        "start_pipeline",
        f"{_TASKS}.start:start_pipeline",
        (),
        "Fixes origin, settings, seeds and run id; checks that what the run needs answers.",
        "Fija el origen, la configuración, las semillas y el id de la corrida; verifica que todo responda.",
    ),
    TaskSpec(
        "extract_data",
        f"{_TASKS}.extract:extract_data",
        ("start_pipeline",),
        "Reads the three tables from their source, as known before the origin.",
        "Lee las tres tablas desde su fuente, tal como se conocían antes del origen.",
    ),
    TaskSpec(
        "validate_data",
        f"{_TASKS}.extract:validate_data",
        ("extract_data",),
        "Checks the contract and cleans; bad rows go to quarantine with a reason; stops if too many.",
        "Verifica el contrato y limpia; lo malo va a cuarentena con su motivo; se detiene si es demasiado.",
    ),
    TaskSpec(
        "create_features",
        f"{_TASKS}.features:create_features",
        ("validate_data",),
        "Builds the snapshot at the origin and the panel of past origins.",
        "Construye la foto del origen y el panel de orígenes pasados.",
    ),
    TaskSpec(
        "detect_drift",
        f"{_TASKS}.drift:detect_drift",
        ("create_features",),
        "Compares the newest weeks with what the champion learned from.",
        "Compara las semanas más recientes con aquello de lo que aprendió el campeón.",
    ),
    TaskSpec(
        "choose_path",
        f"{_TASKS}.drift:choose_path",
        ("detect_drift",),
        "The branch: retrain, or keep the champion; says why in words.",
        "La bifurcación: reentrenar o conservar al campeón; explica por qué.",
    ),
    TaskSpec(
        RETRAIN,
        f"{_TASKS}.train:retrain_model",
        ("choose_path",),
        "Tunes, selects, calibrates and fits; registers the result as challenger.",
        "Ajusta, selecciona, calibra y entrena; registra el resultado como retador.",
        branch=RETRAIN,
    ),
    TaskSpec(
        KEEP,
        f"{_TASKS}.train:load_champion",
        ("choose_path",),
        "Takes the model in use from the registry.",
        "Toma del registro el modelo en uso.",
        branch=KEEP,
    ),
    TaskSpec(
        "evaluate_model",
        f"{_TASKS}.evaluate:evaluate_model",
        (RETRAIN, KEEP),
        "Back-test metrics of whichever model came, with intervals, baselines and slices.",
        "Métricas retrospectivas del modelo que llegó, con intervalos, líneas base y segmentos.",
        any_upstream=True,
    ),
    TaskSpec(
        "explain_model",
        f"{_TASKS}.explain:explain_model",
        ("evaluate_model",),
        "What the model looks at, over all rows and for single recommendations.",
        "En qué se fija el modelo, en general y en cada recomendación.",
    ),
    TaskSpec(
        "promote_model",
        f"{_TASKS}.promote:promote_model",
        ("explain_model",),
        "The gate: the challenger becomes champion, or the reasons why not.",
        "La compuerta: el retador pasa a campeón, o las razones por las que no.",
    ),
    TaskSpec(
        "generate_predictions",
        f"{_TASKS}.predict:generate_predictions",
        ("promote_model",),
        "Every candidate pair: probability, rank, expected items, buy flag.",
        "Cada par candidato: probabilidad, posición, unidades esperadas y si conviene ofrecerlo.",
    ),
    TaskSpec(
        "publish_results",
        f"{_TASKS}.publish:publish_results",
        ("generate_predictions",),
        "The week goes live in one step; run report and model card are written.",
        "La semana queda publicada en un solo paso; se escriben el informe y la ficha del modelo.",
    ),
)

_BY_NAME = {spec.name: spec for spec in TASKS}


def task_named(name: str) -> TaskSpec:
    """Return the spec of one task.

    Raises
    ------
    UsageError
        If no task has this name.
    """
    if name not in _BY_NAME:
        from sodai.settings import UsageError  # noqa: PLC0415 (reading the list must cost nothing)

        raise UsageError(f"there is no task {name!r}", allowed=", ".join(_BY_NAME))
    return _BY_NAME[name]

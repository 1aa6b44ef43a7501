"""The 13 tasks as data: what an orchestrator needs to draw the flow, and nothing that takes time to import.

The embedded runner walks this list; the Airflow DAG is made from it. A function is named, not imported, so
that reading the list costs no library.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

CHOOSE, RETRAIN, KEEP, BLOCK = "choose_path", "retrain_model", "load_champion", "block"
PATHS = (RETRAIN, KEEP, BLOCK)


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
        The tasks whose results it reads or waits for, as far as the path of the run takes them.
    en, es : str
        What it does, for people.
    paths : tuple of str
        The choices of ``choose_path`` that take this task. A ``block`` (a broken delivery) leads past
        everything that would make or publish a list.
    any_upstream : bool
        True where paths join: some of ``upstream`` may have been left out by the path.
    """

    name: str
    function: str
    upstream: tuple[str, ...]
    en: str
    es: str
    paths: tuple[str, ...] = PATHS
    any_upstream: bool = False

    def load(self) -> Callable[..., dict[str, Any]]:
        """Import the task's function."""
        module, _, name = self.function.partition(":")
        function: Callable[..., dict[str, Any]] = getattr(import_module(module), name)
        return function


_TASKS = "sodai.orchestration.tasks"
_LISTED = (RETRAIN, KEEP)

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
        CHOOSE,
        f"{_TASKS}.drift:choose_path",
        ("detect_drift",),
        "The branch: retrain, keep the champion, or block a broken week; says why in words.",
        "La bifurcación: reentrenar, conservar al campeón o bloquear una semana dañada; explica por qué.",
    ),
    TaskSpec(
        RETRAIN,
        f"{_TASKS}.train:retrain_model",
        (CHOOSE,),
        "Tunes, selects, calibrates and fits; registers the result as challenger.",
        "Ajusta, selecciona, calibra y entrena; registra el resultado como retador.",
        paths=(RETRAIN,),
    ),
    TaskSpec(
        KEEP,
        f"{_TASKS}.train:load_champion",
        (CHOOSE,),
        "Takes the model in use from the registry.",
        "Toma del registro el modelo en uso.",
        paths=(KEEP,),
    ),
    TaskSpec(
        "evaluate_model",
        f"{_TASKS}.evaluate:evaluate_model",
        (RETRAIN, KEEP),
        "Back-test metrics of whichever model came, with intervals, baselines and slices.",
        "Métricas retrospectivas del modelo que llegó, con intervalos, líneas base y segmentos.",
        paths=_LISTED,
        any_upstream=True,
    ),
    TaskSpec(
        "explain_model",
        f"{_TASKS}.explain:explain_model",
        ("evaluate_model",),
        "What the model looks at, over all rows and for single recommendations.",
        "En qué se fija el modelo, en general y en cada recomendación.",
        paths=_LISTED,
    ),
    TaskSpec(
        "promote_model",
        f"{_TASKS}.promote:promote_model",
        ("explain_model",),
        "The gate: the challenger becomes champion, or the reasons why not.",
        "La compuerta: el retador pasa a campeón, o las razones por las que no.",
        paths=_LISTED,
    ),
    TaskSpec(
        "generate_predictions",
        f"{_TASKS}.predict:generate_predictions",
        ("promote_model",),
        "Every candidate pair: probability, rank, expected items, buy flag.",
        "Cada par candidato: probabilidad, posición, unidades esperadas y si conviene ofrecerlo.",
        paths=_LISTED,
    ),
    TaskSpec(
        "publish_results",
        f"{_TASKS}.publish:publish_results",
        (CHOOSE, "generate_predictions"),
        "The week goes live in one step, unless it is blocked; run report and model card are written.",
        "La semana queda publicada en un solo paso, salvo bloqueo; se escriben informe y ficha del modelo.",
        any_upstream=True,
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

"""What Airflow's page says about the DAG and its tasks, in Spanish and English."""

from sodai_airflow.settings import BY_HAND, ON_DATA, Company
from sodai_airflow.tasks import Task

_DAG = """\
# {dag}

**ES.** Cada semana: datos, variables, cambio, camino, modelo, evaluación, lista y publicación.
`choose_path` decide: reentrenar, conservar al campeón, o bloquear una entrega dañada; en ese caso nada se
publica y la última semana buena sigue vigente. {when_es}

**EN.** Every week: data, features, drift, path, model, evaluation, list and publication. `choose_path`
decides: retrain, keep the champion, or block a broken delivery; then nothing is published and the last good
week stays live. {when_en}

| | |
|---|---|
| data | `{data}` |
| home | `{home}` |

By the calendar, the origin is the day of the logical date in {zone}; by hand or by the arrival of data it
is the day after the last day of the data, unless the parameter `origin` says another.
"""

_TASK = """\
**ES.** {es}

**EN.** {en}

`sodai task {name} --run RUN`
"""


def dag_page(company: Company) -> str:
    """Describe the DAG of a company."""
    es, en = _when(company)
    return _DAG.format(
        dag=company.dag_id,
        data=company.data,
        home=company.home,
        zone=company.timezone,
        when_es=es,
        when_en=en,
    )


def task_page(spec: Task) -> str:
    """Describe a task."""
    return _TASK.format(name=spec.name, es=spec.es, en=spec.en)


def _when(company: Company) -> tuple[str, str]:
    if company.schedule == BY_HAND:
        return "Se inicia a mano.", "It is started by hand."
    if company.schedule == ON_DATA:
        return "Se inicia cuando llegan datos nuevos.", "It starts when new data arrive."
    said = f"`{company.schedule}` ({company.timezone})"
    return f"Horario: {said}.", f"Schedule: {said}."

"""How long each of the 13 tasks took."""

from sodai.publishing.report.blocks import Figure, Section, Table
from sodai.publishing.report.run import RunSummary, TaskTime
from sodai.publishing.report.text import Text, same, seconds
from sodai.publishing.report.words import TASKS, named

STATUS = {
    "done": Text("hecha", "done"),
    "skipped": Text("no tocaba", "skipped"),
    "running": Text("en curso", "running"),
}


def timings(run: RunSummary) -> Section | None:
    """Build the section on the tasks of the run."""
    if not run.tasks:
        return None
    total = sum(task.seconds or 0.0 for task in run.tasks)
    head = [Text("Tarea", "Task"), Text("Estado", "Status"), Text("Tiempo", "Time")]
    rows = [[named(TASKS, t.name), STATUS[t.status], _time(t)] for t in run.tasks]
    rows.append([Text("Total", "Total"), same(""), seconds(total)])
    table = Table(head, rows, words=2, strong=frozenset({len(rows) - 1}))
    return Section("timings", Text("Tareas y tiempos", "Tasks and times"), [_figure(run.tasks), table])


def _time(task: TaskTime) -> Text:
    return seconds(task.seconds if task.status == "done" else None)


def _figure(tasks: tuple[TaskTime, ...]) -> Figure:
    done = [task for task in tasks if task.status == "done"][::-1]
    return Figure(
        "timings",
        Text("Segundos por tarea", "Seconds by task"),
        wide=True,
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "x": [task.seconds for task in done],
                "y": list(range(len(done))),
                "marker": {"color": "var(--model)"},
            }
        ],
        layout={
            "height": 80 + 26 * len(done),
            "yaxis": {"tickvals": list(range(len(done))), "automargin": True},
        },
        words={
            "x": Text("Segundos", "Seconds"),
            "yticks": [named(TASKS, task.name) for task in done],
            "names": [same("")],
            "hover": [same("%{x:.1f} s<extra></extra>")],
        },
    )

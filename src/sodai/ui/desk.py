"""What every part of the page works with: the API, one language, the templates, and how trouble is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr
import structlog
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sodai.settings import Settings
from sodai.settings.services import UiSettings
from sodai.ui import words
from sodai.ui.client import Api, ApiTroubleError, Asking
from sodai.ui.correlation import correlation_of
from sodai.ui.writing import Writer

log = structlog.get_logger()

Handler = Callable[..., Any]
Said = dict[str, str]

# A click, or Enter, on anything that has `data-do` is told to the server with all its `data-` values.
DELEGATE = """
element.addEventListener('click', (event) => {
  const asked = event.target.closest('[data-do]');
  if (!asked || !element.contains(asked)) return;
  if (asked.disabled) return;
  window.sodai?.noted(asked.dataset);
  trigger(asked.dataset.event || 'submit', { ...asked.dataset });
});
"""


@dataclass(frozen=True)
class Desk:
    """One language of the page.

    Attributes
    ----------
    api : Api
    writer : Writer
    settings : UiSettings
    root : str
        Where the page of this language lives, ``""`` for the first one, ``"/en"``.
    labels : mapping
        What a person calls each attribute.
    hidden : frozenset of str
        Attributes that say nothing to a person: coordinates.
    shown : tuple of str
        Attributes of a product that stand under its name: its brand and its numbers, such as the size.
    type_column : str
        Attribute that says the type of a customer, ``""`` if none does.
    """

    api: Api
    writer: Writer
    settings: UiSettings
    root: str
    templates: Environment
    labels: Mapping[str, str]
    hidden: frozenset[str]
    shown: tuple[str, ...]
    type_column: str

    def html(self, template: str, **values: Any) -> str:
        """Fill in a template."""
        return self.templates.get_template(f"{template}.html.j2").render(**values)

    def panel(self, value: str = "", **options: Any) -> gr.HTML:
        """Add a part of the page that is filled with HTML and tells the server what was pressed in it."""
        return gr.HTML(value, js_on_load=DELEGATE, apply_default_css=False, padding=False, **options)

    def note(self, value: str = "", **options: Any) -> gr.HTML:
        """Add a part of the page that is only read."""
        return gr.HTML(value, js_on_load=None, apply_default_css=False, padding=False, **options)

    def asks(self, answer: Handler, empty: tuple[Any, ...] = (), *, silent: bool = False) -> Handler:
        """Make a handler of Gradio out of ``answer(asked, *inputs)``.

        What it returns goes to the outputs. If the API gives no answer, the first output shows what happened
        and what to do, and the others become ``empty``. A silent one leaves its output as it is: another part
        of the page tells of the trouble.
        """

        def handler(request: gr.Request, *inputs: Any) -> Any:
            told = self._answered(lambda asked: answer(asked, *inputs), request, empty)
            return gr.skip() if silent and isinstance(told, str) else told

        return handler

    def hears(self, answer: Handler, empty: tuple[Any, ...] = ()) -> Handler:
        """Make a handler out of ``answer(asked, said, *inputs)``; ``said`` are the ``data-`` values."""

        def handler(request: gr.Request, event: gr.EventData, *inputs: Any) -> Any:
            said = {str(name): str(value) for name, value in dict(event._data or {}).items()}
            return self._answered(lambda asked: answer(asked, said, *inputs), request, empty)

        return handler

    def trouble(self, error: ApiTroubleError) -> str:
        """Show what happened and what to do."""
        what, hint = words.trouble.WHAT.get(error.kind, words.trouble.OTHER)
        return self.html("trouble", what=what, hint=hint, code=error.correlation_id)

    def _answered(self, answer: Callable[[Asking], Any], request: gr.Request, empty: tuple[Any, ...]) -> Any:
        asked = self.api.asking(correlation_of(request.headers))
        with structlog.contextvars.bound_contextvars(correlation_id=asked.correlation_id):
            try:
                return answer(asked)
            except ApiTroubleError as error:
                log.warning("no answer", kind=error.kind, status=error.status, what=error.what)
                shown = self.trouble(error)
            except Exception:
                log.exception("failed")
                what, hint = words.trouble.BROKEN
                shown = self.html("trouble", what=what, hint=hint, code=asked.correlation_id)
        return (shown, *empty) if empty else shown


def desk_for(api: Api, writer: Writer, settings: Settings, root: str) -> Desk:
    """Set up a desk: its templates know the words and write in its language."""
    templates = Environment(
        loader=PackageLoader("sodai.ui"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update({"w": words, "root": root, "language": writer.language})
    templates.filters["t"] = writer
    written = (
        "number",
        "items",
        "percent",
        "chance",
        "points",
        "day",
        "short_day",
        "moment",
        "week",
        "value",
    )
    for name in written:
        templates.filters[name] = getattr(writer, name)
    templates.filters["code"] = _code
    labels = {name: writer(label) for name, label in settings.explanation.labels.items()}
    brand = (settings.products.brand,) if settings.products.brand else ()
    shown, hidden = (*brand, *settings.products.numeric), frozenset(settings.customers.place)
    return Desk(
        api, writer, settings.ui, root, templates, labels, hidden, shown, settings.customers.type or ""
    )


def _code(text: str) -> Markup:
    """Set what stands between back-quotes as code."""
    parts = str(text).split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts)
    )

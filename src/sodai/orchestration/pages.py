"""Documentation pages that are made from the code: the feature catalogue and the settings."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from sodai.features import Feature
from sodai.settings import Settings

MADE = "<!-- Made by `make docs`; edit the code instead. -->"


def features_page(features: Sequence[Feature]) -> str:
    """Write the catalogue as a page: one table a family."""
    lines = ["# Features", "", MADE, ""]
    lines += [
        f"The {len(features)} features of a snapshot under the default settings; attribute columns come from",
        "the settings. Each is computed from lines dated before the origin, and from nothing else. Week k is",
        "the k-th whole week before the origin.",
        "",
    ]
    for family, members in groupby(
        sorted(features, key=lambda f: _order(features, f.family)), lambda f: f.family
    ):
        lines += [f"## {family}", "", "| name | meaning | unit | kind |", "|---|---|---|---|"]
        lines += [f"| `{f.name}` | {_cell(f.meaning)} | {_cell(f.unit)} | {f.kind} |" for f in members]
        lines.append("")
    return "\n".join(lines)


def settings_page() -> str:
    """Write every setting with its type and default, one table a section."""
    lines = ["# Settings", "", MADE, ""]
    lines += [
        "Settings come from defaults, then a TOML file (`--settings FILE`), then variables such as",
        "`SODAI_LEARNING__TRIALS=20`, then the flags of a command. A key that does not exist is an error.",
        "Passwords belong in variables: they are not kept with a run.",
        "",
    ]
    for title, model in _sections("", Settings):
        lines += [
            f"## {title or 'top level'}",
            "",
            _cell_text(model),
            "",
            "| key | type | default |",
            "|---|---|---|",
        ]
        lines += [f"| `{name}` | {kind} | {default} |" for name, kind, default in _keys(model)]
        lines.append("")
    return "\n".join(lines)


def _order(features: Sequence[Feature], family: str) -> int:
    return next(at for at, feature in enumerate(features) if feature.family == family)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _cell_text(model: type[BaseModel]) -> str:
    paragraphs = (model.__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in paragraphs).replace("``", "`")


def _sections(title: str, model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    yield title, model
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _sections(f"{title}.{name}" if title else name, inner)


def _keys(model: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            continue
        default: Any = field.get_default(call_default_factory=True, validated_data={})
        shown = "" if default is PydanticUndefined else f"`{default}`"
        yield name, _cell(_type_name(inner)), _cell(shown)


def _type_name(annotation: Any) -> str:
    text = (
        annotation.__name__
        if isinstance(annotation, type) and not hasattr(annotation, "__args__")
        else str(annotation)
    )
    return "`" + text.replace("typing.", "").replace("pydantic.types.", "") + "`"

"""The look of all figures. Colours of text and grid are set by the style sheet, for light and dark alike."""

from typing import Any, Final

import plotly.graph_objects as go

from sodai.ui.writing import Language, Writer

# Each has a contrast of at least 3:1 on the light and on the dark background.
MODEL: Final = "#3f7fe8"
BASELINE: Final = "#7d8794"
ACCENT: Final = "#c2691c"
GOOD: Final = "#1f8a5b"
BAD: Final = "#d1495b"
SERIES: Final = (MODEL, "#12857a", ACCENT, "#9a5fc4", "#a17a12", "#cf4f7d", "#5a7d2a", "#b0543f")
BANDS: Final = {
    "very_high": "#1f5fd0",
    "high": "#4a90e2",
    "medium": "#12857a",
    "low": "#b98a1d",
    "very_low": "#8b94a1",
    None: "#8b94a1",
}
FONT: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, sans-serif'


def figure(writer: Writer, height: int = 320, **layout: Any) -> go.Figure:
    """Begin a figure that writes numbers as its reader does."""
    made = go.Figure()
    made.update_layout(
        template="none",
        height=height,
        margin={"l": 8, "r": 12, "t": 12, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        separators=",." if writer.language is Language.ES else ".,",
        font={"family": FONT, "size": 13},
        colorway=list(SERIES),
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "xanchor": "left"},
        hoverlabel={"font": {"family": FONT, "size": 13}, "align": "left"},
        dragmode=False,
        modebar={
            "remove": ["zoom", "pan", "select", "lasso", "zoomIn", "zoomOut", "autoScale", "resetScale"]
        },
    )
    made.update_xaxes(tickformat=",.3~f", automargin=True, showgrid=False, zeroline=False, fixedrange=True)
    made.update_yaxes(
        tickformat=",.3~f",
        automargin=True,
        gridcolor="rgba(128,136,148,.25)",
        zeroline=False,
        fixedrange=True,
    )
    made.update_layout(**layout)
    return made


def in_percent(writer: Writer, axis: Any) -> None:
    """Let an axis of shares, given as percent, say so."""
    axis(ticksuffix="\u00a0%" if writer.language is Language.ES else "%", tickformat=",.3~f")


def wrapped(text: str, width: int) -> str:
    """Break a label into lines.

    >>> wrapped("weeks since the last purchase", 14)
    'weeks since<br>the last<br>purchase'
    """
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)

"""How the page looks to Gradio: system fonts, and the colours of the style sheet."""

from pathlib import Path

import gradio as gr
from gradio.themes.utils import colors, sizes

from sodai.ui.figures.style import FONT
from sodai.ui.writing import Language

STATIC = Path(__file__).parent / "static"


def theme() -> gr.themes.Base:
    """Make the theme; it names no font that would have to be fetched."""
    fonts = [name.strip(' "') for name in FONT.split(",")]
    made = gr.themes.Base(
        primary_hue=colors.blue,
        neutral_hue=colors.slate,
        text_size=sizes.text_md,
        radius_size=sizes.radius_md,
        font=fonts,
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )
    return made.set(
        body_background_fill="#f6f7f9",
        body_background_fill_dark="#12151a",
        body_text_color="#1a1f26",
        body_text_color_dark="#e7eaee",
        body_text_color_subdued="#55606e",
        body_text_color_subdued_dark="#a5afbc",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        background_fill_secondary="transparent",
        background_fill_secondary_dark="transparent",
        border_color_primary="#dfe3e8",
        border_color_primary_dark="#2f3742",
        block_border_width="0px",
        block_padding="0px",
        block_info_text_color="#55606e",
        block_info_text_color_dark="#a5afbc",
        block_label_text_color="#37414d",
        block_label_text_color_dark="#d5dae0",
        block_title_text_color="#37414d",
        block_title_text_color_dark="#d5dae0",
        input_background_fill="#ffffff",
        input_background_fill_dark="#1a1f26",
        input_border_width="1px",
        input_border_color="#8d97a3",
        input_border_color_dark="#66717f",
        input_placeholder_color="#6b7684",
        input_placeholder_color_dark="#98a2b0",
        button_primary_background_fill="#2159bd",
        button_primary_background_fill_hover="#1b4a9e",
        button_primary_background_fill_dark="#2f6bd8",
        button_primary_background_fill_hover_dark="#3a77e6",
        button_primary_text_color="#ffffff",
        checkbox_label_background_fill="#ffffff",
        checkbox_label_background_fill_dark="#1a1f26",
    )


def head(language: Language) -> str:
    """Return what stands in the head of the page: its language, and its script, inline."""
    script = (STATIC / "page.js").read_text(encoding="utf-8")
    return f'<script>window.sodaiLanguage = "{language}";\n{script}</script>'

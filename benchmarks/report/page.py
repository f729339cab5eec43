"""The page around plots: a heading, the key figures as a table, light and dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def page(title: str, intro: str, figures: Mapping[str, str], plots: Sequence[str]) -> str:
    """Return an HTML document: `figures` by their names, `plots` as `benchmarks.report.plots` draws them."""
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in figures.items()
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f'<body><h1>{escape(title)}</h1>\n<p class="intro">{escape(intro)}</p>\n'
        f'<table>{rows}</table>\n<div class="plots">\n' + "\n".join(plots) + "\n</div></body></html>\n"
    )

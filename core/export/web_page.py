"""An HTML page of charts that opens from disk: it asks nothing of any network, and tells the browser so."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from core.charts import Chart, Style, drawn, library
from core.charts.style import FONTS
from core.charts.tokens import DARK, LIGHT, Tokens

LIBRARY_FILE = "plotly.min.js"

_DRAW = """
const looks = JSON.parse(document.getElementById("figures").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
function draw() {
  for (const [name, look] of Object.entries(looks)) {
    const figure = structuredClone(dark.matches ? look.dark : look.light);
    const frame = document.getElementById(name);
    if (!frame.classList.contains("drawn")) frame.replaceChildren(document.createElement("div"));
    frame.classList.add("drawn");
    const place = frame.firstChild;
    place.style.height = figure.layout.height + "px";
    Plotly.react(place, figure.data, figure.layout, {responsive: true, displaylogo: false});
  }
}
draw();
dark.addEventListener("change", draw);
"""

_CSS = """
* { box-sizing: border-box }
body { margin: 0; background: var(--background); color: var(--text); font: 16px/1.55 FONTS }
main { max-width: 1080px; margin: 0 auto; padding: 24px 16px 48px }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 4px }
h2 { font-size: 1.25rem; margin: 36px 0 8px }
p { margin: 8px 0 }
.quiet, footer, td small { color: var(--quiet); font-size: .875rem }
.verdict { border-left: 4px solid var(--quiet); background: var(--band); padding: 10px 14px; margin: 16px 0 }
.verdict.better { border-color: var(--split) }
.verdict.beaten { border-color: var(--test) }
figure { margin: 12px 0; min-height: 120px; border: 1px solid var(--border); border-radius: 6px }
figure { padding: 8px; overflow-x: auto }
#gates > div { min-width: 720px }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem }
th, td { text-align: left; padding: 4px 18px 4px 0; border-bottom: 1px solid var(--border); vertical-align: top }
th { font-weight: 600 }
tbody th, td { white-space: nowrap }
ul { padding-left: 20px }
footer { margin-top: 40px; border-top: 1px solid var(--border); padding-top: 8px; overflow-wrap: anywhere }
@media print { figure { break-inside: avoid } }
"""


@dataclass(frozen=True)
class Twofold:
    """A chart in both themes, by the name of its place."""

    name: str
    light: Chart
    dark: Chart


def styles(style: Style) -> tuple[Style, Style]:
    """The same reader on a light page and on a dark one, as wide as the page is."""
    wide = replace(style, narrow=False, room=1080)
    return replace(wide, dark=False), replace(wide, dark=True)


def figure(chart: Twofold) -> str:
    """The place of a chart; its sentence stands there until it is drawn, and for those who cannot see it."""
    alt = html.escape(chart.light.alt)
    return f'<figure id="{html.escape(chart.name)}" role="img" aria-label="{alt}">{alt}</figure>'


def page(title: str, language: str, body: str, charts: list[Twofold], whole: bool = True) -> bytes:
    """A page with these charts drawn at their places in `body`, which is HTML; `title` is text.

    Args:
        whole: Plotly's JavaScript stands in the page; otherwise it is a file beside it, LIBRARY_FILE.
    """
    looks = {chart.name: {"light": drawn(chart.light), "dark": drawn(chart.dark)} for chart in charts}
    data = json.dumps(looks, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
    code = library().replace("</script", "<\\/script") if whole else ""
    loaded = f"<script>{code}</script>" if whole else f'<script src="{LIBRARY_FILE}"></script>'
    allowed = [_hash(_DRAW), _hash(code) if whole else "file: 'self'"]
    spoken = "zh-CN" if language == "zh" else "en"
    return f"""<!doctype html>
<html lang="{spoken}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(allowed)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{html.escape(title)}</title>
<style>{_colours()}{_CSS.replace("FONTS", FONTS)}</style>
</head>
<body>
<main>
{body}
</main>
<script type="application/json" id="figures">{data}</script>
{loaded}
<script>{_DRAW}</script>
</body>
</html>
""".encode()


def table(rows: Mapping[str, Mapping[str, str]], corner: str = "") -> str:
    """A table of texts, by row and column; the corner's heading is for screen readers."""
    columns = list(next(iter(rows.values()), {}))
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in [corner, *columns])
    lines = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>'
        + "".join(f"<td>{html.escape(row.get(column, '–'))}</td>" for column in columns)
        + "</tr>"
        for name, row in rows.items()
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _policy(scripts: list[str]) -> str:
    """Only these scripts run, and nothing is fetched, framed or sent."""
    return (
        f"default-src 'none'; script-src {' '.join(scripts)}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _colours() -> str:
    def said(tokens: Tokens) -> str:
        return ";".join(f"--{field.name}:{getattr(tokens, field.name)}" for field in fields(tokens))

    return f":root{{{said(LIGHT)}}}@media(prefers-color-scheme:dark){{:root{{{said(DARK)}}}}}"

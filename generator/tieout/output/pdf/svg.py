"""A picture as a file of its own, with the light tokens written out: a PDF has no style sheet."""

from xml.sax.saxutils import escape, quoteattr

from tieout.text import words
from tieout.views.page import Picture, Shape

STROKES = {
    "ln": 'fill="none" stroke="#7b8683"',
    "hr": 'fill="none" stroke="#d5dcd9"',
    "thin": 'fill="none" stroke="#1a2124" stroke-width="1.5"',
    "thick": 'fill="none" stroke="#1a2124" stroke-width="2.5"',
    "no-l": 'fill="none" stroke="#ad2018" stroke-width="1.5" stroke-dasharray="5 4"',
    "dot": 'fill="#7b8683"',
    "on": 'fill="#1a2124"',
    "bx": 'fill="#ffffff" stroke="#7b8683"',
    "wash": 'fill="#f0f4f2"',
    "ok": 'fill="#2b6647"',
    "no": 'fill="#ad2018"',
    "ex": 'fill="#805200"',
    "un": 'fill="#67468f"',
    "dash": 'stroke-dasharray="3 3"',
}
TEXTS = {
    "t-s": 'fill="#545e62"',
    "t-b": 'font-weight="600"',
    "t-m": 'font-family="DejaVu Sans Mono" font-size="10"',
    "t-e": 'text-anchor="end"',
    "t-c": 'text-anchor="middle"',
    "inv": 'fill="#ffffff"',
    "no": 'fill="#ad2018"',
    "un": 'fill="#67468f"',
    "ex": 'fill="#805200"',
    "ok": 'fill="#2b6647"',
}


def drawing(picture: Picture) -> str:
    """A complete SVG document."""
    shapes = "".join(_shape(shape) for shape in picture.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {picture.width} {picture.height}" '
        f'width="{picture.width}" height="{picture.height}" font-family="Libertinus Serif" font-size="12">{shapes}</svg>'
    )


def _shape(shape: Shape) -> str:
    attributes = _attributes(shape.cls, TEXTS if shape.kind == "text" else STROKES)
    match shape.kind:
        case "path":
            return f"<path {attributes} d={quoteattr(shape.d)}/>"
        case "text":
            return f'<text {attributes} x="{shape.x}" y="{shape.y}">{escape(words.visible(shape.text))}</text>'
        case "circle":
            return f'<circle {attributes} cx="{shape.x}" cy="{shape.y}" r="{shape.w}"/>'
        case "rect":
            return f'<rect {attributes} x="{shape.x}" y="{shape.y}" width="{shape.w}" height="{shape.h}"/>'


def _attributes(classes: str, table: dict[str, str]) -> str:
    """The later class wins where two say the same; an attribute may stand only once."""
    found: dict[str, str] = {}
    for name in classes.split():
        for attribute in table.get(name, "").split('" '):
            key, _, value = attribute.partition("=")
            if key:
                found[key] = value.strip('"')
    return " ".join(f'{key}="{value}"' for key, value in found.items())

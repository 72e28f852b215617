"""Markdown as safe HTML, and as a tree of plain values for the PDF: two readings of the same tokens.

CommonMark with tables and strikethrough; raw HTML is text. `[[RSK-007]]` and `[[RSK-007|words]]` are links to records,
and so is a plain id in prose. A link leads to http(s), mail, `#` or a place that `links` knows; any other is its words
only. Images become links, so that no page of an audit asks a foreign server for anything.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from tieout.text.words import ids_in, visible

Node: TypeAlias = "dict[str, str | int | bool | list[str] | list[Node]]"

TOP_LEVEL = 3  # of the highest heading in a body: h1 is the page's, h2 its sections'
LOWEST_LEVEL = 6
MAX_NESTING = 20

_ID_LINK = re.compile(r"\[\[([^\[\]|\n]{1,100})(?:\|([^\[\]\n]{1,200}))?\]\]")
# An id in prose has a capital and a `-` or `.` inside; slugs such as `wallet` are words too, and need `[[wallet]]`.
_PLAIN_ID = re.compile(r"(?<![\w/@.#-])[A-Z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)+(?![\w@/-])")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SAFE = re.compile(r"(?:https?://[^/\\]|mailto:[^/\\])", re.IGNORECASE)


def render_html(source: str, links: Mapping[str, str]) -> str:
    """The body of a record as HTML.

    `links` gives the address for an id, and for a path as authors write it (or for its file's id). Headings begin at
    h3 and skip no level. The result is safe to print unescaped.
    """
    rendered: str = _MARKDOWN.renderer.render(_tokens(source, links), _MARKDOWN.options, {})
    return rendered


def parse_tree(source: str, links: Mapping[str, str]) -> list[Node]:
    """The body of a record as JSON-ready nodes `{type, …}`.

    Blocks: `heading` (level, children), `paragraph` (children), `list` (ordered, start, tight, children: `item`s of
    blocks), `quote` (children), `code_block` (text, language), `rule`, `table` (align, children: `row`s of `cell`s, the
    first row is the head).
    Inline: `text` (text), `code` (text), `em`, `strong`, `strike` (children), `link` (href, children), `break`.
    """
    return _blocks(iter(_tokens(source, links)))


def references(source: str) -> tuple[tuple[str, int], ...]:
    """What leads to other records, each with its line from 1 (of the paragraph it stands in), outside code.

    That are the ids written as `[[id]]`, and the paths of Markdown files that links lead to.
    """
    if "[[" not in source and ".md" not in source:
        return ()
    found: list[tuple[str, int]] = []
    env: dict[str, object] = {}
    for token in _BLOCKS.parse(source, env):
        # A paragraph without either leads nowhere, unless an address is defined below it: most are left unread.
        if token.type != "inline" or not ("[[" in token.content or ".md" in token.content or env.get("references")):
            continue
        line = token.map[0] + 1 if token.map else 1
        parts = [part for inner in _MARKDOWN.parseInline(token.content, env) for part in inner.children or ()]
        found += [(part.meta["id"], line) for part in parts if part.type == "id_link"]
        paths = (_path(str(part.attrs.get("href", ""))) for part in parts if part.type == "link_open")
        found += [(path, line) for path in paths if path.endswith(".md")]
    return tuple(found)


def _path(href: str) -> str:
    """The path of a link to a file; nothing for an address."""
    return "" if _SCHEME.match(href) or href.startswith("#") else unquote(href.partition("#")[0])


def _id_link(state: StateInline, silent: bool) -> bool:
    match = _ID_LINK.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("id_link", "", 0)
        token.content = (match[2] or match[1]).strip()
        token.meta = {"id": match[1].strip()}
    state.pos = match.end()
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.before("link", "id_link", _id_link)
    return parser


_MARKDOWN = _parser()
_BLOCKS = _parser()  # paragraphs are found, and not read
_BLOCKS.core.ruler.enableOnly(["normalize", "block"])


# --- tokens as both readings need them ----------------------------------------------------------------------------


def _tokens(source: str, links: Mapping[str, str]) -> list[Token]:
    tokens = _levelled(_MARKDOWN.parse(source, {}))
    for token in tokens:
        if token.type == "inline":
            token.children = list(_inline(token.children or [], links))
        elif token.type in {"fence", "code_block"}:
            token.info = visible(token.info)
            token.content = visible(token.content)
        elif "style" in token.attrs:
            # The pages' policy allows no style attribute; the style sheet knows `align-right` and `align-center`.
            token.attrs = {"class": str(token.attrs["style"]).replace("text-align:", "align-")}
    return tokens


def _levelled(tokens: list[Token]) -> list[Token]:
    """Headings from TOP_LEVEL down without a skipped level; an empty one is dropped, as PDF/UA refuses it."""
    kept: list[Token] = []
    outline: list[int] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.type == "heading_open":
            opening, inline, closing = tokens[position : position + 3]
            position += 3
            if not inline.content.strip():
                continue
            level = int(opening.tag[1:])
            outline = [*(above for above in outline if above < level), level]
            opening.tag = closing.tag = f"h{min(TOP_LEVEL - 1 + len(outline), LOWEST_LEVEL)}"
            kept += [opening, inline, closing]
            continue
        kept.append(token)
        position += 1
    return kept


@dataclass(slots=True)
class _Links:
    """Which links are open; one that leads nowhere is marked so that its end is dropped too."""

    open: list[bool] = field(default_factory=list)

    @property
    def inside(self) -> bool:
        return any(self.open)


def _inline(tokens: list[Token], links: Mapping[str, str]) -> Iterator[Token]:
    state = _Links()
    for token in tokens:
        if token.type == "link_open":
            href = _allowed(str(token.attrs.get("href", "")), links)
            state.open.append(bool(href))
            if href:
                yield _opening(href)
        elif token.type == "link_close":
            if state.open.pop():
                yield Token("link_close", "a", -1)
        elif token.type == "image":
            yield from _link(token.content, _allowed(str(token.attrs.get("src", "")), links), inside=state.inside)
        elif token.type == "id_link":
            yield from _link(token.content, links.get(token.meta["id"], ""), inside=state.inside)
        elif token.type == "text":
            yield from [_text(token.content)] if state.inside else _prose(token.content, links)
        else:
            token.content = visible(token.content)
            yield token


def _prose(text: str, links: Mapping[str, str]) -> Iterator[Token]:
    position = 0
    for match in _PLAIN_ID.finditer(text):
        href = links.get(match[0], "")
        if href:
            yield _text(text[position : match.start()])
            yield from _link(match[0], href, inside=False)
            position = match.end()
    yield _text(text[position:])


def _link(words: str, href: str, *, inside: bool) -> Iterator[Token]:
    if inside or not href:
        yield _text(words)
        return
    yield _opening(href)
    yield _text(words or href)
    yield Token("link_close", "a", -1)


def _opening(href: str) -> Token:
    return Token("link_open", "a", 1, attrs={"href": href})


def _text(words: str) -> Token:
    return Token("text", "", 0, content=visible(words))


def _allowed(href: str, links: Mapping[str, str]) -> str:
    """Where a written address leads; empty when it may lead nowhere."""
    if _SAFE.match(href) or href.startswith("#"):
        return visible(href)
    if _SCHEME.match(href) or href.startswith(("/", "\\")):
        return ""
    path, mark, fragment = href.partition("#")
    target = _resolved(unquote(path), links)
    return target + mark + fragment if target else ""


def _resolved(path: str, links: Mapping[str, str]) -> str:
    """The page of a path that `links` knows as such, or by the id at the start of its file's name."""
    if path in links:
        return links[path]
    found = (links[name] for name in ids_in(path) if name in links)
    return next(found, "") if path.endswith((".md", ".yml")) else ""


# --- the tree -----------------------------------------------------------------------------------------------------

_CONTAINERS = {
    "paragraph_open": "paragraph",
    "blockquote_open": "quote",
    "list_item_open": "item",
    "tr_open": "row",
    "th_open": "cell",
    "td_open": "cell",
    "em_open": "em",
    "strong_open": "strong",
    "s_open": "strike",
}


def _blocks(tokens: Iterator[Token]) -> list[Node]:
    """The nodes up to the end of the container that is open. Nesting is limited by the parser."""
    nodes: list[Node] = []
    for token in tokens:
        if token.nesting < 0 and token.type not in {"thead_close", "tbody_close"}:
            break
        if token.type == "inline":
            nodes += _blocks(iter(_merged(token.children or [])))
        elif token.type not in {"thead_open", "thead_close", "tbody_open", "tbody_close"}:
            nodes.append(_opened(token, tokens) if token.nesting else _leaf(token))
    return nodes


def _opened(token: Token, tokens: Iterator[Token]) -> Node:
    if token.type == "heading_open":
        return {"type": "heading", "level": int(token.tag[1:]), "children": _blocks(tokens)}
    if token.type == "link_open":
        return {"type": "link", "href": str(token.attrs["href"]), "children": _blocks(tokens)}
    if token.type in {"bullet_list_open", "ordered_list_open"}:
        return _list(token, tokens)
    if token.type == "table_open":
        rows = _blocks(tokens)
        return {"type": "table", "align": _align(rows), "children": rows}
    node: Node = {"type": _CONTAINERS[token.type]}
    if node["type"] == "cell":
        node["align"] = str(token.attrs.get("class", "")).removeprefix("align-")
    elif token.hidden:
        node["tight"] = True
    return {**node, "children": _blocks(tokens)}


def _list(token: Token, tokens: Iterator[Token]) -> Node:
    ordered = token.type == "ordered_list_open"
    items = _blocks(tokens)
    tight = all("tight" in block for item in items for block in _children(item) if block["type"] == "paragraph")
    return {
        "type": "list",
        "ordered": ordered,
        "start": int(token.attrs.get("start", 1)) if ordered else 1,
        "tight": tight,
        "children": items,
    }


def _align(rows: list[Node]) -> list[str]:
    return [str(cell["align"]) for cell in _children(rows[0])] if rows else []


def _children(node: Node) -> list[Node]:
    children = node["children"]
    return [child for child in children if isinstance(child, dict)] if isinstance(children, list) else []


def _leaf(token: Token) -> Node:
    if token.type in {"fence", "code_block"}:
        language = (token.info.split() or [""])[0]
        return {"type": "code_block", "text": token.content.removesuffix("\n"), "language": language}
    if token.type == "code_inline":
        return {"type": "code", "text": token.content}
    if token.type == "hr":
        return {"type": "rule"}
    if token.type == "hardbreak":
        return {"type": "break"}
    return {"type": "text", "text": token.content}


def _merged(tokens: list[Token]) -> Iterator[Token]:
    """Neighbouring texts as one; a soft line break is a space."""
    words = ""
    for token in tokens:
        if token.type in {"text", "softbreak"}:
            words += " " if token.type == "softbreak" else token.content
            continue
        if words:
            yield _text(words)
        words = ""
        yield token
    if words:
        yield _text(words)

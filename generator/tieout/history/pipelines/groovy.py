"""Groovy as words, strings and blocks, for the declared shape of a Jenkinsfile. Nothing is evaluated or worked out.

What the words leave open (a slash that may begin a pattern, a quote that does not end) makes the file unreadable.
"""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

MAX_TOKENS = 60_000
MAX_DEPTH = 60  # of blocks, and of strings in strings


class Token(NamedTuple):
    kind: Literal["word", "text", "sign", "line"]
    value: str
    fixed: bool = True  # a text without ${…}


class UnreadableError(ValueError):
    """What is not read as Groovy here, in words."""


@dataclass(frozen=True, slots=True)
class Block:
    """`name(args) { inside }`, or a statement without a block. `tokens` are all of the statement but its block."""

    name: str
    tokens: tuple[Token, ...]
    inside: tuple[Token, ...] | None = None

    @property
    def text(self) -> Token | None:
        """Its only argument where that is a text."""
        args = [token for token in self.tokens[1:] if token.value not in "()" or token.kind != "sign"]
        return args[0] if len(args) == 1 and args[0].kind == "text" else None


_PLAIN = re.compile(r"[ \t\r\f\v]+|//[^\n]*|/\*.*?\*/|#![^\n]*", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_$][\w$]*|\d[\w.]*")
_ENDS = {
    "'''": re.compile(r"(?:[^\\']|\\.|'(?!''))*?'''", re.DOTALL),
    "'": re.compile(r"(?:[^\\'\n]|\\.)*'", re.DOTALL),
}


def tokens_of(source: str) -> tuple[Token, ...]:
    """All tokens, without comments.

    Raises:
        UnreadableError: a text or a comment does not end, or there is too much of it.
    """
    found: list[Token] = []
    at = 0
    while at < len(source):
        if len(found) > MAX_TOKENS:
            raise UnreadableError("it is too long")
        if passed := _PLAIN.match(source, at):
            at = passed.end()
        elif source[at] == "\n":
            found.append(Token("line", "\n"))
            at += 1
        elif source[at] in "'\"":
            token, at = _string(source, at, 0)
            found.append(token)
        elif source.startswith("$/", at):
            end = source.find("/$", at + 2)
            if end < 0:
                raise UnreadableError("a text does not end")
            found.append(Token("text", source[at + 2 : end], "$" not in source[at + 2 : end]))
            at = end + 2
        elif word := _WORD.match(source, at):
            found.append(Token("word", word[0]))
            at = word.end()
        elif source.startswith("/*", at):
            raise UnreadableError("a comment does not end")
        elif source[at] == "/" and _begins_pattern(found):
            token, at = _pattern(source, at)
            found.append(token)
        else:
            found.append(Token("sign", source[at]))
            at += 1
    return tuple(found)


def _begins_pattern(before: list[Token]) -> bool:
    """After a value a slash divides; after a sign it begins a pattern."""
    last = next((token for token in reversed(before) if token.kind != "line"), None)
    return last is None or (last.kind == "sign" and last.value not in ")]}") or last.value in ("return", "in", "case")


def _pattern(source: str, at: int) -> tuple[Token, int]:
    end = at + 1
    while end < len(source) and source[end] != "/":
        end += 2 if source[end] == "\\" else 1
    if end >= len(source):
        raise UnreadableError("a text does not end")
    return Token("text", source[at + 1 : end], fixed="$" not in source[at:end]), end + 1


def _string(source: str, at: int, depth: int) -> tuple[Token, int]:
    quote = source[at] * 3 if source.startswith(source[at] * 3, at) else source[at]
    if quote[0] == "'":
        ended = _ENDS[quote].match(source, at + len(quote))
        if not ended:
            raise UnreadableError("a text does not end")
        return Token("text", ended[0][: -len(quote)]), ended.end()
    return _double(source, at, quote, depth)


def _double(source: str, at: int, quote: str, depth: int) -> tuple[Token, int]:
    """A text in double quotes; what stands in ${…} may hold texts and braces of its own."""
    start = end = at + len(quote)
    fixed = True
    while not source.startswith(quote, end):
        if end >= len(source) or depth > MAX_DEPTH or (source[end] == "\n" and len(quote) == 1):
            raise UnreadableError("a text does not end")
        if source[end] == "\\":
            end += 2
        elif source.startswith("${", end):
            fixed, end = False, _expression(source, end + 2, depth + 1)
        else:
            fixed = fixed and source[end] != "$"
            end += 1
    return Token("text", source[start:end], fixed), end + len(quote)


def _expression(source: str, at: int, depth: int) -> int:
    open_ = 1
    while open_:
        if at >= len(source):
            raise UnreadableError("a text does not end")
        if source[at] in "'\"":
            _, at = _string(source, at, depth)
            continue
        open_ += {"{": 1, "}": -1}.get(source[at], 0)
        at += 1
    return at


def blocks_of(tokens: tuple[Token, ...]) -> tuple[Block, ...]:
    """The statements of a stretch of tokens, each with the block that ends it.

    Raises:
        UnreadableError: brackets that do not close.
    """
    found: list[Block] = []
    statement: list[Token] = []
    at = 0
    depth = 0  # of ( and [
    while at < len(tokens):
        token = tokens[at]
        sign = token.value if token.kind == "sign" else ""
        if sign == "{":
            end = _closing(tokens, at)
            if depth:  # a closure as an argument: part of the statement
                statement += tokens[at:end]
            else:
                found.append(_block(statement, tokens[at + 1 : end - 1]))
                statement = []
            at = end
            continue
        depth += (sign in "([") - (sign in ")]") if sign else 0
        ends = (token.kind == "line" or sign == ";") and not depth
        if ends and statement and not _goes_on(tokens, at):
            found.append(_block(statement, None))
            statement = []
        elif not ends and token.kind != "line":
            statement.append(token)
        at += 1
    if depth or any(token.kind == "sign" and token.value == "}" for token in statement):
        raise UnreadableError("brackets do not close")
    return (*found, *((_block(statement, None),) if statement else ()))


def _goes_on(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether the next line begins with the block of this one: `stage('x')` and the brace below it."""
    rest = next((token for token in tokens[at:] if token.kind != "line"), None)
    return rest is not None and rest.kind == "sign" and rest.value == "{"


def _closing(tokens: tuple[Token, ...], at: int) -> int:
    """The place after the brace that closes the one at `at`."""
    depth = 0
    for end in range(at, len(tokens)):
        if tokens[end].kind == "sign":
            depth += {"{": 1, "}": -1}.get(tokens[end].value, 0)
        if depth > MAX_DEPTH:
            raise UnreadableError("its blocks are nested too deep")
        if not depth:
            return end + 1
    raise UnreadableError("brackets do not close")


def _block(statement: list[Token], inside: tuple[Token, ...] | None) -> Block:
    name = statement[0].value if statement and statement[0].kind == "word" else ""
    return Block(name, tuple(statement), inside)

"""Which lines look like a secret, or like a real person's data. Pure; what was found is told by its rule, never shown.

Every pattern begins with fixed text or a digit and has bounded repeats, so a line costs time by its length alone. A value
is hashed where it is found, and four digits of that are all that leaves this module: enough to see that two lines hold the
same, too little to find out what.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import NamedTuple

VERSION = 1  # of the rules: what was kept under another one is looked at again
LONGEST = 4_000  # bytes of a line; the rest of a longer one (a bundle, a data set) is cut into such pieces
_OVERLAP = 200


class Rule(NamedTuple):
    """`is_real` says whether what the pattern found is more than its form."""

    name: str
    hints: tuple[bytes, ...]  # in small letters: a line without any of them is passed over; none: every line is asked
    pattern: re.Pattern[bytes]
    is_real: Callable[[bytes], bool]


class Found(NamedTuple):
    rule: str
    mark: str


def _is_no_example(value: bytes) -> bool:
    """Vendors' documentation has keys of its own, with the word in them, or nothing but one character."""
    return not _PLACEHOLDER.search(value) and len(set(value[-12:])) > 3


_PLACEHOLDER = re.compile(rb"(?i)example|changeme|change_me|placeholder|redacted|xxxx|your[_-]|\.\.\.|dummy|sample")
_NAME = rb"api[_-]?key|api[_-]?token|api[_-]?secret|secret[_-]?key|access[_-]?key|access[_-]?token|auth[_-]?token|client[_-]?secret|private[_-]?token|app[_-]?secret|signing[_-]?key|encryption[_-]?key|password|passwd|secret|token"
_LEAST_BITS = 3.0  # of information a character: words repeated have less


def _is_random(value: bytes) -> bool:
    """Letters and digits, and no word that stands for a value."""
    if not re.search(rb"[0-9]", value) or not re.search(rb"[A-Za-z]", value) or not _is_no_example(value):
        return False
    counted = Counter(value)
    bits = -sum(number / len(value) * math.log2(number / len(value)) for number in counted.values())
    return bits >= _LEAST_BITS


def _is_card(value: bytes) -> bool:
    """The check digit is right, and it is none of the numbers that payment companies publish for tests."""
    digits = re.sub(rb"[ -]", b"", value)
    if len(set(digits)) < 4 or digits in _TEST_CARDS:
        return False
    total = 0
    for position, digit in enumerate(reversed(digits)):
        number = digit - 48
        total += number if position % 2 == 0 else (number * 2 - 9 if number > 4 else number * 2)
    return total % 10 == 0


_TEST_CARDS = frozenset(
    b"4111111111111111 4012888888881881 4242424242424242 4000056655665556 5555555555554444 5105105105105100 378282246310005 "
    b"371449635398431 378734493671000 6011111111111117 6011000990139424 5200828282828210 2223003122003222 4000000000000002 "
    b"5454545454545454 4444333322221111 4917610000000000 5431111111111111 4000000000000077 6011000000000004 4462030000000000 "
    b"4000000000003220 4000002500003155 4000000000009995 2720992222222229 2221000000000009 374245455400126 4007000000027".split()
)
# Characters of an account number, by country.
_IBAN_LENGTHS = {
    word[:2]: int(word[2:])
    for word in (
        b"AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22 GI23 GR27 HR21 HU28 IE22 IS26 IT27 LI21 "
        b"LT20 LU20 LV21 MC27 MT31 NL18 NO15 PL28 PT25 RO24 SE24 SI19 SK24 SM27 TR26"
    ).split()
}
_TEST_IBANS = frozenset(
    b"DE89370400440532013000 GB82WEST12345698765432 GB29NWBK60161331926819 FR1420041010050500013M02606 NL91ABNA0417164300 "
    b"BE68539007547034 ES9121000418450200051332 CH9300762011623852957 IT60X0542811101000000123456 AT611904300234573201 "
    b"IE29AIBK93115212345678 GB33BUKB20201555555555 FI2112345600000785 SE4550000000058398257466 NO9386011117947 "
    b"DK5000400440116243 PL61109010140000071219812874 PT50000201231234567890154 LU280019400644750000 MT84MALT011000012345MTLCAST001S".split()
)


def _is_iban(value: bytes) -> bool:
    """The length is that of its country and the two check digits are right (ISO 13616)."""
    joined = value.replace(b" ", b"")
    if _IBAN_LENGTHS.get(joined[:2]) != len(joined) or joined in _TEST_IBANS:
        return False
    return int("".join(str(int(character, 36)) for character in (joined[4:] + joined[:4]).decode("ascii"))) % 97 == 1


def _whole(pattern: bytes) -> re.Pattern[bytes]:
    """Not as a part of a longer word."""
    return re.compile(rb"(?<![A-Za-z0-9_])(" + pattern + rb")(?![A-Za-z0-9_])")


RULES: tuple[Rule, ...] = (
    Rule(
        "private-key",
        (b"-----begin",),
        re.compile(rb"(-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----)"),
        bool,
    ),
    Rule(
        "aws-key",
        (b"akia", b"asia"),
        _whole(rb"(?:AKIA|ASIA)[A-Z2-7]{16}"),
        _is_no_example,
    ),
    Rule(
        "github-token",
        (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_"),
        _whole(rb"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
        _is_no_example,
    ),
    Rule("gitlab-token", (b"glpat-",), _whole(rb"glpat-[A-Za-z0-9_-]{20,64}"), _is_no_example),
    Rule("slack-token", (b"xox",), _whole(rb"xox[abeoprs]-[0-9A-Za-z-]{20,250}"), _is_no_example),
    Rule("stripe-key", (b"k_live_",), _whole(rb"[rs]k_live_[A-Za-z0-9]{16,128}"), _is_no_example),
    Rule("google-key", (b"aiza",), _whole(rb"AIza[A-Za-z0-9_-]{35}"), _is_no_example),
    Rule("npm-token", (b"npm_",), _whole(rb"npm_[A-Za-z0-9]{36}"), _is_no_example),
    Rule("pypi-token", (b"pypi-age",), _whole(rb"pypi-AgE[A-Za-z0-9_-]{50,250}"), _is_no_example),
    Rule("sendgrid-key", (b"sg.",), _whole(rb"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"), _is_no_example),
    Rule(
        "web-token",
        (b"eyj",),
        _whole(rb"eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{20,1000}"),
        _is_no_example,
    ),
    Rule(
        "named-secret",
        (b"key", b"secret", b"token", b"passw"),
        re.compile(
            rb"(?<![A-Za-z])(?i:"
            + _NAME
            + rb")[\"']?[ \t]{0,4}(?::|=|=>|:=)[ \t]{0,4}[\"']?([A-Za-z0-9+/_=-]{20,200})(?![A-Za-z0-9+/_=.(\[{$-])"
        ),
        _is_random,
    ),
    Rule(
        "card-number",
        (),
        re.compile(
            rb"(?<![0-9A-Za-z.,_/+=-])("
            rb"(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|6011|65[0-9]{2})([ -]?)[0-9]{4}\2[0-9]{4}\2[0-9]{4}"
            rb"|3[47][0-9]{2}([ -]?)[0-9]{6}\3[0-9]{5})(?![0-9A-Za-z._/+=-])"
        ),
        _is_card,
    ),
    Rule(
        "bank-account",
        (),
        re.compile(
            rb"(?<![0-9A-Za-z+/=_-])([A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)(?![0-9A-Za-z+/=_-])"
        ),
        _is_iban,
    ),
)
# What a text needs to have in it, so that it is worth looking at its lines: almost none has.
_HINTS = tuple(hint for rule in RULES for hint in rule.hints)
_NUMBERS = re.compile(rb"[0-9]{4}[ -]?[0-9]{4,6}[ -]?[0-9]{4}|[A-Z]{2}[0-9]{2}[ A-Z0-9]{8}")


def may_hold(text: bytes) -> bool:
    """Whether it is worth looking at the lines of a text one by one."""
    small = text.lower()
    return any(hint in small for hint in _HINTS) or _NUMBERS.search(text) is not None


def find(line: bytes) -> Iterator[Found]:
    """Each thing in a line that looks like a secret, once for each rule and value."""
    seen: set[Found] = set()
    for piece in _pieces(line):
        small = piece.lower()
        numbers = _NUMBERS.search(piece) is not None
        for rule in RULES:
            if any(hint in small for hint in rule.hints) or (numbers and not rule.hints):
                found = (match[1] for match in rule.pattern.finditer(piece))
                seen.update(Found(rule.name, _mark(rule.name, value)) for value in found if rule.is_real(value))
    yield from sorted(seen)


def _pieces(line: bytes) -> Iterator[bytes]:
    if len(line) <= LONGEST:
        yield line
        return
    for begin in range(0, len(line), LONGEST - _OVERLAP):
        yield line[begin : begin + LONGEST]


def _mark(rule: str, value: bytes) -> str:
    return blake2b(value, digest_size=2, person=rule.encode()[:16]).hexdigest()

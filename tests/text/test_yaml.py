import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from properties import examples
from yaml import CSafeLoader, SafeLoader

from tieout.problems import Source
from tieout.text import yaml

FILE = Source(path="a.yml")


def value(text, **options):
    return yaml.parse(text.encode(), FILE, **options).value


def told(data, **options):
    data = data.encode() if isinstance(data, str) else data
    return [str(problem) for problem in yaml.parse(data, FILE, **options).problems]


@pytest.fixture(params=[CSafeLoader, SafeLoader], ids=["libyaml", "without"])
def _loader(request, monkeypatch):
    monkeypatch.setattr(yaml, "_LOADER", request.param)


pytestmark = pytest.mark.usefixtures("_loader")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("6", 6),
        ("-5", -5),
        ("0", 0),
        ("123456789012345", 123456789012345),
        ("1234567890123456", "1234567890123456"),
        ("010", "010"),
        ("+5", "+5"),
        ("-0", "-0"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("1.10", "1.10"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("12:30:45", "12:30:45"),
        ("2026-06-05", "2026-06-05"),
        ("2026-06-27T19:58Z", "2026-06-27T19:58Z"),
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("NO", "NO"),
        ("null", None),
        ("~", None),
        ("", None),
        ("'6'", "6"),
        ('"true"', "true"),
        ("١", "١"),
        ("> 5", None),
    ],
)
def test_scalar_is_read_as_a_person_means_it(written, expected):
    assert value(f"a: {written}\n") == ({"a": expected} if written != "> 5" else None)


def test_place_of_every_value_and_name():
    parsed = yaml.parse(b"title: x\nlist:\n  - {a: 1}\n  - b\n", FILE)
    assert parsed.value == {"title": "x", "list": [{"a": 1}, "b"]}
    assert parsed.places[("list", 0, "a")] == (3, 9)
    assert parsed.places[("list", 1)] == (4, 5)
    assert parsed.keys[("list", 0, "a")] == (3, 6)
    assert parsed.source(("list", 0, "a", "deeper"), FILE) == Source("", "a.yml", 3, 9)


def test_lines_count_from_the_line_where_the_data_begins():
    parsed = yaml.parse(b"a: 1\nb: &x 2\n", Source(path="a.md", line=2))
    assert parsed.places[("a",)] == (2, 4)
    assert parsed.problems[0].source == Source("", "a.md", 3, 4)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("a:\n\t- b", "a.yml:2:1: error: a tab is not allowed in YAML; use spaces (in text, write \\t in double quotes) [yaml-tab]"),
        ("a: &x 1", "a.yml:1:4: error: the anchor &x is not allowed; write the value where it is needed [yaml-anchor]"),
        ("a: *x", "a.yml:1:4: error: the alias *x is not allowed; write the value where it is needed [yaml-anchor]"),
        ("a: !!python/object:os.system x", "a.yml:1:4: error: the tag tag:yaml.org,2002:python/object:os.system is not allowed; write the plain value [yaml-tag]"),
        ("a: !x [1]", "a.yml:1:4: error: the tag !x is not allowed; write the plain value [yaml-tag]"),
        ("<<: {a: 1}", "a.yml:1:1: error: the merge key << is not allowed; write the fields out [yaml-merge]"),
        ("a: 1\n---\nb: 2", "a.yml:2:1: error: a second document begins here; keep one in a file [yaml-documents]"),
        ("%YAML 1.1\n---\na: 1", "a.yml:1:1: error: a line may not begin with %; delete the directive, or indent the text [yaml-directive]"),
        ("a: 1\nb: 2\na: 3", "a.yml:3:1: error: 'a' is already written in line 1; keep one of the two [yaml-duplicate-key]"),
        ("? [a]\n: b", "a.yml:1:3: error: the name of a field must be plain text; put it in quotes [yaml-key]"),
        ("a: b: c", "a.yml:1:5: error: a colon and a space inside text; put the text in quotes, or mend the indentation [yaml-syntax]"),
        ("a: 'x\nb: c\n", "a.yml:1:4: error: the quotes that open here are not closed [yaml-syntax]"),
        ("a: [1, 2\nb: c", "a.yml:2:2: error: a bracket is not closed, or a comma is missing before this place [yaml-syntax]"),
        ("a: @x", "a.yml:1:4: error: a value may not begin with '@'; put it in quotes [yaml-syntax]"),
        ("- a\nb: c", "a.yml:2:1: error: the indentation does not fit the lines above [yaml-syntax]"),
        ("a: \x00", "a.yml:1:4: error: the character U+0000 is not text; delete it [control-character]"),
        ('a: "\\x1b"', "a.yml:1:4: error: the escape for U+001B is not text; delete it [control-character]"),
        (b"a: \xe9", "a.yml:1:4: error: byte 0xe9 is not valid UTF-8; save the file as UTF-8 [not-utf8]"),
        ("[" * 40_000, "a.yml:1:33: error: this is nested more than 32 deep; write it flatter [yaml-limit]"),
        ("a" * 1_000_001, "a.yml: error: the file has 1,000,001 bytes, and the limit is 1,000,000; split it [file-too-large]"),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_with_its_place(written, problem):
    assert told(written) == [problem]
    assert yaml.parse(written if isinstance(written, bytes) else written.encode(), FILE).value is None


def test_values_are_counted(monkeypatch):
    monkeypatch.setattr(yaml, "MAX_NODES", 1000)
    assert told("[" + "1," * 1000 + "]") == [
        "a.yml:1:2000: error: the file has more than 1,000 values; split it [yaml-limit]"
    ]
    assert told("[" + "1," * 999 + "]") == []


@pytest.mark.parametrize("written", ["a: 1\r\nb: 2\r\n", "\ufeffa: 1\nb: 2\n"])
def test_windows_habits_are_read_with_a_warning(written):
    parsed = yaml.parse(written.encode(), FILE)
    assert parsed.value == {"a": 1, "b": 2}
    assert [problem.severity for problem in parsed.problems] == ["warning"]


def test_all_refusals_of_a_file_are_told_at_once():
    assert len(told("a: &x 1\nb: *x\nc: !t 1\nc: 2\n")) == 4


class TestForeign:
    def test_tags_become_plain_values(self):
        assert value("a: !reference [x, y]\nb: !vault 12\n", own=False) == {"a": ["x", "y"], "b": "12"}

    def test_aliases_and_merge_keys_are_followed(self):
        text = "base: &b {x: 1, y: 2}\njob:\n  <<: *b\n  y: 3\nall: {<<: [*b, {z: 4}]}\n"
        expected = {"base": {"x": 1, "y": 2}, "job": {"x": 1, "y": 3}, "all": {"x": 1, "y": 2, "z": 4}}
        assert value(text, own=False) == expected

    def test_last_of_duplicate_keys_and_of_documents_counts(self):
        assert value("a: 1\na: 2\n", own=False) == {"a": 2}
        assert value("spec: 1\n---\njob: 2\n", own=False) == {"job": 2}

    def test_on_is_a_name(self):
        assert value("on: push\ntrue: 1\n", own=False) == {"on": "push", "true": 1}

    def test_what_is_no_text_is_replaced(self):
        assert yaml.parse(b"a: \xff\nb: \x00\n", FILE, own=False).value == {"a": "\ufffd", "b": "\ufffd"}

    def test_unreadable_file_is_a_warning(self):
        assert told("a: [1\nb: c", own=False) == [
            "a.yml:2:2: warning: a bracket is not closed, or a comma is missing before this place [yaml-syntax]"
        ]

    def test_alias_of_itself_is_no_cycle(self):
        parsed = yaml.parse(b"a: &x [*x]\n", FILE, own=False)
        assert parsed.value == {"a": [None]}
        assert [problem.code for problem in parsed.problems] == ["yaml-syntax"]


BOMBS = [
    "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]),
    "\n".join(["a0: &a0 {k: v}", *(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: v}}" for n in range(1, 3000))]),
    "- " * 20_000 + "x",
    "? " * 20_000 + "x",
    "{a: " * 20_000,
    "\n".join(" " * n + "a:" for n in range(1200)),
    "a: " + '"' + "\\" * 50_000,
    "&" * 50_000,
    "!" * 50_000 + " x",
    "".join(f"%TAG !t{n}! x\n" for n in range(20_000)) + "---\na: 1",
    "[" + "[]," * 8_000 + "]",
    "a: |\n" + "  x\n" * 30_000,
    "x" * 500_000 + ": 1",
    "a: *" + "b" * 100_000,
    "#" * 900_000,
    "--- a\n" * 6_000,
    "'" + "''" * 50_000,
]


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
@pytest.mark.parametrize("own", [True, False])
def test_a_bomb_ends_in_few_events(bomb, own, monkeypatch):
    """What is read before the refusal is bounded; seconds are no matter for a test."""
    read, events = [], yaml._events

    def counted(text):
        for event in events(text):
            read.append(type(event))
            yield event

    monkeypatch.setattr(yaml, "_events", counted)
    yaml.parse(bomb.encode(), FILE, own=own)
    assert len(read) <= 300_000


def plain(part):
    if isinstance(part, dict):
        return all(isinstance(name, str) and plain(inner) for name, inner in part.items())
    if isinstance(part, list):
        return all(map(plain, part))
    return part is None or isinstance(part, (str, bool)) or (isinstance(part, int) and abs(part) < 10**15)


PIECES = st.lists(
    st.sampled_from([
        "a", "b: ", ": ", "- ", "? ", "[", "]", "{", "}", ", ", "\n", "\n  ", "\t", "&x ", "*x", "!t ", "!!int ", "!!float ",
        "!!timestamp ", "!!bool ", "<<: ", "'", '"', "\\", "\\U00110000", "\\ud800", "|\n", ">-\n ", "# ", "---\n", "...\n", "%TAG ! x\n",
        "%YAML 9.9\n", "1", "0", "~", "\r", "\ufeff", "\x85", "\u2028", "\x00", "=", "@", "`", "é", "😀", "2026-01-01", "99:99",
    ]),
    max_size=25,
).map("".join)  # fmt: skip


@examples(300)
@given(st.one_of(st.binary(max_size=60), PIECES.map(lambda text: text.encode("utf-8", "surrogatepass"))), st.booleans())
@example(b'"\\U00110000"', True)
@example(b"? &a\n: *a", False)
def test_any_bytes_give_plain_values_or_problems(data, own):
    parsed = yaml.parse(data, FILE, own=own)
    assert plain(parsed.value)
    assert not any("\n" in problem.message for problem in parsed.problems)
    if any(problem.severity == "error" for problem in parsed.problems):
        assert parsed.value is None
    assert own or all(problem.severity == "warning" for problem in parsed.problems)

"""Whatever the bytes: records or problems, and no value that is not what a person wrote."""

import re
import unicodedata
from datetime import date

import pytest
from content.conftest import CHECKS, small_isms
from hypothesis import given
from hypothesis import strategies as st

from tieout import config, content
from tieout.codes import CODES
from tieout.content import records, registers
from tieout.model.registers import REGISTERS, Isms
from tieout.model.settings import Config, Repository
from tieout.problems import Problem

CONFIG = Config(operator="Small", repositories={"odds": Repository("odds", "../odds")})
RISK = "isms/risks/RSK-007-odds-tampering.md"

# What YAML 1.1, YAML 1.2 and people disagree about.
SCALARS = """
6 -5 0 -0 +5 007 010 0o10 0x1F 0b11 1_000 1e3 1E3 .5 5. 1.0 1.10 -1.5 .inf -.inf .nan 12:30 12:30:45 1:20 190:20:30 22:22
123456789012345 1234567890123456 99999999999999999999 ١ ６ ½ 1,000
y Y yes Yes YES n N no No NO on On ON off Off OFF true True TRUE false False FALSE t f
null Null NULL ~ none None nil undefined NaN
2026-06-05 2026-6-5 2026-02-30 2026-13-01 2026-06-05T10:00 2026-06-05T10:00Z 2026-06-05T10:00:00Z 2026-06-05T10:00:00+02:00
2026-06-05T25:00Z 2026-06-05T10:00:00.5Z 20260605 05.06.2026 06/05/2026 2026-W23 2026-156 0000-01-01 9999-12-31 10000-01-01
90d 3mo 1y 4h 15m 2w 0m 90D 1.5h 1h30m d 99999d -1d 90 90s P90D
GB NO SE DE true-ish = << * & ! % @ ` ? - : | > # ' " 'no' "no" '6' "6" 'true' '2026-06-05' '90d'
v1.10 1.2.3 3.10 0755 1-2 1e 0x 0xg e1 _1 1_ __ 1__0 +1.0 ++1 --1 +-1
""".split()  # noqa: SIM905 - a list of them would be unreadable

# A field of each type: the file it stands in, what is replaced, and how the record is reached.
FIELDS = {
    "text": (RISK, b"title: Prices changed without authority", "title", lambda risk: risk.title),
    "number": (RISK, b"inherent: {likelihood: 2,", "likelihood", lambda risk: risk.inherent.likelihood),
    "yes or no": ("isms/access.yml", b"", "four_eyes", lambda power: power.four_eyes),
    "day": (RISK, b"reviewed: 2026-05-28", "reviewed", lambda risk: risk.reviewed),
    "duration": (RISK, b"", "review_every", lambda risk: risk.review_every),
}


def meant(kind, scalar):
    """What a person can only have meant by a scalar in a field of a kind, or nothing: then it is a problem."""
    quoted = len(scalar) > 1 and scalar[0] == scalar[-1] and scalar[0] in "'\""
    text = scalar[1:-1] if quoted else scalar
    number = not quoted and re.fullmatch(r"0|-?[1-9][0-9]{0,14}", scalar)
    word = not quoted and scalar in {"true", "false", "null", "~"}
    if kind == "text":
        return None if number or word else text
    if kind == "number":
        return int(scalar) if number and 1 <= int(scalar) <= 100 else None
    if kind == "yes or no":
        return {"yes": True, "no": False}.get(text, {"true": True, "false": False}.get(scalar))
    if kind == "day":
        real = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)
        try:
            return date.fromisoformat(text) if real else None
        except ValueError:
            return None
    return text if re.fullmatch(r"[0-9]{1,4}(m|h|d|w|mo|y)", text) else None


def written(kind, scalar):
    path, old, name, _ = FIELDS[kind]
    files = small_isms()
    if kind == "yes or no":
        row = f"- power: pay\n  title: Pay\n  system: wallet\n  roles: []\n  {name}: {scalar}\n"
        return files | {path: row.encode()}
    if kind == "number":
        return files | {path: files[path].replace(old, f"inherent:\n  {name}: {scalar}\n  impact: 2\n#".encode())}
    line = f"{name}: {scalar}".encode()
    at = old or b"treatment: modify"
    return files | {path: files[path].replace(at, line if old else at + b"\n" + line)}


def read(kind, scalar):
    """What the field holds then, and what is wrong."""
    path, _, _, reach = FIELDS[kind]
    entries, wrong = records.parse(registers.register_of(path.removeprefix("isms/")), path, written(kind, scalar)[path])
    assert all(problem.source.path == path for problem in wrong), wrong
    return (None if wrong else reach(entries[0].record)), wrong


@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize("scalar", SCALARS)
def test_a_scalar_is_what_was_meant_or_a_problem(kind, scalar):
    found, wrong = read(kind, scalar)
    expected = meant(kind, scalar)
    if expected is not None and not wrong:
        assert (str(found) if kind == "duration" else found) == expected
    else:
        assert wrong, "a value that nobody can have meant passed"


def test_what_is_meant_passes_as_often_as_it_should():
    """The table above would hold for a program that refuses everything."""
    passed = [
        (kind, scalar)
        for kind in FIELDS
        for scalar in ("6", "1", "yes", "no", "true", "2026-06-05", "90d", "GB", "NO", "'6'", "1.10", "12:30")
        if not read(kind, scalar)[1]
    ]
    assert passed == [
        *(("text", scalar) for scalar in ("yes", "no", "2026-06-05", "90d", "GB", "NO", "'6'", "1.10", "12:30")),
        *(("number", scalar) for scalar in ("6", "1")),
        *(("yes or no", scalar) for scalar in ("yes", "no", "true")),
        ("day", "2026-06-05"),
        ("duration", "90d"),
    ]


def holds(files):
    isms, problems = content.load(files, CONFIG, CHECKS)
    assert isinstance(isms, Isms)
    for problem in problems:
        assert isinstance(problem, Problem)
        assert problem.code in CODES
        assert problem.source.path
        assert "\n" not in str(problem)
    return problems


PATHS = sorted(path for path in small_isms() if path not in {"tieout.yml", "isms/README.md"})
NASTY = st.sampled_from(
    ["---\n", "- ", "{", "}", "[", "]", ": ", "&a ", "*a", "!!python/object:os.system ", "<<: ", "? ", "\t", "\0", "\ud800",
     "\ufeff", "\u202e", "\r\n", "|\n", "%YAML 1.1\n", "'", '"', "é", "e\u0301", "id: x\n", "title: T\n", "@id: x\n"]
)  # fmt: skip


@given(path=st.sampled_from(PATHS), data=st.binary(max_size=80))
def test_any_bytes_give_records_or_problems(path, data):
    holds(small_isms() | {path: data})


@given(path=st.sampled_from(PATHS), pieces=st.lists(NASTY, max_size=12))
def test_any_pieces_of_yaml_give_records_or_problems(path, pieces):
    holds(small_isms() | {path: "".join(pieces).encode("utf-8", "surrogatepass")})


@given(path=st.sampled_from(PATHS), where=st.floats(0, 1), gone=st.integers(0, 8), put=st.binary(max_size=6))
def test_a_good_file_with_a_stretch_spoilt_gives_records_or_problems(path, where, gone, put):
    data = small_isms()[path]
    at = int(where * len(data))
    holds(small_isms() | {path: data[:at] + put + data[at + gone :]})


@given(
    data=st.binary(max_size=60) | st.lists(NASTY, max_size=8).map(lambda all_: "".join(all_).encode("utf-8", "replace"))
)
def test_any_settings_are_settings_or_problems(data):
    found, problems = config.load(data, "tieout.yml")
    assert found is not None or problems
    assert all(problem.source.path == "tieout.yml" for problem in problems)


NAMES = st.text(alphabet=st.sampled_from("aA-._/\\ é\u0301~:*?\0001CON"), min_size=1, max_size=12)


@given(register=st.sampled_from([one for one in REGISTERS if one.shape == "folder"]), name=NAMES)
def test_no_file_name_gives_an_id_that_leads_elsewhere(register, name):
    id_, problem = registers.file_id(register, f"isms/{register.path}/{name}.md")
    assert bool(id_) != bool(problem)
    if id_:
        assert re.fullmatch(r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*", id_)
        assert len(id_) <= registers.MAX_ID
        assert unicodedata.normalize("NFKC", id_) == id_


@given(ids=st.lists(st.from_regex(r"[A-Za-z0]{1,3}(-0?[12])?", fullmatch=True), min_size=2, max_size=6, unique=True))
def test_ids_that_one_file_system_would_take_for_one_are_told(ids):
    rows = "".join(f"- {{id: {id_!r}, title: T}}\n" for id_ in ids)
    problems = holds(small_isms() | {"isms/roles.yml": rows.encode()})
    told = sum(problem.code in {"similar-id", "duplicate-id", "id-grammar"} for problem in problems)
    assert told >= len(ids) - len({id_.casefold() for id_ in ids})


@pytest.mark.parametrize(
    "bomb",
    [
        b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
        b"[" * 900_000,
        b"{a: " * 200_000,
        b"- " * 400_000,
        b"a: !!python/object/apply:os.system [id]\n",
        b"\xff\xfe" + "title: x".encode("utf-16-le"),
        b"title: \xed\xa0\x80\n",
        b"title: a\0b\n",
        b"title: " + b"x" * 2_000_000,
        b"? " * 1000,
        b"a: 1\n" * 3_000,
    ],
    ids=["aliases", "brackets", "braces", "dashes", "tag", "utf-16", "surrogate", "nul", "2 MB", "keys", "same keys"],
)
@pytest.mark.parametrize("path", [RISK, "isms/people.yml", "isms/risk-method.yml"])
def test_a_bomb_is_a_problem_in_its_file(path, bomb):
    data = b"---\n" + bomb + b"\n---\n" if path == RISK else bomb
    problems = holds(small_isms() | {path: data})
    assert any(problem.source.path == path and problem.severity == "error" for problem in problems)

import ast
import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout import config
from tieout.codes import CODES
from tieout.model.grades import Grade
from tieout.model.settings import Config, Emergency, Forge, Repository

WHOLE = b"""\
schema: 1
operator: Small
content: registers/
branch: trunk
repositories:
  wallet: {url: ../wallet.git, branch: main, kind: service}
  records:
    url: https://forge.example/records.git
    kind: records
    reviews: reviews/**/*.jsonl
change_references: [TRD, PAY]
emergency: {subjects: ["hotfix:"], branches: hotfix/*, trailers: [Emergency]}
grades: {1: signed, 3: none}
forge: {edit: "https://git.example:8443/isms/_edit/{branch}/{path}", change: "https://git.example/isms/commit/{commit}"}
theme: our-theme
"""


def told(data, path="tieout.yml"):
    return [str(problem) for problem in config.load(data, path)[1]]


def test_every_field_is_read():
    settings, problems = config.load(WHOLE, "tieout.yml")
    assert problems == ()
    assert settings == Config(
        operator="Small",
        content="registers",
        branch="trunk",
        repositories={
            "records": Repository(
                "records", "https://forge.example/records.git", "main", "records", ("reviews/**/*.jsonl",), 7
            ),
            "wallet": Repository("wallet", "../wallet.git", "main", "service", (), 6),
        },
        change_references=("TRD", "PAY"),
        emergency=Emergency(("hotfix:",), ("hotfix/*",), ("Emergency",)),
        grades={1: Grade.SIGNED, 2: Grade.TWO_NAMES, 3: Grade.NONE},
        forge=Forge(
            "https://git.example:8443/isms/_edit/{branch}/{path}", "", "https://git.example/isms/commit/{commit}"
        ),
        theme="our-theme",
    )


def test_two_lines_are_enough():
    settings, problems = config.load(b"schema: 1\noperator: Small\n", "tieout.yml")
    assert (settings, problems) == (Config(operator="Small"), ())


def with_repository(text):
    return f"schema: 1\noperator: x\nrepositories:\n  {text}\n".encode()


CASES = [
    (b"", ["tieout.yml:1: error: settings are fields; begin with `schema: 1` and `operator: the name of the organisation` [missing-field]"]),
    (b"schema: 2\noperator: x\n", ["tieout.yml:1:9: error: schema: '2' is not one of 1 [invalid-value]"]),
    (b"operator: x\n", ["tieout.yml:1:1: error: schema: is missing; add it [missing-field]"]),
    (b"schema: 1\noprator: x\n", ["tieout.yml:1:1: error: operator: is missing; add it [missing-field]", "tieout.yml:2:1: error: oprator: unknown field (did you mean 'operator'?) [unknown-field]"]),
    (b"schema: 1\noperator: x\n\tcontent: y\n", ["tieout.yml:3:1: error: a tab is not allowed in YAML; use spaces (in text, write \\t in double quotes) [yaml-tab]"]),
    *(
        (f"schema: 1\noperator: x\ntheme: {place}\n".encode(), ["tieout.yml:3:8: error: theme: must be a folder below the one of this file, and not in .git, .tieout or site [invalid-value]"])
        for place in ("../look", "/look", "site/look", ".git/look", "a/../look", ".tieout/look")
    ),
    (b"schema: 1\noperator: x\ncontent: ../y\n", ["tieout.yml:3:10: error: content: must be a folder below the one of this file [invalid-value]"]),
    (b"schema: 1\noperator: x\nchange_references: [TRD, 'TRD-']\n", ["tieout.yml:3:26: error: change_references: 'TRD-' is not the prefix of a ticket; write TRD for TRD-123 [invalid-value]"]),
    (b"schema: 1\noperator: x\ngrades: {1: singed, 4: none}\n", ["tieout.yml:3:13: error: grades.1: 'singed' is not one of none, stated, two-names, recorded, signed or process (did you mean 'signed'?) [invalid-value]", "tieout.yml:3:21: error: grades.4: '4' is not one of 1, 2 or 3 [invalid-value]"]),
    (with_repository("isms: {url: a}"), ["tieout.yml:4:3: error: repositories: the id 'isms' stands for the repository of this file; choose another [reserved-id]"]),
    (with_repository("a b: {url: a}"), ["tieout.yml:4:3: error: repositories: 'a b' is not an id; use letters, digits, - and ., and begin with a letter or digit [id-grammar]"]),
    (with_repository("a: {ulr: a}"), ["tieout.yml:4:6: error: repositories.a.url: is missing; add it [missing-field]", "tieout.yml:4:7: error: repositories.a.ulr: unknown field (did you mean 'url'?) [unknown-field]"]),
    (with_repository("a: {url: a, kind: servce}"), ["tieout.yml:4:21: error: repositories.a.kind: 'servce' is not one of service, environments, records or template (did you mean 'service'?) [invalid-value]"]),
    (with_repository("a: {url: 'ext::sh -c x'}"), ["tieout.yml:4:12: error: a: url: 'ext::sh -c x' is neither a path nor a URL; use https://, ssh://, git@host:path, file:// or a path [invalid-value]"]),
    (with_repository("a: {url: --upload-pack=x}"), ["tieout.yml:4:12: error: a: url: '--upload-pack=x' is neither a path nor a URL; use https://, ssh://, git@host:path, file:// or a path [invalid-value]"]),
    (with_repository("a: {url: a, kind: records}"), ["tieout.yml:4:3: error: a: reviews: is missing; say which files hold review records, such as reviews/**/*.jsonl, or in deployments: which hold deployment records [missing-field]"]),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), CASES, ids=range(len(CASES)))
def test_slip_in_the_settings_is_told_with_line_and_column(data, expected):
    assert told(data) == expected
    assert config.load(data, "tieout.yml")[0] is None


def test_every_code_of_the_settings_has_a_case():
    literals = {node.value for node in ast.walk(ast.parse(inspect.getsource(config))) if isinstance(node, ast.Constant)}
    assert (literals & set(CODES)) <= {line.rpartition("[")[2].rstrip("]") for _, lines in CASES for line in lines}


def test_windows_line_ends_are_only_a_warning():
    settings, problems = config.load(WHOLE.replace(b"\n", b"\r\n"), "tieout.yml")
    assert settings is not None
    assert [problem.severity for problem in problems] == ["warning"]


@given(st.one_of(st.binary(max_size=40), st.lists(st.sampled_from(WHOLE.split(b"\n")), max_size=8).map(b"\n".join)))
def test_any_bytes_give_settings_or_errors(data):
    settings, problems = config.load(data, "tieout.yml")
    assert (settings is None) == any(problem.severity == "error" for problem in problems)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("edit: http://git.example/{path}", "1:9: error: forge: edit: must be an address such as https://"),
        ("edit: javascript:alert(1)", "must be an address such as https://"),
        ("edit: https://ada:secret@git.example/{path}", "without a name, a password or a blank"),
        ("edit: 'https://git.example/a b/{path}'", "without a name, a password or a blank"),
        ('edit: "https://git.example/\\u202e{path}"', "must be an address"),
        ("edit: https://git.example/edit", "must say where {path} stands"),
        ("history: https://git.example/{paths}", "'paths' is not filled in here; write {branch} and {path}"),
        ("history: https://git.example/{commit}/{path}", "'commit' is not filled in here"),
        ("change: https://git.example/{commit", "'{' is not filled in here; write {commit}"),
        ("change: https://git.example/{path}", "'path' is not filled in here; write {commit}"),
        ("chance: https://git.example/{commit}", "unknown field"),
    ],
)
def test_an_address_of_the_forge_that_would_lead_astray_is_refused(line, said):
    found = told(f"forge:\n  {line}\nschema: 1\noperator: Small\n".encode())
    assert len(found) == 1
    assert said.removeprefix("1:9: ") in found[0]
    assert found[0].startswith("tieout.yml:2:")

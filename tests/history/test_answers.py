import json
from dataclasses import replace
from hashlib import sha256

from gitfixtures import Link, commit, git, make_repository
from history.story import Story, config, isms

from tieout.history import derive
from tieout.model.answers import place_of
from tieout.model.settings import Repository
from tieout.repos import histories, mirrors

ANSWERS = [b'{"number": 1}', b'{"number": 2}']
DIGESTS = [sha256(answer).hexdigest() for answer in ANSWERS]
LINES = "\n".join(
    json.dumps({"repo": "app", "ref": f"#{number}", "raw": [f"sha256:{digest}"]})
    for number, digest in enumerate(DIGESTS, 1)
)


def problems_of(kept, told=None):
    """What is said of a records repository with these answers; `told` are the digests that their bytes really give."""
    records = Story("records")
    records.commit("Export", {"reviews/x.jsonl": LINES, **{place_of(digest): "{}" for digest in kept}})
    history = records.history()
    blobs = {change.path: change.blob for change in history.paths[records.tip]}
    read = {blobs[place_of(digest)]: found for digest, found in (told or {digest: digest for digest in kept}).items()}
    found = derive({"records": replace(history, digests=read)}, {"records": records.pin()}, isms(), config())[1]
    return [(problem.code, problem.severity, problem.source.path) for problem in found]


def test_answers_that_are_what_the_records_name_are_not_spoken_of():
    assert problems_of(DIGESTS[:1]) == [("answer-not-kept", "warning", "reviews/x.jsonl")]


def test_an_altered_answer_is_an_error_that_names_it():
    assert problems_of(DIGESTS[:1], {DIGESTS[0]: "f" * 64}) == [
        ("altered-answer", "error", place_of(DIGESTS[0])),
        ("answer-not-kept", "warning", "reviews/x.jsonl"),
    ]


def test_answers_that_are_not_there_or_were_not_read_are_told_once_a_file():
    assert problems_of([]) == [("answer-not-kept", "warning", "reviews/x.jsonl")]


def read(tmp_path, kind, **files):
    source = make_repository(tmp_path / "records")
    commit(source, "Export", {place_of(DIGESTS[0]): ANSWERS[0], "reviews/x.jsonl": LINES})
    commit(source, "Alter", {place_of(DIGESTS[0]): b"{}", **files})
    linked = Repository("records", "records", kind=kind)
    mirror, _ = mirrors.refresh(linked, tmp_path, tmp_path / "mirrors", network=False)
    return source, histories.read_history(mirror, linked, lambda _: False)


def test_the_reader_keeps_the_digest_of_every_version_of_an_answer_and_not_its_bytes(tmp_path):
    source, history = read(
        tmp_path, "records", **{"raw/notes.json": b"no answer", place_of(DIGESTS[1]): Link("elsewhere")}
    )
    blob = git(source, "rev-parse", f"main~1:{place_of(DIGESTS[0])}")
    assert history.digests[blob] == DIGESTS[0]
    assert sorted(history.digests.values()) == sorted(
        [DIGESTS[0], sha256(b"{}").hexdigest(), sha256(b"elsewhere").hexdigest()]
    )
    assert history.blobs == {}


def test_a_repository_of_another_kind_has_no_answers(tmp_path):
    assert read(tmp_path, "service")[1].digests == {}

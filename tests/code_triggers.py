"""How each problem comes about that is no slip in one file of the registers: in histories, repositories, audits, imports.

    estate = make(tmp_path)          # one operator, in whose repositories each thing of ESTATE is wrong
    lines = printed_by(estate)       # what a build says of it all
    ALONE[code](estate, tmp_path)    # what is printed where one thing wrong would hide the rest

Every commit has its day, so the ids that a message names are the same in every run.
"""

import io
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from forges import saved
from gitfixtures import BOT, commit, git, make_repository, object_file, tag, unpack, update_ref, write_object
from gittuffixtures import ADA_KEY, BEN_KEY, GittufRepository, SigningKey
from history.story import Story
from tinyproject import CONTENT, at, call

from tieout import config, content
from tieout.build import late, pipeline, world
from tieout.forges import collecting
from tieout.forges.asked import Asked
from tieout.model.results import AuditDate
from tieout.model.settings import Config, Repository
from tieout.repos import mirrors, trees

FIRST = at("2026-01-05")
WORK = {"app.py": "0\n"}
WITHOUT_LINKS = ("isms/scope.md", "isms/people.yml", "isms/squads.yml")


@dataclass(frozen=True, slots=True)
class Estate:
    """One operator's folder: the repositories that tieout.yml links, and what stands in its registers."""

    folder: Path
    links: dict[str, dict[str, object]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=lambda: dict(CONTENT))  # of the first commit of the ISMS
    exported: list[str] = field(default_factory=list)  # lines of the review records
    deployed: list[str] = field(default_factory=list)  # lines of the deployment records

    @property
    def isms(self):
        return self.folder / "isms"

    def link(self, name, **settings):
        """A repository of this name, in the folder of that name unless its address says otherwise."""
        self.links[name] = {"url": f"../{name}", **settings}
        return self.folder / name

    def begin(self, name, files=None, **settings):
        """The same, with a first commit."""
        path = make_repository(self.link(name, **settings))
        commit(path, "Start", files or WORK, time=FIRST)
        return path

    def settings(self):
        links = "".join(f"  {name}: {json.dumps(told)}\n" for name, told in self.links.items())
        return f"schema: 1\noperator: Small Works\nrepositories:\n{links}"


# --- linked repositories -------------------------------------------------------------------------------------------


def clone(estate, name, *options):
    """A clone of a repository of two commits, which is linked in its place."""
    whole = make_repository(estate.folder / f"whole-{name}")
    git(whole, "config", "uploadpack.allowFilter", "true")
    for number in (1, 2):
        commit(whole, f"Work {number}", {"app.py": f"{number}\n"}, time=FIRST + number)
    git(estate.folder, "clone", "-q", "--bare", *options, whole.as_uri(), name)
    estate.link(name)


def address_is_never_fetched(estate):
    estate.link("wallet", url="ftp://git.example.invalid/wallet.git")


def address_was_never_fetched(estate):
    estate.link("bonus", url="https://git.example.invalid/bonus.git")


def repository_is_not_there(estate):
    estate.link("bets")


def repository_of_the_isms_is_linked(estate):
    estate.link("registers", url="../isms")


def branch_is_called_otherwise(estate):
    estate.begin("odds", branch="trunk")


def refs_cannot_be_read(estate):
    (estate.begin("feeds") / ".git" / "packed-refs").write_text("not a ref\n")


def object_is_another(estate):
    repo = estate.begin("ledger")
    unpack(repo)
    other = write_object(repo, "blob", b"9\n")
    kept = object_file(repo, git(repo, "rev-parse", "main:app.py"))
    kept.unlink()
    kept.write_bytes(object_file(repo, other).read_bytes())


def clone_is_shallow(estate):
    clone(estate, "cashier", "--depth=1")


def clone_is_partial(estate):
    clone(estate, "reports", "--filter=blob:none")


def commit_is_malformed(estate):
    repo = estate.begin("rules")
    tree, parent = git(repo, "rev-parse", "main^{tree}"), git(repo, "rev-parse", "main")
    who = f"Ada <ada@example.org> 0{FIRST + 1} +0000"
    text = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nOdd\n"
    update_ref(repo, "refs/heads/main", write_object(repo, "commit", text.encode()))


def file_is_too_large(estate):
    estate.begin("large", {"CODEOWNERS": "# " + "x" * 1_000_000})


def path_is_too_deep(estate):
    estate.begin("caves", {"a/" * 128 + "b": "x\n"})


def commit_is_too_large(estate):
    repo = estate.begin("dumps")
    tree, parent = git(repo, "rev-parse", "main^{tree}"), git(repo, "rev-parse", "main")
    who = f"Ada <ada@example.org> {FIRST + 1} +0000"
    text = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\n{'a' * 16_000_000}"
    update_ref(repo, "refs/heads/main", write_object(repo, "commit", text.encode()))


def parents_are_grafted(estate):
    grafts = estate.begin("limits") / ".git" / "info" / "grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(git(estate.folder / "limits", "rev-parse", "main") + "\n")


def commit_is_replaced(estate):
    repo = estate.begin("games")
    other = commit(repo, "Another", {"app.py": "9\n"}, branch="other", parents=[], author=BOT, time=FIRST)
    git(repo, "replace", "main", other)


def branch_drops_what_was_read(estate):
    repo = estate.begin("notices")
    commit(repo, "Work", {"app.py": "1\n"}, time=FIRST + 1)
    kept = world.store(trees.Location(estate.isms, estate.isms)) / "mirrors"
    mirrors.refresh(Repository("notices", "../notices"), estate.isms, kept, network=False)
    git(repo, "reset", "-q", "--hard", "main~1")


def branch_is_merged_the_wrong_way_round(estate):
    repo = estate.begin("jumps")
    first = git(repo, "rev-parse", "main")
    before = commit(repo, "Work", {"app.py": "1\n"}, time=FIRST + 1)
    kept = world.store(trees.Location(estate.isms, estate.isms)) / "mirrors"
    mirrors.refresh(Repository("jumps", "../jumps"), estate.isms, kept, network=False)
    own = commit(repo, "Own work", {"own.py": "1\n"}, branch="own", parents=[first], time=FIRST + 2)
    commit(repo, "Merge branch 'main' into own", {"app.py": "1\n"}, parents=[own, before], time=FIRST + 3)
    git(repo, "branch", "-qD", "own")


def proposal_lacks_a_file(estate):
    repo = estate.begin("proposals")
    head = commit(repo, "Proposed", {"new.py": "1\n"}, branch="work", time=FIRST + 1)
    unpack(repo)
    update_ref(repo, "refs/pull/1/head", head)
    git(repo, "branch", "-qD", "work")
    object_file(repo, git(repo, "rev-parse", f"{head}:new.py")).unlink()


def tag_moves(estate):
    repo = estate.begin("tags")
    first = git(repo, "rev-parse", "main")
    tag(repo, "v1", first)
    kept = world.store(trees.Location(estate.isms, estate.isms)) / "mirrors"
    mirrors.refresh(Repository("tags", "../tags"), estate.isms, kept, network=False)
    git(repo, "tag", "--force", "v1", commit(repo, "Work", {"app.py": "1\n"}, time=FIRST + 1))


def tag_takes_the_name_of_a_folder(estate):
    repo = estate.begin("folders")
    first = git(repo, "rev-parse", "main")
    tag(repo, "v1/x", first)
    kept = world.store(trees.Location(estate.isms, estate.isms)) / "mirrors"
    mirrors.refresh(Repository("folders", "../folders"), estate.isms, kept, network=False)
    git(repo, "tag", "--delete", "v1/x")
    tag(repo, "v1", first)


# --- histories -----------------------------------------------------------------------------------------------------


def commit_is_alone_with_its_day(estate):
    commit(estate.begin("mobile"), "From the future", {"app.py": "1\n"}, time=at("2027-09-01"))


def name_reads_like_another(estate):
    estate.begin("looks")
    commit(
        estate.folder / "looks",
        "Work",
        {"app.py": "1\n"},
        author="\N{CYRILLIC CAPITAL LETTER A}da Stone <ada@other.example>",
    )


def commit_is_dated_before_its_parent(estate):
    commit(estate.begin("settlement"), "From long ago", {"app.py": "1\n"}, time=at("2024-09-01"))


def line_is_spelt_otherwise(estate):
    commit(estate.begin("poker"), "Work\n\nReviwed-by: Ben", {"app.py": "1\n"}, time=FIRST + 1)


def entry_of_notes_is_none(estate):
    repo = estate.begin("bingo")
    stray = commit(repo, "Notes", {"README": "no note\n"}, branch="stray", parents=[], time=FIRST + 1)
    update_ref(repo, "refs/notes/review", stray)
    git(repo, "update-ref", "-d", "refs/heads/stray")


def key_is_cut_off(estate):
    estate.files["isms/keys.yml"] = "- {id: KEY-1, person: ada, key: ssh-ed25519 AAAA ada, from: 2026-01-01}\n"


def service_names_another_branch(estate):
    told = CONTENT["isms/services/pay.md"].replace("{repo: pay}", "{repo: pay, branch: release}")
    estate.files["isms/services/pay.md"] = told
    estate.begin("pay")


def version_stands_under_another_key(estate):
    repo = estate.begin("platform", kind="environments")
    commit(repo, "Deploy pay 1", {"prod/pay.yml": "release: 1\n"}, author=BOT, time=FIRST + 1)


def tagged(estate, name):
    """A service that is released by tags, and its repository."""
    return released(estate, name, '{kind: tags, pattern: "v*"}')


def released(estate, name, source):
    """A service whose deployments are told by this source, and its repository."""
    path = CONTENT["isms/pipelines/path.yml"].replace("{kind: gitops, repo: platform}", source)
    told = CONTENT["isms/services/pay.md"].replace("{repo: pay}", f"{{repo: {name}}}")
    estate.files[f"isms/pipelines/{name}.yml"] = path
    estate.files[f"isms/services/{name}.md"] = told.replace("pipeline: path", f"pipeline: {name}")
    return estate.begin(name)


def tag_is_lightweight(estate):
    tag(tagged(estate, "lobby"), "v1.0.0")


def tag_has_another_name(estate):
    repo = tagged(estate, "kiosk")
    update_ref(repo, "refs/tags/v1.1.0", tag(repo, "v1.0.0", message="One", time=FIRST + 1))


def tag_is_moved_after_the_deployment(estate):
    repo = released(estate, "depot", "{kind: gitops, repo: stage, path: '{environment}/{service}.yml'}")
    released_as = git(repo, "rev-parse", "main")
    stage = estate.begin("stage", kind="environments")
    told = f"version: v1.0.0\ncommit: {released_as}\n"
    commit(stage, "Deploy depot v1.0.0", {"prod/depot.yml": told}, author=BOT, time=FIRST + 1)
    commit(repo, "Work", {"app.py": "1\n"}, time=FIRST + 2)
    tag(repo, "v1.0.0", message="One", time=FIRST + 3)


def logged(estate, name):
    """A repository under gittuf, whose policy asks one of Ada and Ben."""
    log = GittufRepository(estate.begin(name), clock=FIRST)
    log.policy({"ada": [ADA_KEY], "ben": [BEN_KEY]}, threshold=1)
    log.push(git(log.path, "rev-parse", "main"), ADA_KEY)
    return log


def moved(log, key=ADA_KEY, **more):
    log.push(commit(log.path, "Work", {"app.py": "1\n"}, time=log.clock), key, **more)


def log_leaves_a_number_out(estate):
    moved(logged(estate, "desk"), number=7)


def policy_is_signed_by_another(estate):
    usurper = SigningKey("usurper")
    logged(estate, "safe").policy({"ben": [BEN_KEY]}, threshold=1, signer=usurper, version=2)


def branch_moves_past_the_log(estate):
    log = logged(estate, "gate")
    commit(log.path, "Past it", {"app.py": "2\n"}, time=log.clock)


def log_names_a_lost_commit(estate):
    log = logged(estate, "loft")
    start = log.tip
    moved(log)
    git(log.path, "reset", "-q", "--hard", start)
    log.push(commit(log.path, "Again", {"app.py": "3\n"}, time=log.clock), ADA_KEY)


def branch_moves_without_what_is_asked(estate):
    moved(logged(estate, "yard"), SigningKey("stranger"))


def authorisation_is_of_another_move(estate):
    log = logged(estate, "dock")
    made = commit(log.path, "Work", {"app.py": "1\n"}, time=log.clock)
    path = f"reference-authorizations/refs/heads/main/{log.tip}-{log.tree_of(made)}"
    log.authorise(made, BEN_KEY, tree="0" * 40, path=path)
    log.push(made, ADA_KEY)


def policy_is_of_another_form(estate):
    logged(estate, "attic").apply({"metadata/root.json": b"{}"})


def release_branch_is_moved_forward(estate):
    repo = released(estate, "arcade", "{kind: branch, branch: production}")
    update_ref(repo, "refs/heads/production", git(repo, "rev-parse", "main"))


# --- exported review records ---------------------------------------------------------------------------------------


REVIEWS = {
    "kind": "records",
    "only_robots_push": True,
    "reviews": ["reviews/*.jsonl"],
    "deployments": ["deployments/*.jsonl"],
}


def export(estate, number, **changes):
    estate.exported.append(json.dumps({"repo": "pay", "ref": f"#{number}", "approvals": [], **changes}))


def record_is_cut_off(estate):
    estate.exported.append('{"repo": "pay", "ref"')


def record_has_another_key(estate):
    export(estate, 2, reviewers=["ben@example.org"])


def result_is_in_another_word(estate):
    export(estate, 3, checks=[{"name": "unit", "result": "success", "at": "2026-01-02T10:00Z"}])


def record_is_of_another_repository(estate):
    export(estate, 4, repo="payments")


def record_is_of_a_commit_nowhere(estate):
    export(estate, 5, change="1234567890" * 4, merged={"by": "ben@example.org", "at": "2026-01-02T10:00Z"})


ALTERED = f"raw/ab/{'ab' + '0' * 62}.json"


def record_names_answers(estate):
    """One whose bytes are others than its name says, and one that was never kept."""
    export(estate, 6, raw=[f"sha256:{'ab' + '0' * 62}", f"sha256:{'cd' + '0' * 62}"])


def record_file_is_too_large(estate):
    estate.begin("exports", {"reviews/2026.jsonl": " " * 1_000_001}, **REVIEWS)


def results_are_odd(estate):
    """Of `pay`, which is there: a report that is refused, one of failures, one that nothing binds, a line without a step."""
    told = {"repo": "pay", "commit": git(estate.folder / "pay", "rev-parse", "main"), "at": "2026-01-06T10:00Z"}
    named = {"step": "unit", "result": "passed", "files": ["results/fails.xml", "results/pay/unit.xml"]}
    files = {
        "runs/2026-01.jsonl": f"{json.dumps({**told, **named})}\n{json.dumps(told)}\n",
        "results/fails.xml": "<testsuite><testcase><failure/></testcase></testsuite>\n",
        "results/pay/unit.xml": "<!DOCTYPE x [<!ENTITY a 'ha'>]><testsuite/>\n",
        "results/loose.xml": "<testsuite><testcase/></testsuite>\n",
    }
    estate.begin("evidence", files, kind="records", only_robots_push=True, results=["runs/*.jsonl", "results/**"])


# --- deployment records ---------------------------------------------------------------------------------------------


def deployed(estate, **changes):
    told = {"deployment": "7", "service": "till", "environment": "prod", "commit": "a" * 40, "at": "2026-01-06T10:00Z"}
    estate.deployed.append(json.dumps({**told, **changes}))


def deployment_record_is_cut_off(estate):
    released(estate, "till", "{kind: records, repo: reviews}")
    estate.deployed.append('{"service": "till"')


def deployment_is_told_in_two_ways(estate):
    deployed(estate)
    deployed(estate, commit="b" * 40)


def deployment_is_to_an_environment_nobody_registered(estate):
    deployed(estate, deployment="8", environment="live")


# --- audits --------------------------------------------------------------------------------------------------------


def audit_is_dated_before_the_isms(estate):
    path = "isms/audits/AUD-2027-01.md"
    estate.files["isms/audits/AUD-2025-01.md"] = CONTENT[path].replace("2027-03-31", "2025-09-30").replace("2026-04-01", "2025-01-01")  # fmt: skip


def settings_cannot_be_read_on_the_day(estate):
    estate.files["tieout.yml"] = "schema: 1\n"


def record_is_taken_out(estate):
    repo = make_repository(estate.link("exported", **REVIEWS))
    line = json.dumps({"repo": "exports", "ref": "#77", "approvals": []})
    commit(repo, "Export", {"reviews/2026-02.jsonl": f"{line}\n"}, author=BOT, time=FIRST)
    commit(repo, "Tidy up", {"reviews/2026-02.jsonl": None}, time=FIRST + 1)


# Each thing that is wrong in one estate, which is built once.
ESTATE = {
    "repository-url": address_is_never_fetched,
    "repository-unfetched": address_was_never_fetched,
    "repository-missing": repository_is_not_there,
    "own-repository": repository_of_the_isms_is_linked,
    "branch-missing": branch_is_called_otherwise,
    "repository-unreachable": refs_cannot_be_read,
    "repository-damaged": object_is_another,
    "repository-shallow": clone_is_shallow,
    "repository-partial": clone_is_partial,
    "repository-malformed-objects": commit_is_malformed,
    "repository-file-too-large": file_is_too_large,
    "commit-too-large": path_is_too_deep,
    "repository-too-large": commit_is_too_large,
    "history-grafted": parents_are_grafted,
    "history-replaced": commit_is_replaced,
    "history-rewritten": branch_drops_what_was_read,
    "tag-moved": tag_moves,
    "repository-not-noted": tag_takes_the_name_of_a_folder,
    "line-moved": branch_is_merged_the_wrong_way_round,
    "proposals-unread": proposal_lacks_a_file,
    "newest-commit-alone": commit_is_alone_with_its_day,
    "dated-before-its-parent": commit_is_dated_before_its_parent,
    "approval-not-counted": line_is_spelt_otherwise,
    "notes-not-read": entry_of_notes_is_none,
    "bad-public-key": key_is_cut_off,
    "confusable-name": name_reads_like_another,
    "branch-not-read": service_names_another_branch,
    "deployment-without-version": version_stands_under_another_key,
    "lightweight-release-tag": tag_is_lightweight,
    "tag-under-another-name": tag_has_another_name,
    "tag-not-as-deployed": tag_is_moved_after_the_deployment,
    "release-branch-tells-nothing": release_branch_is_moved_forward,
    "bad-deployment-record": deployment_record_is_cut_off,
    "contradictory-deployment": deployment_is_told_in_two_ways,
    "deployment-of-unknown": deployment_is_to_an_environment_nobody_registered,
    "bad-run-record": results_are_odd,
    "bad-result-file": lambda _: None,  # named by the run record of the same repository
    "contradictory-result": lambda _: None,
    "result-not-bound": lambda _: None,
    "gittuf-unreadable": policy_is_of_another_form,
    "gittuf-log-broken": log_leaves_a_number_out,
    "gittuf-policy-bad": policy_is_signed_by_another,
    "gittuf-tip-not-recorded": branch_moves_past_the_log,
    "gittuf-target-lost": log_names_a_lost_commit,
    "gittuf-entry-unmet": branch_moves_without_what_is_asked,
    "gittuf-attestation-bad": authorisation_is_of_another_move,
    "bad-review-record": record_is_cut_off,
    "unknown-record-key": record_has_another_key,
    "unknown-result": result_is_in_another_word,
    "record-of-unknown-repository": record_is_of_another_repository,
    "record-without-change": record_is_of_a_commit_nowhere,
    "altered-answer": record_names_answers,
    "answer-not-kept": lambda _: None,  # the same record
    "record-file-missing": record_file_is_too_large,
    "record-taken-away": record_is_taken_out,
    "audit-before-history": audit_is_dated_before_the_isms,
    "config-unreadable-then": settings_cannot_be_read_on_the_day,
}


def make(folder):
    """The estate with all of that."""
    estate = Estate(folder)
    for spoil in ESTATE.values():
        spoil(estate)
    lines = {"reviews/2026-01.jsonl": estate.exported, "deployments/2026-01.jsonl": estate.deployed}
    files = {path: "\n".join(told) for path, told in lines.items()}
    estate.begin("reviews", {**files, ALTERED: "{}"}, **REVIEWS)
    make_repository(estate.isms)
    commit(estate.isms, "First registers", estate.files, time=FIRST)
    commit(estate.isms, "Mend the settings", {"tieout.yml": estate.settings()}, time=at("2026-05-12"))
    return estate


def quiet(_):
    """Where a command shows its progress."""


def printed_by(estate):
    """Every line that a build of the estate prints or shows on its audits' pages."""
    read, problems = world.read(estate.isms, quiet)
    assert read is not None, [str(problem) for problem in problems]
    request = pipeline.Request(estate.isms, estate.folder / "site")
    judged = pipeline.judge(read, problems, request, quiet)
    shown = (problem for job in judged.jobs for problem in job.snapshot.problems)
    return {str(problem) for problem in (*judged.problems, *shown)}


# --- what comes about alone ----------------------------------------------------------------------------------------


def link_is_called_as_the_isms(*_):
    data = b"schema: 1\noperator: Small Works\nrepositories:\n  isms: {url: ../registers}\n"
    return lines_of(config.load(data, "tieout.yml"))


def content_is_empty(*_):
    return lines_of(content.load({"tieout.yml": b""}, Config(operator="Small Works")))


def mirror_comes_with_a_commit(*_):
    files = {"tieout.yml": b"", **{path: CONTENT[path].encode() for path in WITHOUT_LINKS}}
    planted = {".tieout/mirrors/app.git/config": b"[core]\n"}
    return lines_of(content.load({**files, **planted}, Config(operator="Small Works")))


def isms_is_in_no_commit(_, folder):
    settings = "schema: 1\noperator: Small Works\n"
    for path, text in {"tieout.yml": settings, **{path: CONTENT[path] for path in WITHOUT_LINKS}}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    return lines_of(world.read(folder, quiet))


def commit_comes_late(*_):
    story = Story("pay")
    published = story.commit("Work", {"pay.py": "1"})
    story.commit("Backdated", {"pay.py": "2"})
    day = date(2026, 3, 31)
    audit = AuditDate("2026-03-31", "AUD-2026-01", "Audit", "internal", day, at("2026-04-01", 0) - 1, 0, 0)
    problems = late.find_late({"pay": published}, {"pay": story.pin()}, {"pay": story.history()}, audit)
    return {str(problem) for problem in problems}


def lines_of(answer):
    return {str(problem) for problem in answer[1]}


# --- saved answers of a forge ---------------------------------------------------------------------------------------


def collected(**files):
    answers = {f"{name}.json": json.dumps(answer).encode() for name, answer in files.items()}
    return lines_of(collecting.collect(answers, {}, Asked("pay")))


def forge_answers_with_an_error(*_):
    return collected(pulls={"message": "Not Found", "documentation_url": "https://docs.github.com/rest"})


def answers_are_of_two_repositories(*_):
    return collected(
        **{name: saved.pull(url=f"https://api.github.com/repos/acme/{name}/pulls/7") for name in ("pay", "web")}
    )


# --- imports: what the command prints that writes nothing -----------------------------------------------------------


def importing(kind, name, content, mapping="", inside=""):
    """The import of one file, or of the folder that it is put `inside`."""

    def run(estate, folder):
        place = folder / inside / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
        (folder / "map.yml").write_text(mapping)
        words = ("--mapping", "map.yml", "--dry-run") if mapping else ()
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            return set(call("import", kind, inside or name, *words, "--isms", estate.isms).err.splitlines())

    return run


def workbook(*rows, merged="", hidden=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    for row in hidden:
        book.active.row_dimensions[row].hidden = True
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


RISKS = "columns:\n  Risk: title\n"
NUMBERED = "columns:\n  No: id\n  Risk: title\n"
TIERS = "columns:\n  Supplier: title\n  Tier: criticality\n"
TABLE = [("Risk", "Owner"), ("Fire", "Ada Stone"), ("Flood", ""), ("Theft", "Ben Marsh"), ("Fraud", "Ada Stone")]
POLICY = "name: Access\n---\n{{.Name}} asks for a key.\n"
LETTERED = "name: Access\n---\na. Ask for a key.\n\na. Give it back.\n"

IMPORTS = {
    "import-unreadable": importing("risks", "risks.csv", b"Risk,Owner\nFire,Ada Stone\nIt\x92s gone,Ben Marsh\n"),
    "import-mapping": importing("risks", "risks.csv", "Risk,Owner\nFire,Ada Stone\n", f"{RISKS}  Owner: ownr\n"),
    "import-value": importing("suppliers", "suppliers.csv", "Supplier,Tier\nCloud,Critical\n", TIERS),
    "import-id": importing("risks", "risks.csv", "No,Risk\nRSK-001,Fire\n", NUMBERED),
    "import-row": importing("risks", "risks.csv", "Risk,L,I\nFire,2,2\n,4,5\n", RISKS + "  L: inherent.likelihood\n"),
    "import-left-out": importing(
        "risks", "risks.csv", "Risk,Owner,Area,Score\nFire,Ada Stone,Funds,41\nTotal,,,41\n", RISKS
    ),
    "import-again": importing("risks", "risks.csv", "Risk\nUnreviewed code moves money\n", RISKS),
    "import-header": importing("risks", "risks.csv", "Risk,L,Impact,Impact\nFire,1,2,money\n"),
    "import-merged": importing("risks", "risks.xlsx", workbook(*TABLE, merged="B2:B3")),
    "import-hidden": importing("risks", "risks.xlsx", workbook(*TABLE, hidden=(3, 5))),
    "import-template": importing("policies", "access.md", POLICY, "defaults: {owner: ada}\n", inside="policies"),
    "import-list": importing("policies", "access.md", LETTERED, "defaults: {owner: ada}\n", inside="policies"),
}

# Each thing of which one answer tells, by its code: called with the estate and an empty folder.
ALONE = {
    "answer-unreadable": forge_answers_with_an_error,
    "answers-of-several": answers_are_of_two_repositories,
    "reserved-id": link_is_called_as_the_isms,
    "content-empty": content_is_empty,
    "tieout-folder-tracked": mirror_comes_with_a_commit,
    "not-committed": isms_is_in_no_commit,
    "late-arrival": commit_comes_late,
    **IMPORTS,
}

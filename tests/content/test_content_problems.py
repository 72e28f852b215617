"""One small case for each thing an author can get wrong, with the sentence that is shown."""

import ast
from pathlib import Path

import pytest

import tieout

RISK = "isms/risks/RSK-007-odds-tampering.md"
CONTROL = "isms/controls/CTL-004-two-people.md"
SERVICE = "isms/services/odds.md"
PEOPLE = "isms/people.yml"
SOA = "isms/soa.yml"
METHOD = "isms/risk-method.yml"
ACTIONS = "isms/actions.yml"
CHECKS = "isms/checks.yml"
COMMON = "title, why, since, tiers, services and threshold; delete the line [unknown-parameter]"
A_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA bob"


def front(fields):
    return f"---\n{fields}\n---\n"


def actions(fields):
    return f"- {{id: ACT-1, title: Do, owner: alice, opened: 2026-02-01, {fields}}}\n"


def metric(fields):
    return f"- {{id: MET-1, title: Markets, owner: alice, group: integrity, unit: markets, better: lower, {fields}}}\n"


def exception(**fields):
    given = {
        "status": "requested",
        "scope": "{services: odds}",
        "from": "2026-01-01",
        "expires": "2026-03-01",
        "excepts": "CTL-004",
    }
    lines = "\n".join(f"{name}: {value}" for name, value in {**given, **fields}.items())
    return front(f"title: E\nowner: alice\n{lines}\ncompensating: CTL-004\nreason: because")


def evidence(*lines, observed="{from: 2026-01-01, to: 2026-01-31}"):
    more = "".join(f"{line}\n" for line in lines)
    return (
        f"title: E\nowner: alice\nkind: scan\nproves: CTL-004\nobserved: {observed}\ncollected: 2026-02-01\n"
        f"collected_by: alice\norigin: scanner\n{more}"
    )


def incident(fields):
    given = "title: I\nowner: alice\nkind: security\naffects: odds\nstarted: 2026-06-27T19:58Z\n"
    return front(given + fields)


def finding(fields):
    return front(f"title: F\nowner: alice\nstatus: open\norigin: audit\nraised: 2026-02-01\n{fields}")


def decision(fields):
    return front(
        f"title: D\nowner: alice\nstatus: decided\ndate: 2026-02-01\nforum: board\nkind: risk-acceptance\npresent: alice\ndecision: Yes.\nwhy: Why not.\n{fields}"
    )


def own_check(condition, over="suppliers", id_="x", where=""):
    more = f"  where: [{where}]\n" if where else ""
    return (
        f"- check: {id_}\n  title: X\n  over: {over}\n  passes_when: [{condition}]\n{more}  stage: outside\n  annex_a: A.5.19\n"
        "  cannot_prove: Much.\n  remedy: Do it.\n"
    )


IN_A_YEAR = "{field: assessed, operator: within, value: 1y}"

FORUM = {
    "isms/roles.yml": "- {id: chair, title: Chair}\n",
    "isms/forums/board.md": front("title: B\nowner: alice\nmembers: chair\nquorum: 2\ncadence: monthly"),
}

# What was changed in a good ISMS, and the problems then.
CASES: list[tuple[dict, list[str]]] = [
    # files
    ({RISK: ("owner: alice", "owner: \x07lice")}, [f"{RISK}:3:8: error: the character U+0007 is not text; delete it [control-character]"]),
    ({RISK: ("owner: alice\n", "<<<<<<< HEAD\nowner: alice\n=======\nowner: bob\n>>>>>>> other\n")}, [
        f"{RISK}:3:1: error: a merge conflict is not resolved here (<<<<<<<); keep one side, or indent the line if it is meant as text [merge-conflict]"]),
    ({RISK: "titel: é".encode("latin-1")}, [f"{RISK}:1:8: error: byte 0xe9 is not valid UTF-8; save the file as UTF-8 [not-utf8]"]),
    ({RISK: b"---\n" + b"x" * 1_000_000}, [f"{RISK}: error: the file has 1,000,004 bytes, and the limit is 1,000,000; split it [file-too-large]"]),
    ({"isms/squads.yml": "\ufeff- {id: pricing, title: Pricing}\n"}, ["isms/squads.yml: warning: the file begins with a byte order mark; save it as UTF-8 without one [byte-order-mark]"]),
    ({"isms/squads.yml": "- id: pricing\r\n  title: Pricing\r\n"}, ["isms/squads.yml: warning: the file has Windows line ends; save it with \\n, or set `* text=auto eol=lf` in .gitattributes [line-ends]"]),
    ({RISK: "No fields.\n"}, [f"{RISK}:1: error: the front matter is missing; begin the file with a line of three dashes (---), the fields, and --- again [missing-front-matter]"]),
    ({RISK: "../shared/RSK-007.md"}, [f"{RISK}:1: error: the file holds a path and nothing else, as a symbolic link does; links are not followed, so put the file itself here [missing-front-matter]"]),
    ({RISK: "---\ntitle: x\n"}, [f"{RISK}:1: error: the front matter has no end; close it with a line of three dashes (---) [missing-front-matter]"]),
    ({RISK: "---\n- x\n---\n"}, [f"{RISK}:1: error: a risk is written as fields, one a line, such as `title: …` [missing-front-matter]"]),
    ({"isms/riks/RSK-008-x.md": "x"}, ["isms/riks/RSK-008-x.md: warning: this file belongs to no register (did you mean 'risks/RSK-008-x.md'?); move it, or take it out of isms [unknown-file]"]),
    ({"isms/risks/RSK-008-x.MD": "x", "isms/risks/RSK-008-x.png": "x", "isms/evidence/EVD-1.docx": "x"}, ["isms/risks/RSK-008-x.MD: warning: this is not read: a record ends in .md, not in .MD; rename it, or copy its text into a record [unknown-file]"]),
    ({"isms/risks/RSK-008-x.docx": "x"}, ["isms/risks/RSK-008-x.docx: warning: this is not read: a record ends in .md, not in .docx; rename it, or copy its text into a record [unknown-file]"]),
    ({"isms/suppliers": "../shared"}, ["isms/suppliers: warning: suppliers must be a folder; a file is not read here, and a symbolic link is not followed [unknown-file]"]),
    ({"isms/risks/2026": "../../old"}, ["isms/risks/2026: warning: this is not read: a record ends in .md, and a symbolic link to a folder is not followed; rename it, or put the folder itself here [unknown-file]"]),
    ({"isms/people.yaml": "x"}, ["isms/people.yaml: warning: this file belongs to no register (did you mean 'people.yml'?); move it, or take it out of isms [unknown-file]"]),
    ({SOA: None}, ["isms: warning: there is no soa.yml, which ISO/IEC 27001 asks for in clause 6.1.3 d; until it is written, the site shows the hole [missing-register]"]),
    # YAML
    ({RISK: ("owner: alice", "owner:\talice")}, [f"{RISK}:3:7: error: a tab is not allowed in YAML; use spaces (in text, write \\t in double quotes) [yaml-tab]"]),
    ({RISK: ("owner: alice", "owner: &a alice")}, [f"{RISK}:3:8: error: the anchor &a is not allowed; write the value where it is needed [yaml-anchor]"]),
    ({RISK: ("owner: alice", "owner: !a alice")}, [f"{RISK}:3:8: error: the tag !a is not allowed; write the plain value [yaml-tag]"]),
    ({RISK: ("owner: alice", "<<: {owner: alice}")}, [f"{RISK}:3:1: error: the merge key << is not allowed; write the fields out [yaml-merge]"]),
    ({RISK: ("owner: alice", "? [owner]\n: alice")}, [f"{RISK}:3:3: error: the name of a field must be plain text; put it in quotes [yaml-key]"]),
    ({RISK: ("owner: alice", "owner: a: b")}, [f"{RISK}:3:9: error: a colon and a space inside text; put the text in quotes, or mend the indentation [yaml-syntax]"]),
    ({RISK: ("owner: alice", "owner: alice\nowner: bob")}, [f"{RISK}:4:1: error: 'owner' is already written in line 3; keep one of the two [yaml-duplicate-key]"]),
    ({RISK: ("owner: alice", "owner: " + "[" * 40)}, [f"{RISK}:3:39: error: this is nested more than 32 deep; write it flatter [yaml-limit]"]),
    ({METHOD: ("title: Method", "%x\ntitle: Method")}, [f"{METHOD}:1:1: error: a line may not begin with %; delete the directive, or indent the text [yaml-directive]"]),
    ({METHOD: ("title: Method", "--- 1\n---\ntitle: Method")}, [f"{METHOD}:2:1: error: a second document begins here; keep one in a file [yaml-documents]"]),
    # fields
    ({RISK: ("owner: alice\n", "ownr: alice\n")}, [
        f"{RISK}:2:1: error: owner: is missing; add it [missing-field]",
        f"{RISK}:3:1: error: ownr: unknown field (did you mean 'owner'?) [unknown-field]"]),
    ({RISK: ("title: P", "id: RSK-007\ntitle: P")}, [f"{RISK}:2:1: error: id: the id is the name of the file; delete this line [unknown-field]"]),
    ({RISK: ("likelihood: 1,", 'likelihood: "1",')}, [f"{RISK}:9:24: error: residual.likelihood: must be a whole number, not '1' [invalid-value]"]),
    ({RISK: ("likelihood: 1,", "likelihood: 101,")}, [f"{RISK}:9:24: error: residual.likelihood: must be at most 100, not '101' [invalid-value]"]),
    ({RISK: ("likelihood: 1,", "likelihood: 0,")}, [f"{RISK}:9:24: error: residual.likelihood: must be at least 1, not '0' [invalid-value]"]),
    ({RISK: ("{likelihood: 1, impact: 2}", "low")}, [f"{RISK}:9:11: error: residual: must be a group of fields, not 'low' [invalid-value]"]),
    ({RISK: ("treatment: modify", "treatment: modfy")}, [f"{RISK}:10:12: error: treatment: 'modfy' is not one of modify, retain, avoid or share (did you mean 'modify'?) [invalid-value]"]),
    ({RISK: ("2026-05-28", "2026-02-30")}, [f"{RISK}:11:11: error: reviewed: '2026-02-30' is not a day of the calendar, such as 2026-06-05 [invalid-value]"]),
    ({RISK: ("reviewed: 2026-05-28", "review_every: often")}, [f"{RISK}:11:15: error: review_every: 'often' is not a duration such as 90d, 3mo, 1y or 4h [invalid-value]"]),
    ({RISK: ("reviewed: 2026-05-28", "reviewed: ")}, [f"{RISK}:11:10: error: reviewed: is empty; write a value, or delete the line [invalid-value]"]),
    ({RISK: ("reviewed: 2026-05-28", "reviewed: 0")}, [f"{RISK}:11:11: error: reviewed: '0' is not a day of the calendar, such as 2026-06-05 [invalid-value]"]),
    ({RISK: ("title: Prices changed without authority", "title: 5")}, [f"{RISK}:2:8: error: title: must be text; put 5 in quotes [invalid-value]"]),
    ({RISK: ("title: Prices changed without authority", "title:")}, [f"{RISK}:2:7: error: title: is empty; write a value [invalid-value]"]),
    ({SERVICE: ("holds: [prices]", "holds: prices")}, [f"{SERVICE}:9:8: error: holds: must be a list, such as [one, two], not 'prices' [invalid-value]"]),
    ({SERVICE: ("holds: [prices]", "secure_by_design: {tests: []}\nholds: [prices]")}, [f"{SERVICE}:9:20: error: secure_by_design.tests: 'tests' is not one of requirements, design, implementation, testing, deployment or operations (did you mean 'testing'?) [invalid-value]"]),
    ({"isms/incidents/INC-1-x.md": incident("status: open\nseverity: 3\ndetected: 2026-06-27T20:00\nreportable: {to: bob, decided: perhaps, why: x, by: bob}")}, [
        "isms/incidents/INC-1-x.md:9:11: error: detected: '2026-06-27T20:00' cannot be read: a time is written with its zone, as in 2026-06-27T19:58Z [invalid-value]",
        "isms/incidents/INC-1-x.md:10:18: error: reportable.to: unknown licence or party 'bob'; correct it, or write its record [unknown-id]",
        "isms/incidents/INC-1-x.md:10:32: error: reportable.decided: must be yes or no (or true or false), not 'perhaps' [invalid-value]"]),
    ({PEOPLE: "alice: {}\n"}, [f"{PEOPLE}:1: error: people.yml is a list; begin each person with `- id: …` [not-a-list]"]),
    ({"isms/roles.yml": "chair: {}\n"}, ["isms/roles.yml:1: error: roles.yml is a list; begin each role with `- id: …` [not-a-list]"]),
    ({"isms/roles.yml": "- chair\n"}, ["isms/roles.yml:1:3: error: this row has no fields; begin each role with `- id: …` [not-a-list]"]),
    ({"isms/roles.yml": "- {title: Chair}\n"}, ["isms/roles.yml:1:3: error: id: is missing; add it [missing-field]"]),
    # ids
    ({"isms/risks/CTL-008-x.md": front("title: x")}, ["isms/risks/CTL-008-x.md: error: CTL-008 is the id of a control; move the file to controls/, or give it an id such as RSK-007 [id-grammar]"]),
    ({"isms/risks/rsk-008-x.md": front("title: x")}, ["isms/risks/rsk-008-x.md: error: the name of the file must begin with an id, such as RSK-007-in-a-few-words.md [id-grammar]"]),
    ({"isms/services/con.md": b"x"}, ["isms/services/con.md: error: 'con' is a name that Windows keeps for itself; choose another id [id-grammar]", "isms/services/con.md:1: error: the front matter is missing; begin the file with a line of three dashes (---), the fields, and --- again [missing-front-matter]"]),
    ({"isms/roles.yml": "- {id: the chair, title: C}\n"}, ["isms/roles.yml:1:8: error: id: 'the chair' is not an id; use up to 64 letters and digits, joined by - or . [id-grammar]"]),
    ({ACTIONS: actions("due: 2026-03-01, status: open").replace("ACT-1", "AC-1")}, [f"{ACTIONS}:1:8: error: id: 'AC-1' is not an id of this register; write ACT-007 or ACT-a-name [id-grammar]"]),
    ({PEOPLE: ("bob, name", "alice, name")}, [f"{PEOPLE}:4:8: error: the id alice is already used in {PEOPLE}:1:3; give one of the two another id [duplicate-id]"]),
    ({"isms/threats/THR-001-again.md": front("title: T\nowner: pricing\nstatus: active\ncategory: insider\nactor: insider\naffects: [odds]\nscenario: x")}, ["isms/threats/THR-001-odds.md: error: the id THR-001 is already used in isms/threats/THR-001-again.md; give one of the two another id [duplicate-id]"]),
    ({"isms/threats/THR-1-again.md": front("title: T\nowner: pricing\nstatus: active\ncategory: insider\nactor: insider\naffects: [odds]\nscenario: x")}, ["isms/threats/THR-1-again.md: error: the ids THR-1 and THR-001 (isms/threats/THR-001-odds.md) differ only in case or zeros; rename one of the two [similar-id]"]),
    ({"isms/squads.yml": "- {id: pricing, title: Pricing}\n- {id: bob, title: Bob's}\n"}, [f"isms/squads.yml:2:8: error: the id bob is a person's in {PEOPLE}:4:8; give the squad another [duplicate-id]"]),
    # links
    ({RISK: ("owner: alice", "owner:     alise")}, [f"{RISK}:3:12: error: owner: unknown person 'alise' (did you mean 'alice'?) [unknown-person]"]),
    ({RISK: ("owner: alice", "owner: pricing")}, [f"{RISK}:3:8: error: owner: unknown person 'pricing'; correct it, or write its record [unknown-person]"]),
    ({RISK: ("[THR-001]", "[THR-001, THR-1]")}, [f"{RISK}:5:20: error: threats: unknown threat 'THR-1' (did you mean 'THR-001'?) [unknown-id]"]),
    ({RISK: ("[THR-001]", "[THR-002]")}, [f"{RISK}:5:11: error: threats: unknown threat 'THR-002'; correct it, or write its record [unknown-id]"]),
    ({RISK: ("affects: odds", "affects: [ods]")}, [f"{RISK}:6:11: error: affects: unknown service 'ods' (did you mean 'odds'?) [unknown-service]"]),
    ({RISK: ("impact_area: fairness", "impact_area: fame")}, [f"{RISK}:7:14: error: impact_area: unknown impact area 'fame'; write fairness, or add it to impact_areas in risk-method.yml [unknown-id]"]),
    ({RISK: ("impact_area: fairness", "impact_area: fairnes")}, [f"{RISK}:7:14: error: impact_area: unknown impact area 'fairnes' (did you mean 'fairness'?) [unknown-id]"]),
    ({RISK: ("[[CTL-004]]", "[it](../controls/CTL-004-two-people.md)\n\n[other](./Access_Policy.md)")}, [f"{RISK}:15: warning: the link to ./Access_Policy.md leads to no record, so the site shows its words only; link to a record, such as [[POL-01]], or to https://… [broken-link]"]),
    ({RISK: ("[[CTL-004]]", "\n\nmore: [[CTL-4]]")}, [f"{RISK}:15: warning: [[CTL-4]] leads to no record (did you mean 'CTL-004'?) [broken-link]"]),
    ({SERVICE: ("{repo: odds}", "{repo: odd}")}, [f"{SERVICE}:8:16: error: repos.repo: unknown repository 'odd' (did you mean 'odds'?) [unknown-repository]"]),
    ({CONTROL: ("A.8.32", "A.8.35")}, [f"{CONTROL}:9:14: error: implements: unknown Annex A control 'A.8.35'; correct it [unknown-annex-control]"]),
    ({CONTROL: ("check:change-reviewed", "check:change-reviewd")}, [f"{CONTROL}:12:15: error: enforced_by: unknown check 'change-reviewd' (did you mean 'change-reviewed'?) [unknown-check]"]),
    ({CONTROL: ("check:change-reviewed", "chekc:change-reviewed")}, [f"{CONTROL}:12:15: error: enforced_by: 'chekc:change-reviewed' must begin with check:, policy:, runbook:, step: or process: (did you mean 'check:change-reviewed'?) [unknown-id]"]),
    ({CONTROL: ("check:change-reviewed", "policy:POL-04, process:weekly talk")}, [f"{CONTROL}:12:15: error: enforced_by: unknown policy 'POL-04'; correct it, or write its record [unknown-id]"]),
    ({CONTROL: ("stage: commit-review", "stage: commit-revue")}, [f"{CONTROL}:11:8: error: stage: unknown stage 'commit-revue' (did you mean 'commit-review'?) [unknown-id]"]),
    ({CONTROL: ("mitigates: RSK-007", "mitigates: RSK-099")}, [f"{CONTROL}:8:12: error: mitigates: unknown risk 'RSK-099'; correct it, or write its record [unknown-id]"]),
    ({CONTROL: ("mitigates: RSK-007", "mitigates: [RSK-007, pci-dss-4.0.1:6.5]\nsatisfies: 6.5")}, [f"{CONTROL}:9:12: error: satisfies: '6.5' names no set (did you mean A.6.5?) [unknown-requirement]"]),
    ({"isms/checks.yml": "- {id: no-direct-pusch}\n"}, ["isms/checks.yml:1:8: error: check: unknown check 'no-direct-pusch' (did you mean 'no-direct-push'?) [unknown-check]"]),
    ({"isms/checks.yml": "- {check: no-direct-pusch, title: x}\n"}, ["isms/checks.yml:1:3: error: check: unknown check 'no-direct-pusch' (did you mean 'no-direct-push'?) [unknown-check]"]),
    ({"isms/suppliers/cloud.md": ("provides: [cloud]", "provides: [cloud]\nservices: feed")}, [
        "isms/services/odds.md:10:14: error: supplied_by: names cloud, whose services leaves out odds; make both sides agree [links-disagree]",
        "isms/suppliers/cloud.md:7:11: error: services: unknown service 'feed'; correct it, or write its record [unknown-service]"]),
    ({**FORUM, "isms/decisions/DEC-1-x.md": decision("decides: CTL-004"), RISK: ("status: treating", "status: accepted\naccepted_by: {person: alice, decision: DEC-1}")}, [f"{RISK}:5:40: error: accepted_by.decision: DEC-1 does not decide RSK-007; add it to `decides` there, or correct the id [links-disagree]"]),
    ({"isms/findings/FND-1-x.md": finding("kind: observation\nagainst: [A.8.32, clause:8.1, CTL-004, pci-dss-4.0.1:6.5, clause:99]\nraised_by: Larch Assurance")}, ["isms/findings/FND-1-x.md:8:59: error: against: ISO/IEC 27001:2022 has no clause '99'; correct it [unknown-id]"]),
    ({"isms/requirements/ukgc-rts.yml": "title: Ours\n"}, ["isms/requirements/ukgc-rts.yml:1:1: error: title: the set ukgc-rts comes with the program and says this itself; delete the line, or give a set of your own another id [requirement-set-shipped]"]),
    ({"isms/requirements/ukgc-rts.yml": "mappings: {RTS-12: {annex_a: [A.14.2.2], by: alice, on: 2020-05-01}}\n"}, ["isms/requirements/ukgc-rts.yml:1:31: warning: annex_a: A.14.2.2 is of the edition of 2013; it became A.8.32 (mapped on 2020-05-01, 2 years before this edition of 2022-10-25) [broken-mapping]"]),
    ({"isms/requirements/pci-dss-4.0.1.yml": "confirmed: {person: alice, on: 2024-05-01}\n"}, ["isms/requirements/pci-dss-4.0.1.yml:1:32: warning: confirmed: dated 2024-05-01, 1 month before this edition of 2024-06-11, so it does not count; compare it with its source again, and date it anew [stale-confirmation]"]),
    # rules
    ({RISK: ("threats: [THR-001]", "threats: []")}, [f"{RISK}:5:10: error: threats: is empty; name at least one [missing-field]"]),
    ({RISK: ("status: treating", "status: accepted")}, [f"{RISK}:4:9: error: accepted_by: is missing; an accepted risk names who accepted it [missing-field]"]),
    ({RISK: ("likelihood: 2, impact: 2", "likelihood: 1, impact: 1")}, [f"{RISK}:9:11: warning: residual: 2 is higher than inherent, 1, and controls do not add risk; correct one of the two [risk-grows]"]),
    ({RISK: ("inherent: {likelihood: 2", "inherent: {likelihood: 3")}, [f"{RISK}:8:24: error: inherent.likelihood: must be at most 2, as in risk-method.yml, not 3 [invalid-value]"]),
    ({SERVICE: ("repos: [{repo: odds}]", "repos: []")}, [f"{SERVICE}:8:8: error: repos: is empty; link a repository, or say in unlinked_why why there is none [missing-field]"]),
    ({"isms/threats/THR-001-odds.md": ("category: insider", "category: fraud")}, [
        "isms/threats/THR-001-odds.md:2:1: error: authority_expects: is missing; a threat of category fraud needs it [missing-field]",
        "isms/threats/THR-001-odds.md:2:1: error: peak_impact: is missing; a threat of category fraud needs it [missing-field]"]),
    ({"isms/parties.yml": "- {id: PTY-1, title: P, kind: owner, owner: alice, needs: [x]}\n"}, ["isms/parties.yml:1:3: error: why_not: is missing; say why nothing is taken up, or name the requirements [missing-field]"]),
    ({METHOD: ("impact: [low, high]", "impact: [low]")}, [
        f"{METHOD}:3:8: error: scale: has 2 words for likelihood and 1 for impact; use as many for both [risk-method]",
        f"{METHOD}:6:8: error: bands: end at 4, but the highest score is 2; let the last band end there [risk-method]",
        f"{RISK}:8:35: error: inherent.impact: must be at most 1, as in risk-method.yml, not 2 [invalid-value]",
        f"{RISK}:9:35: error: residual.impact: must be at most 1, as in risk-method.yml, not 2 [invalid-value]"]),
    ({METHOD: ("high: 3-4", "high: 4-4")}, [f"{METHOD}:6:25: error: bands: high must begin at 3, as in 3-4; bands follow each other without a hole [risk-method]"]),
    ({METHOD: ("{default: 2}", "{default: 2, money: 1}")}, [f"{METHOD}:7:24: error: appetite: 'money' is not one of impact_areas; correct it, or add it there [risk-method]"]),
    ({METHOD: ("{default: 2}", "{fairness: 2}")}, [f"{METHOD}:7:11: error: appetite.default: is missing; name the highest score that is accepted where no area says more [missing-field]"]),
    ({SOA: ("approved_by: {person: alice, on: 2026-01-01}\n", "status: draft\n")}, []),
    ({SOA: ("approved_by: {person: alice, on: 2026-01-01}\n", "status: approved\n")}, [f"{SOA}:2:9: error: approved_by: is missing; say who approved the statement and when, or write status: draft [missing-field]"]),
    ({SOA: ("approved_by: {person: alice, on: 2026-01-01}\n", "")}, [f"{SOA}:1:1: error: approved_by: is missing; say who approved the statement and when, or write status: draft [missing-field]"]),
    ({SOA: ("  A.8.1: {applicable: true, reasons: [baseline], status: planned}\n", "")}, [f"{SOA}:3:1: error: entries: 1 control of Annex A missing: A.8.1; add a row for each [soa-incomplete]"]),
    ({SOA: ("  A.5.1: {applicable: true, reasons: [baseline]", "  A.5.1: {applicable: false")}, [
        f"{SOA}:4:10: error: A.5.1.why_not: is missing; an excluded control needs its reason [missing-field]",
        f"{SOA}:4:38: error: A.5.1.status: an excluded control has none; delete it, or set applicable: true [soa-contradiction]"]),
    ({SOA: ("A.5.1: {applicable: true, reasons: [baseline]", "A.5.1: {applicable: true, why_not: x")}, [
        f"{SOA}:4:10: error: A.5.1.reasons: is missing; say why the control is included [missing-field]",
        f"{SOA}:4:38: error: A.5.1.why_not: an included control has none; delete it, or set applicable: false [soa-contradiction]"]),
    ({SOA: ("  A.5.1: {", "  A.9.1: {")}, [
        f"{SOA}:3:1: error: entries: 1 control of Annex A missing: A.5.1; add a row for each [soa-incomplete]",
        f"{SOA}:4:3: error: entries: unknown Annex A control 'A.9.1'; correct it [unknown-annex-control]"]),
    ({PEOPLE: ("emails: [bob@", "emails: [Alice@")}, [f"{PEOPLE}:4:33: error: emails: Alice@a.example belongs to alice already; delete it from one of the two [duplicate-address]"]),
    ({PEOPLE: ("emails: [bob@a.example]", "emails: [bob@a.example], active: {from: 2026-02-01, to: 2026-01-01}")}, [
        f"{PEOPLE}:4:80: error: active.to: 2026-01-01 is before active.from 2026-02-01; correct one of the two [out-of-order]"]),
    ({PEOPLE: ("emails: [bob@a.example]", "emails: []")}, [
        f"{PEOPLE}:4:32: error: emails: is empty; name at least one [missing-field]"]),
    ({"isms/keys.yml": f"- {{id: KEY-1, person: bob, key: {A_KEY}, from: 2026-01-01}}\n- {{id: KEY-2, person: bob, key: mine, from: 2026-01-01}}\n"}, ["isms/keys.yml:2:33: error: key: is not a public key; copy the line of a file such as id_ed25519.pub, or what `gpg --armor --export` prints [invalid-value]"]),
    ({"isms/suppliers/cloud.md": ("criticality: low", "criticality: high")}, [
        "isms/suppliers/cloud.md:5:14: error: assessed: is missing; a supplier of high criticality needs it [missing-field]",
        "isms/suppliers/cloud.md:5:14: error: contract: is missing; a supplier of high criticality needs it [missing-field]"]),
    ({"isms/exceptions/EXC-1-x.md": exception(scope="{}")}, ["isms/exceptions/EXC-1-x.md:5:8: error: scope: is empty; name services or paths, as an exception never covers everything [missing-field]"]),
    ({"isms/exceptions/EXC-1-x.md": exception(status="approved")}, ["isms/exceptions/EXC-1-x.md:4:9: error: approved_by: is missing; an approved exception names who approved it [missing-field]"]),
    ({"isms/exceptions/EXC-1-x.md": exception(expires="2026-01-01")}, ["isms/exceptions/EXC-1-x.md:7:10: error: expires: 2026-01-01 is not after from, 2026-01-01; correct one of the two [out-of-order]"]),
    ({"isms/exceptions/EXC-1-x.md": exception(expires="2026-07-02")}, ["isms/exceptions/EXC-1-x.md:7:10: error: expires: 2026-07-02 is more than 6 months after from, 2026-01-01; decide again by then [exception-too-long]"]),
    ({"isms/exceptions/EXC-1-x.md": exception(expires="2026-07-02"), "isms/checks.yml": "- {check: exceptions-valid, longest: 1y, why: Board.}\n"}, []),
    ({"isms/exceptions/EXC-1-x.md": exception(expires="2026-04-02"), "isms/checks.yml": "- {check: exceptions-valid, longest: 3mo}\n"}, []),
    ({"isms/exceptions/EXC-1-x.md": exception(expires="2026-07-01", excepts="[check:no-direct-push, check:x]")}, ["isms/exceptions/EXC-1-x.md:8:33: error: excepts: unknown check 'x'; correct it [unknown-check]"]),
    ({"isms/incidents/INC-1-x.md": incident("status: closed\nseverity: 2\ndetected: 2026-06-27T19:00Z")}, [
        "isms/incidents/INC-1-x.md:7:9: error: caused_by: is missing; name the change, or write cause: external or unknown [missing-field]",
        "isms/incidents/INC-1-x.md:7:9: error: restored: is missing; a closed incident says when the service was back [missing-field]",
        "isms/incidents/INC-1-x.md:8:11: error: reportable: is missing; say whether an incident of severity 1 or 2 was reported [missing-field]",
        "isms/incidents/INC-1-x.md:9:11: error: detected: 2026-06-27T19:00Z is before started 2026-06-27T19:58Z; correct one of the two [out-of-order]"]),
    ({"isms/findings/FND-1-x.md": finding("kind: nonconformity\nagainst: CTL-004")}, ["isms/findings/FND-1-x.md:7:7: error: severity: is missing; a nonconformity is major or minor [missing-field]"]),
    ({ACTIONS: actions("due: 2026-03-01, status: done")}, [f"{ACTIONS}:1:85: error: done: is missing; say on which day [missing-field]"]),
    ({ACTIONS: actions("due: 2026-01-01, status: open")}, [f"{ACTIONS}:1:65: error: due: 2026-01-01 is before opened 2026-02-01; correct one of the two [out-of-order]"]),
    ({"isms/evidence/2026/EVD-1.yml": evidence()}, ["isms/evidence/2026/EVD-1.yml:1:1: error: file: is missing; name the file of the evidence, or its url [missing-field]"]),
    ({"isms/evidence/EVD-1.yml": evidence("file: evidence/a.json"), "evidence/a.json": "{}"}, ["isms/evidence/EVD-1.yml:9:7: error: sha256: is missing; a file of evidence is named with its hash [missing-field]"]),
    ({"isms/evidence/EVD-1.yml": evidence("file: evidence/b.json", "sha256: 00"), "evidence/a.json": "{}"}, ["isms/evidence/EVD-1.yml:9:7: error: file: there is no 'evidence/b.json' (did you mean 'evidence/a.json'?) [evidence-missing-file]"]),
    ({"isms/evidence/EVD-1.yml": evidence("file: evidence/a.json", 'sha256: "00"'), "evidence/a.json": "{}"}, ["isms/evidence/EVD-1.yml:10:9: error: sha256: evidence/a.json has 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a, so it was changed after it was collected; restore it, or correct the hash if it is another file's [evidence-altered]"]),
    ({"isms/evidence/EVD-1.yml": evidence("file: evidence/challenge.json", 'sha256: "17f8814d63122e181323d90b428abbe71a423fe94d5f6ce0abc85734094ca18e"'), "evidence/challenge.json": '{"challenge": 1, "newest": "2026-10-20", "as_of": "2026-10-27", "version": "1", "pins": {}, "trials": 5}'}, ["evidence/challenge.json: error: the result of a challenge was altered: 'trials' is not a list of objects; restore it as `tieout challenge` wrote it [challenge-unreadable]"]),
    ({"isms/metrics.yml": metric("measure: F99")}, ["isms/metrics.yml:1:102: error: measure: unknown figure 'F99' (did you mean 'F9'?) [unknown-measure]"]),
    ({"isms/metrics.yml": metric("measure: F7, data: metrics/a.csv"), "metrics/a.csv": "date,service,value\n"}, ["isms/metrics.yml:1:112: error: data: F7 is counted from the repositories and registers; delete data, or measure [invalid-value]"]),
    ({"isms/metrics.yml": metric("data: metrics/market.csv"), "metrics/markets.csv": "date,service,value\n"}, ["isms/metrics.yml:1:99: error: data: there is no 'metrics/market.csv' (did you mean 'metrics/markets.csv'?) [series-missing]"]),
    ({"isms/metrics.yml": metric("data: metrics/markets.csv"), "metrics/markets.csv": "date,service,value\n2026-01-31,odds,1\n2026-01-31,ods,2\n2026-02-31,odds,1\n31.1.2026,odds,1\n2026-01-31,odds,2\n2026-03-31,,many\n2026-03-31,odds\n"}, [
        "metrics/markets.csv:3: error: unknown service 'ods' (did you mean 'odds'?) [bad-series-row]",
        "metrics/markets.csv:4: error: '2026-02-31' is not a day such as 2026-06-30; correct it [bad-series-row]",
        "metrics/markets.csv:5: error: '31.1.2026' is not a day such as 2026-06-30; correct it [bad-series-row]",
        "metrics/markets.csv:6: error: a second row for 2026-01-31 and odds; keep one of the two [bad-series-row]",
        "metrics/markets.csv:7: error: 'many' is not a number such as 12 or 12.5; correct it [bad-series-row]",
        "metrics/markets.csv:8: error: it has 2 cells and not 3; write date,service,value [bad-series-row]"]),
    ({"isms/metrics.yml": metric("data: metrics/markets.csv"), "metrics/markets.csv": "day;number\n"}, ["metrics/markets.csv:1: error: the first line is not date,service,value; write it so [bad-series-row]"]),
    # checks of the operator's own
    ({"isms/own-checks.yml": own_check(IN_A_YEAR, id_="change-reviewed")}, ["isms/own-checks.yml:1:10: error: check: change-reviewed is the name of a built-in check; choose another [own-check-name]"]),
    ({"isms/own-checks.yml": own_check(IN_A_YEAR, over="suplliers")}, ["isms/own-checks.yml:3:9: error: over: unknown population 'suplliers' (did you mean 'suppliers'?) [own-check-over]"]),
    ({"isms/own-checks.yml": own_check("{field: asessed, operator: within, value: 1y}")}, ["isms/own-checks.yml:4:25: error: passes_when.field: unknown field of suppliers 'asessed' (did you mean 'assessed'?) [own-check-field]"]),
    ({"isms/own-checks.yml": own_check("{field: risk, operator: present}")}, ["isms/own-checks.yml:4:25: error: passes_when.field: unknown field of suppliers 'risk'; write id, title, owner, status, reviewed, review_every, tags, confidential, criticality, provides, services, assurance, contract, contract.security_terms, contract.audit_right, contract.incident_notice, contract.exit_plan, assessed or decided_by [own-check-field]"]),
    ({"isms/own-checks.yml": own_check("{operator: present}")}, ["isms/own-checks.yml:4:17: error: passes_when: a condition names a field or a file; write one of the two [own-check-field]"]),
    ({"isms/own-checks.yml": own_check("")}, ["isms/own-checks.yml:4:16: error: passes_when: is empty; name at least one condition [missing-field]"]),
    ({"isms/own-checks.yml": own_check("{field: title, file: README.md, operator: present}")}, ["isms/own-checks.yml:4:17: error: passes_when: a condition names a field or a file; write one of the two [own-check-field]"]),
    ({"isms/own-checks.yml": own_check("{field: title, at: a.b, operator: present}")}, ["isms/own-checks.yml:4:36: error: passes_when.at: is the place of a value in a file; name the file, or delete this line [own-check-field]"]),
    ({"isms/own-checks.yml": own_check("{file: README.md, operator: present}")}, ["isms/own-checks.yml:4:24: error: passes_when.file: only repositories have files; write `over: repositories`, or name a field of suppliers [own-check-field]"]),
    ({"isms/own-checks.yml": own_check("{file: README.md, operator: is, value: x}", over="repositories")}, ["isms/own-checks.yml:4:45: error: passes_when.operator: 'is' does not fit a file as a whole; write present, absent, contains or matches, or say in `at` where the value stands [own-check-operator]"]),
    ({"isms/own-checks.yml": own_check("{field: title, operator: like, value: x}")}, ["isms/own-checks.yml:4:42: error: passes_when.operator: 'like' is not one of is, is-not, one-of, contains, matches, at-least, at-most, present, absent, before, after or within [invalid-value]"]),
    ({"isms/own-checks.yml": own_check("{field: title, operator: within, value: 1y}")}, ["isms/own-checks.yml:4:42: error: passes_when.operator: 'within' does not fit title, which is text; write is, is-not, one-of, contains, matches, present or absent [own-check-operator]"]),
    ({"isms/own-checks.yml": own_check("{field: assessed, operator: within, value: long}")}, ["isms/own-checks.yml:4:60: error: passes_when.value: must be a length of time such as 14d, 3mo or 4h, not 'long' [own-check-value]"]),
    ({"isms/own-checks.yml": own_check("{field: assessed, operator: after, value: 2026-02-30}")}, ["isms/own-checks.yml:4:59: error: passes_when.value: must be a day such as 2026-06-05, or as-of, not '2026-02-30' [own-check-value]"]),
    ({"isms/own-checks.yml": own_check("{field: assurance, operator: at-least, value: two}")}, ["isms/own-checks.yml:4:63: error: passes_when.value: must be a whole number, not 'two' [own-check-value]"]),
    ({"isms/own-checks.yml": own_check("{field: contract.audit_right, operator: is, value: maybe}")}, ["isms/own-checks.yml:4:68: error: passes_when.value: must be yes or no, not 'maybe' [own-check-value]"]),
    ({"isms/own-checks.yml": own_check("{field: approval-grade, operator: at-least, value: recordd}", over="changes")}, ["isms/own-checks.yml:4:68: error: passes_when.value: 'recordd' is no grade; write none, stated, two-names, recorded, signed or process (did you mean 'recorded'?) [own-check-value]"]),
    ({"isms/own-checks.yml": own_check("{field: title, operator: is}")}, ["isms/own-checks.yml:4:17: error: passes_when.value: is missing; 'is' needs one [own-check-value]"]),
    ({"isms/own-checks.yml": own_check("{field: title, operator: present, value: x}")}, ["isms/own-checks.yml:4:58: error: passes_when.value: 'present' takes no value; delete it [own-check-value]"]),
    ({"isms/own-checks.yml": own_check("{field: title, operator: is, value: [a, b]}", where="{field: title, operator: one-of, value: a}")}, ["isms/own-checks.yml:4:53: error: passes_when.value: must be one value, not a list; for several write the operator one-of instead of 'is' [own-check-value]", "isms/own-checks.yml:5:51: error: where.value: must be a list, such as [one, two] [own-check-value]"]),
    ({"isms/own-checks.yml": own_check(IN_A_YEAR), "isms/checks.yml": "- {check: x, since: 2026-01-01}\n- {check: y}\n"}, ["isms/checks.yml:2:3: error: check: unknown check 'y'; correct it [unknown-check]"]),
    # settings of checks
    ({CHECKS: "- {check: change-reviewed, soak: 3d}\n"}, [f"{CHECKS}:1:28: error: soak: the check change-reviewed does not read this; it reads grades, and like every check {COMMON}"]),
    ({CHECKS: "- {check: no-direct-push, grades: {1: signed}}\n"}, [f"{CHECKS}:1:27: error: grades: the check no-direct-push does not read this; it reads only {COMMON}"]),
    ({"isms/own-checks.yml": own_check(IN_A_YEAR), CHECKS: "- {check: x, within: 3}\n"}, [f"{CHECKS}:1:14: error: within: the check x does not read this; it reads only {COMMON}"]),
    ({CHECKS: "- {check: change-reviewed, tiers: [1], threshold: {2: 90}}\n"}, [f"{CHECKS}:1:52: error: threshold.2: the check is set for tier 1 only; delete it, or add 2 to tiers [tier-not-judged]"]),
    ({CHECKS: "- {check: change-reviewed, threshold: {1: 101}}\n"}, [f"{CHECKS}:1:43: error: threshold.1: must be at most 100, not '101' [invalid-value]"]),
    ({CHECKS: "- {check: change-reviewed, threshold: {4: 90}}\n"}, [f"{CHECKS}:1:40: error: threshold.4: '4' is not one of 1, 2 or 3 [invalid-value]"]),
    ({CHECKS: "- {check: change-reviewed, tiers: [4]}\n"}, [f"{CHECKS}:1:36: error: tiers: '4' is not one of 1, 2 or 3 [invalid-value]"]),
    ({CHECKS: "- {check: change-reviewed, since: soon}\n"}, [f"{CHECKS}:1:35: error: since: 'soon' is not a day of the calendar, such as 2026-06-05 [invalid-value]"]),
    ({CHECKS: "- {check: review-checklist, within: -1}\n"}, [f"{CHECKS}:1:37: error: within: must be at least 0, not '-1' [invalid-value]"]),
    ({CHECKS: "- {check: review-checklist, items: [Tests]}\n"}, [f"{CHECKS}:1:3: error: template: is missing; without it the check review-checklist judges nothing, whatever else is set [missing-field]"]),
    ({CHECKS: "- {check: mandatory-libraries, libraries: {phyton: {a: ''}, go: {b: '>=2'}}}\n"}, [f"{CHECKS}:1:44: error: libraries: unknown language 'phyton' (did you mean 'python'?) [invalid-value]", f"{CHECKS}:1:66: error: libraries.go.b: '>=2' is not a lowest version such as 2.4.1; correct it [invalid-value]"]),
    ({CHECKS: "- {check: review-checklist, template: /}\n"}, [f"{CHECKS}:1:39: error: template: an empty pattern matches nothing; write one such as src/**, or delete the line [invalid-value]"]),
    ({CHECKS: "- {check: review-checklist, template: 'a.md '}\n"}, [f"{CHECKS}:1:39: error: template: 'a.md ' begins or ends with a space, which is in no path; delete it [invalid-value]"]),
    ({"isms/exceptions/EXC-1-x.md": exception().replace("expires: 2026-03-01\n", "")}, ["isms/exceptions/EXC-1-x.md:2:1: error: expires: is missing; add it [missing-field]"]),
    ({"isms/criteria.yml": "- {id: CRIT-1, title: C, when: {services: [odds]}, requires: {approvals: -1}}\n"}, ["isms/criteria.yml:1:74: error: requires.approvals: must be at least 1, not '-1' [invalid-value]"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), CASES, ids=range(len(CASES)))
def test_slip_of_an_author_is_told_in_a_sentence_with_its_place(changes, expected, problems_with):
    assert problems_with(changes) == expected


def test_empty_content_folder_is_told(load):
    assert load({"tieout.yml": b"", "other/scope.md": b"x"})[1] == [
        "isms/: error: the content folder holds no record; write scope.md first, or correct `content` in tieout.yml [content-empty]"
    ]


def emitted(*parts):
    """Every code that these modules name, by their source."""
    from tieout.codes import CODES  # noqa: PLC0415

    root = Path(tieout.__file__).parent
    files = [
        path
        for part in parts
        for path in ([root / part] if part.endswith(".py") else sorted((root / part).glob("*.py")))
    ]
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and node.value in CODES}


def test_every_code_of_text_and_content_has_a_case():
    told = {line.rpartition("[")[2].rstrip("]") for _, lines in CASES for line in lines}
    assert emitted("text", "content", "model/validation.py") - told == {
        "content-empty",
        "tieout-folder-tracked",
    }  # have tests of their own

"""What is wrong in the registers and in tieout.yml: fields, ids, links, and the rules of single registers."""

from tieout.codes.code import Code

CODES = {
    # fields of records and of tieout.yml
    "missing-front-matter": Code(
        "A Markdown record has no fields above its text.",
        "Begin the file with a line of three dashes, one field a line, and a line of three dashes.",
        "isms/risks/RSK-007-odds-tampering.md:1: error: the front matter is missing; begin the file with a line of three dashes (---), the fields, and --- again [missing-front-matter]",
    ),
    "not-a-list": Code(
        "A file that lists records is no list, or a row has no fields.",
        "Begin each row with `- id: …`.",
        "isms/people.yml:1: error: people.yml is a list; begin each person with `- id: …` [not-a-list]",
    ),
    "missing-field": Code(
        "A field that the record needs is missing or empty.",
        "Add it; the message says what for.",
        "isms/risks/RSK-007-odds-tampering.md:2:1: error: owner: is missing; add it [missing-field]",
    ),
    "unknown-field": Code(
        "A field has a name that records of this kind do not have, so nobody would read it.",
        "Correct the name, or delete the line.",
        "isms/risks/RSK-007-odds-tampering.md:3:1: error: ownr: unknown field (did you mean 'owner'?) [unknown-field]",
    ),
    "invalid-value": Code(
        "A field holds something that it cannot mean.",
        "Write a value of the form the message names.",
        "isms/risks/RSK-007-odds-tampering.md:9:24: error: residual.likelihood: must be a whole number, not '1' [invalid-value]",
    ),
    "out-of-order": Code(
        "Two days or times stand in the wrong order.",
        "Correct the one that is wrong.",
        "isms/people.yml:4:80: error: active.to: 2026-01-01 is before active.from 2026-02-01; correct one of the two [out-of-order]",
    ),
    # ids and files
    "id-grammar": Code(
        "An id, or the name of a file, is not of the form of its register.",
        "Use the prefix of the register and a number, or for speaking ids letters and digits joined by - or a full stop.",
        "isms/risks/rsk-008-x.md: error: the name of the file must begin with an id, such as RSK-007-in-a-few-words.md [id-grammar]",
    ),
    "duplicate-id": Code(
        "Two records have the same id.",
        "Give one of the two another id.",
        "isms/people.yml:4:8: error: the id alice is already used in isms/people.yml:1:3; give one of the two another id [duplicate-id]",
    ),
    "similar-id": Code(
        "Two ids differ only in case or zeros, and a reader would take one for the other.",
        "Rename one of the two.",
        "isms/threats/THR-1-again.md: error: the ids THR-1 and THR-001 (isms/threats/THR-001-odds.md) differ only in case or zeros; rename one of the two [similar-id]",
    ),
    "reserved-id": Code(
        "A linked repository has the id that stands for the ISMS itself.",
        "Choose another id.",
        "tieout.yml:4:3: error: repositories: the id 'isms' stands for the repository of this file; choose another [reserved-id]",
    ),
    "unknown-file": Code(
        "A Markdown or YAML file in the content folder belongs to no register, or what looks like a record has another ending, so nobody reads it.",
        "Move it into the folder of its register, correct its name or its ending, or take it out of the content folder.",
        "isms/riks/RSK-008-x.md: warning: this file belongs to no register (did you mean 'risks/RSK-008-x.md'?); move it, or take it out of isms [unknown-file]",
    ),
    "content-empty": Code(
        "The content folder holds no record.",
        "Write scope.md first, or correct `content` in tieout.yml.",
        "isms/: error: the content folder holds no record; write scope.md first, or correct `content` in tieout.yml [content-empty]",
    ),
    "missing-register": Code(
        "A part of the ISMS that the standard asks for is not there. The site is built with the hole in it.",
        "Write the file that the message names.",
        "isms: warning: there is no soa.yml, which ISO/IEC 27001 asks for in clause 6.1.3 d; until it is written, the site shows the hole [missing-register]",
    ),
    # links
    "unknown-id": Code(
        "A link leads to a record that does not exist.",
        "Correct the id, or write the record it should lead to.",
        "isms/incidents/INC-1-x.md:10:18: error: reportable.to: unknown licence or party 'bob'; correct it, or write its record [unknown-id]",
    ),
    "unknown-person": Code(
        "A link names a person or squad that does not exist.",
        "Correct the id, or add a row to people.yml or squads.yml.",
        "isms/risks/RSK-007-odds-tampering.md:3:12: error: owner: unknown person 'alise' (did you mean 'alice'?) [unknown-person]",
    ),
    "unknown-service": Code(
        "A link names a service that does not exist.",
        "Correct the id, or write the service's file in services/.",
        "isms/risks/RSK-007-odds-tampering.md:6:11: error: affects: unknown service 'ods' (did you mean 'odds'?) [unknown-service]",
    ),
    "unknown-repository": Code(
        "A record names a repository that tieout.yml does not link.",
        "Correct the id, or link it in tieout.yml.",
        "isms/services/odds.md:8:16: error: repos.repo: unknown repository 'odd' (did you mean 'odds'?) [unknown-repository]",
    ),
    "unknown-check": Code(
        "A record names a check that this version does not have.",
        "Correct the name; `tieout explain` lists the checks.",
        "isms/controls/CTL-004-two-people.md:12:15: error: enforced_by: unknown check 'change-reviewd' (did you mean 'change-reviewed'?) [unknown-check]",
    ),
    "unknown-parameter": Code(
        "The setting of a check has a field that this check does not read, so it would change nothing.",
        "Delete the line, or write it in the setting of the check that reads it; `tieout explain` names what each reads.",
        "isms/checks.yml:1:28: error: soak: the check change-reviewed does not read this; it reads grades, and like every check title, why, since, tiers, services and threshold; delete the line [unknown-parameter]",
    ),
    "tier-not-judged": Code(
        "The setting of a check says something of a tier that it leaves out of its tiers.",
        "Delete it, or add the tier to tiers.",
        "isms/checks.yml:1:52: error: threshold.2: the check is set for tier 1 only; delete it, or add 2 to tiers [tier-not-judged]",
    ),
    "unknown-annex-control": Code(
        "A record names a control that Annex A does not have.",
        "Write an id from A.5.1 to A.8.34.",
        "isms/controls/CTL-004-two-people.md:9:14: error: implements: unknown Annex A control 'A.8.35'; correct it [unknown-annex-control]",
    ),
    "links-disagree": Code(
        "A link is written on both sides, and the two differ.",
        "Correct one side, or delete the link on one of them.",
        "isms/services/odds.md:10:14: error: supplied_by: names cloud, whose services leaves out odds; make both sides agree [links-disagree]",
    ),
    "broken-link": Code(
        "A text links to a record that does not exist.",
        "Correct the id in [[…]], or write the record.",
        "isms/risks/RSK-007-odds-tampering.md:15: warning: [[CTL-4]] leads to no record (did you mean 'CTL-004'?) [broken-link]",
    ),
    # rules of single registers
    "risk-grows": Code(
        "A risk is larger with its controls than without them.",
        "Correct one of the two sizes: what a control adds is a risk of its own.",
        "isms/risks/RSK-007-odds-tampering.md:9:11: warning: residual: 2 is higher than inherent, 1, and controls do not add risk; correct one of the two [risk-grows]",
    ),
    "risk-method": Code(
        "The risk method contradicts itself, so no score could be read from it.",
        "Use as many words for likelihood as for impact, bands without a hole from 1 to the highest score, and known areas.",
        "isms/risk-method.yml:3:8: error: scale: has 2 words for likelihood and 1 for impact; use as many for both [risk-method]",
    ),
    "soa-incomplete": Code(
        "The Statement of Applicability leaves out controls of Annex A (ISO/IEC 27001, 6.1.3 d).",
        "Add a row for each control named.",
        "isms/soa.yml:3:1: error: entries: 1 control of Annex A missing: A.8.1; add a row for each [soa-incomplete]",
    ),
    "soa-contradiction": Code(
        "A row of the Statement of Applicability includes and excludes its control at once.",
        "Delete the fields that belong to the other case.",
        "isms/soa.yml:4:38: error: A.5.1.status: an excluded control has none; delete it, or set applicable: true [soa-contradiction]",
    ),
    "exception-too-long": Code(
        "An exception runs for more than six months.",
        "Shorten it; a new decision may extend it by then.",
        "isms/exceptions/EXC-1-x.md:7:10: error: expires: 2026-07-02 is more than 6 months after from, 2026-01-01; decide again by then [exception-too-long]",
    ),
    "duplicate-address": Code(
        "Two people have the same e-mail address, so commits would have two authors.",
        "Delete it from one of the two.",
        "isms/people.yml:4:33: error: emails: Alice@a.example belongs to alice already; delete it from one of the two [duplicate-address]",
    ),
    "evidence-missing-file": Code(
        "Evidence names a file that is not there.",
        "Add the file, or correct the path.",
        "isms/evidence/EVD-1.yml:9:7: error: file: there is no 'evidence/b.json' (did you mean 'evidence/a.json'?) [evidence-missing-file]",
    ),
    "unknown-measure": Code(
        "A metric is a name for a figure that is not counted.",
        "Write the id of a figure of docs/reference/measures.md.",
        "isms/metrics.yml:1:102: error: measure: unknown figure 'F99' (did you mean 'F9'?) [unknown-measure]",
    ),
    "series-missing": Code(
        "A metric names a file of numbers that is not there.",
        "Add the file, or correct the path.",
        "isms/metrics.yml:1:99: error: data: there is no 'metrics/market.csv' (did you mean 'metrics/markets.csv'?) [series-missing]",
    ),
    "bad-series-row": Code(
        "A row of a metric's numbers cannot be read, so it counts for nothing.",
        "Write a day, the id of a service (or nothing, for all) and a number.",
        "metrics/markets.csv:3: error: unknown service 'ods' (did you mean 'odds'?) [bad-series-row]",
    ),
    "evidence-altered": Code(
        "A file of evidence has another hash than the one written down when it was collected.",
        "Restore the file from history; if the hash was another file's, correct it.",
        "isms/evidence/EVD-1.yml:10:9: error: sha256: evidence/a.json has 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a, so it was changed after it was collected; restore it, or correct the hash if it is another file's [evidence-altered]",
    ),
}

"""Every problem code: what it means and how to mend it. `tieout explain CODE` and the reference page print this table."""

from typing import NamedTuple


class Code(NamedTuple):
    meaning: str
    remedy: str


CODES: dict[str, Code] = {
    # text: bytes
    "not-utf8": Code(
        "A file of the ISMS is not valid UTF-8.",
        "Save the file as UTF-8; the message names the first byte that is not.",
    ),
    "file-too-large": Code("A text file is larger than 1,000,000 bytes.", "Split it into several files."),
    "control-character": Code(
        "A file holds a character that no reader can see and no text needs.", "Delete the character at the place named."
    ),
    "byte-order-mark": Code(
        "A file begins with a byte order mark. It is read all the same.", "Save it as UTF-8 without a byte order mark."
    ),
    "line-ends": Code(
        "A file has Windows line ends. It is read all the same.",
        "Save it with line feeds, or set `* text=auto eol=lf` in .gitattributes.",
    ),
    # text: YAML
    "yaml-syntax": Code(
        "A file is not YAML.",
        "Look at quotes, brackets, colons and indentation at the place named, and just before it.",
    ),
    "yaml-tab": Code("A tab stands in YAML.", "Use spaces; in text, write \\t in double quotes."),
    "yaml-anchor": Code(
        "YAML uses an anchor (&) or an alias (*), which hide what a record says.", "Write the value where it is needed."
    ),
    "yaml-tag": Code("YAML uses a tag (!), which changes what a value is.", "Write the plain value."),
    "yaml-merge": Code("YAML uses the merge key <<, which hides what a record says.", "Write the fields out."),
    "yaml-documents": Code("A YAML file holds more than one document.", "Keep one document in a file."),
    "yaml-directive": Code("A line of YAML begins with %, a directive.", "Delete the line, or indent the text."),
    "yaml-duplicate-key": Code("A field is written twice, and one would be lost.", "Keep one of the two."),
    "yaml-key": Code("The name of a field is not plain text.", "Write a word as the name, or put it in quotes."),
    "yaml-limit": Code(
        "YAML is nested more than 32 deep, or holds more than 100,000 values.", "Write it flatter, or split the file."
    ),
    # fields of records and of tieout.yml
    "missing-front-matter": Code(
        "A Markdown record has no fields above its text.",
        "Begin the file with a line of three dashes, one field a line, and a line of three dashes.",
    ),
    "not-a-list": Code(
        "A file that lists records is no list, or a row has no fields.", "Begin each row with `- id: …`."
    ),
    "missing-field": Code("A field that the record needs is missing or empty.", "Add it; the message says what for."),
    "unknown-field": Code(
        "A field has a name that records of this kind do not have, so nobody would read it.",
        "Correct the name, or delete the line.",
    ),
    "invalid-value": Code(
        "A field holds something that it cannot mean.", "Write a value of the form the message names."
    ),
    "out-of-order": Code("Two days or times stand in the wrong order.", "Correct the one that is wrong."),
    # ids and files
    "id-grammar": Code(
        "An id, or the name of a file, is not of the form of its register.",
        "Use the prefix of the register and a number, or for speaking ids letters and digits joined by - or a full stop.",
    ),
    "duplicate-id": Code("Two records have the same id.", "Give one of the two another id."),
    "similar-id": Code(
        "Two ids differ only in case or zeros, and a reader would take one for the other.", "Rename one of the two."
    ),
    "reserved-id": Code("A linked repository has the id that stands for the ISMS itself.", "Choose another id."),
    "unknown-file": Code(
        "A Markdown or YAML file in the content folder belongs to no register, so nobody reads it.",
        "Move it into the folder of its register, correct its name, or take it out of the content folder.",
    ),
    "content-empty": Code(
        "The content folder holds no record.", "Write scope.md first, or correct `content` in tieout.yml."
    ),
    "missing-register": Code(
        "A part of the ISMS that the standard asks for is not there. The site is built with the hole in it.",
        "Write the file that the message names.",
    ),
    # links
    "unknown-id": Code(
        "A link leads to a record that does not exist.", "Correct the id, or write the record it should lead to."
    ),
    "unknown-person": Code(
        "A link names a person or squad that does not exist.",
        "Correct the id, or add a row to people.yml or squads.yml.",
    ),
    "unknown-service": Code(
        "A link names a service that does not exist.", "Correct the id, or write the service's file in services/."
    ),
    "unknown-repository": Code(
        "A record names a repository that tieout.yml does not link.", "Correct the id, or link it in tieout.yml."
    ),
    "unknown-check": Code(
        "A record names a check that this version does not have.",
        "Correct the name; `tieout explain` lists the checks.",
    ),
    "unknown-annex-control": Code(
        "A record names a control that Annex A does not have.", "Write an id from A.5.1 to A.8.34."
    ),
    "links-disagree": Code(
        "A link is written on both sides, and the two differ.", "Correct one side, or delete the link on one of them."
    ),
    "broken-link": Code(
        "A text links to a record that does not exist.", "Correct the id in [[…]], or write the record."
    ),
    # rules of single registers
    "risk-method": Code(
        "The risk method contradicts itself, so no score could be read from it.",
        "Use as many words for likelihood as for impact, bands without a hole from 1 to the highest score, and known areas.",
    ),
    "soa-incomplete": Code(
        "The Statement of Applicability leaves out controls of Annex A (ISO/IEC 27001, 6.1.3 d).",
        "Add a row for each control named.",
    ),
    "soa-contradiction": Code(
        "A row of the Statement of Applicability includes and excludes its control at once.",
        "Delete the fields that belong to the other case.",
    ),
    "exception-too-long": Code(
        "An exception runs for more than six months.", "Shorten it; a new decision may extend it by then."
    ),
    "duplicate-address": Code(
        "Two people have the same e-mail address, so commits would have two authors.", "Delete it from one of the two."
    ),
    "evidence-missing-file": Code("Evidence names a file that is not there.", "Add the file, or correct the path."),
    "evidence-altered": Code(
        "A file of evidence has another hash than the one written down when it was collected.",
        "Restore the file from history; if the hash was another file's, correct it.",
    ),
    # histories: what people and forges left there
    "bad-public-key": Code(
        "A key in the register is not a line of an OpenSSH public key file, so it verifies nothing.",
        "Paste the one line of the .pub file, such as `ssh-ed25519 AAAA… name`.",
    ),
    "bad-review-record": Code(
        "A line of an exported review record cannot be read, so it is not counted.",
        "Export it again: one JSON object a line, times with their zone.",
    ),
    "unknown-record-key": Code(
        "An exported review record has a key that is not read.", "Remove the key, or give it the name it should have."
    ),
    "unknown-result": Code(
        "The result of a pipeline step is in a word that is not known, and is shown as unknown.",
        "Write passed, failed, skipped or unknown.",
    ),
    "record-file-missing": Code(
        "A file of exported review records could not be read.", "Fetch the records repository whole and build again."
    ),
    "record-of-unknown-repository": Code(
        "A review record speaks of a repository that tieout.yml does not link.",
        "Link the repository, or correct the name in the export.",
    ),
    "record-without-change": Code(
        "A review record speaks of a merged commit that is in no history that was read.",
        "Find out whether history was rewritten, and export the record again.",
    ),
    "deployment-without-version": Code(
        "A file of the environments repository names no version under the declared key, so no deployment is counted.",
        "Name the right key in the pipeline's deployments, or mend the file.",
    ),
    "lightweight-release-tag": Code(
        "A release tag carries no date and no author, so it counts as no deployment.",
        "Make annotated tags: `git tag -a`.",
    ),
    "tag-under-another-name": Code(
        "A release tag stands under another name than its object carries, so an old release may pass for a new one; "
        "it counts as no deployment.",
        "Find out who set the ref up; delete it, and tag the release anew.",
    ),
    "branch-not-read": Code(
        "A service names another branch of a repository than tieout.yml reads.", "Name the same branch in both."
    ),
    # linked repositories
    "repository-url": Code(
        "A linked repository has an address of a kind that is never fetched.",
        "Use https://, ssh://, git@host:path, file:// or a path.",
    ),
    "repository-missing": Code(
        "There is no Git repository at the path that tieout.yml gives.",
        "Clone the repository there, or correct its url in tieout.yml.",
    ),
    "own-repository": Code(
        "A linked repository is the one that the ISMS itself lies in.",
        "Leave it out of tieout.yml; a service in it writes `repos: [{repo: isms}]`.",
    ),
    "branch-missing": Code(
        "A repository has no branch of the name that tieout.yml gives, so none of its changes can be judged.",
        "Correct `branch` in tieout.yml, or push the branch there; in CI, check the branch out and not a commit alone.",
    ),
    "repository-unfetched": Code(
        "A repository that is read over a network has no mirror here yet.", "Run `tieout sync`, then build again."
    ),
    "repository-unreachable": Code(
        "A repository did not answer, or could not be read.",
        "Check its address and your access, and run `tieout sync`.",
    ),
    "repository-damaged": Code(
        "A repository lacks objects, or holds some whose content does not give their id.",
        "Run `git fsck` in it, or clone it anew from a sound copy.",
    ),
    "repository-shallow": Code(
        "A repository is a shallow clone: older history is missing, so counts are lower bounds.",
        "Run `git fetch --unshallow` in it; in CI check it out with its whole history (fetch-depth: 0).",
    ),
    "repository-partial": Code(
        "A repository is a partial clone, which fetches files only when asked and may lack them.",
        "Clone it again without --filter.",
    ),
    "repository-malformed-objects": Code(
        "Git's strict check refuses some objects of a repository, often written by old tools. They were read by their ids.",
        "See what `git fsck --strict` lists in it; a history cannot be mended without being rewritten.",
    ),
    "repository-file-too-large": Code(
        "A file of a linked repository is larger than what is read, so what it says is unknown.",
        "Keep files that state facts small, such as one file a month of exported records.",
    ),
    "history-grafted": Code(
        "A repository has a grafts file, which shows another history than the recorded one. The recorded one is read.",
        "Delete info/grafts in that repository.",
    ),
    "dated-before-its-parent": Code(
        "A commit or release tag carries a date from before what it stands on, or after all that follow it. It counts on the earliest day it can be from.",
        "Find out who made it, and whether a clock was wrong or the date was set by hand.",
    ),
    "history-rewritten": Code(
        "A protected branch no longer leads to a commit that it led to when it was read before, so changes may have been dropped.",
        "Find out who rewrote it and what is missing. To accept the new history, delete the repository's folder in .tieout/mirrors.",
    ),
    "newest-commit-alone": Code(
        "One commit alone is dated more than a month after everything else, or by its date makes an audit due, so it is not asked what day it is.",
        "Nothing, if the clock was right: the next commits bear it out. If it was wrong, find out who set it.",
    ),
    "history-replaced": Code(
        "A repository has replacement objects (refs/replace), which show other content than the recorded one. The recorded one is read.",
        "Delete them with `git replace -d`.",
    ),
    # audit dates
    "audit-before-history": Code(
        "An audit is dated before the first commit of the ISMS, so nothing can be shown as it stood on that day.",
        "Correct the date, or keep the earlier history of the ISMS in its repository.",
    ),
    "config-unreadable-then": Code(
        "The tieout.yml of an audit's day cannot be read, so the newest one was used for that audit.",
        "Nothing can be mended in the past; later audits use the mended file.",
    ),
}

"""What is wrong in histories: what people and forges left there."""

from tieout.codes.code import Code

CODES = {
    "bad-public-key": Code(
        "A key in the register is not a line of an OpenSSH public key file, so it verifies nothing.",
        "Paste the one line of the .pub file, such as `ssh-ed25519 AAAA… name`.",
        "isms/keys.yml:1:3: error: KEY-1: the key is not a line of an OpenSSH public key file; paste the .pub file's one line [bad-public-key]",
    ),
    "bad-review-record": Code(
        "A line of an exported review record cannot be read, so it is not counted.",
        "Export it again: one JSON object a line, times with their zone.",
        "reviews:reviews/2026-01.jsonl:1: error: the line is not one JSON object; the line is not counted, so export it again [bad-review-record]",
    ),
    "unknown-record-key": Code(
        "An exported review record has a key that is not read.",
        "Remove the key, or give it the name it should have.",
        "reviews:reviews/2026-01.jsonl:2: warning: the record has an unknown key 'reviewers', which is not read; remove it or rename it [unknown-record-key]",
    ),
    "unknown-result": Code(
        "The result of a pipeline step is in a word that is not known, and is shown as unknown.",
        "Write passed, failed, skipped or unknown.",
        "reviews:reviews/2026-01.jsonl:3: warning: the result 'success' is not one of passed, failed, skipped or unknown, so it is shown as unknown; write one of these [unknown-result]",
    ),
    "record-file-missing": Code(
        "A file of exported review records was not read: it is larger than 1,000,000 bytes, or no file at all.",
        "Export smaller files, such as one a month.",
        "exports:reviews/2026.jsonl: error: the record file was not read, so no line of it counts; export smaller files, such as one a month [record-file-missing]",
    ),
    "record-of-unknown-repository": Code(
        "A review record speaks of a repository that tieout.yml does not link.",
        "Link the repository, or correct the name in the export.",
        "reviews:reviews/2026-01.jsonl:4: warning: the record is of the repository 'payments', which tieout.yml does not link; link it or correct the export [record-of-unknown-repository]",
    ),
    "record-without-change": Code(
        "A review record speaks of a merged commit that is in no history that was read.",
        "Find out whether history was rewritten, and export the record again.",
        "reviews:reviews/2026-01.jsonl:5: warning: the record is of commit 123456789012, which is not in the history of 'pay'; find out whether history was rewritten, and export the record again [record-without-change]",
    ),
    "deployment-without-version": Code(
        "A file of the environments repository names no version under the declared key, so no deployment is counted.",
        "Name the right key in the pipeline's deployments, or mend the file.",
        "platform:prod/pay.yml: warning: no 'version' can be read in the file as of commit 6243378c, so no deployment is counted there; name the right key in the pipeline's deployments, or mend the file [deployment-without-version]",
    ),
    "lightweight-release-tag": Code(
        "A release tag carries no date and no author, so it counts as no deployment.",
        "Make annotated tags: `git tag -a`.",
        "lobby: warning: 1 release tag carries no date and no author (v1.0.0), so it counts as no deployment; make annotated tags with 'git tag -a' [lightweight-release-tag]",
    ),
    "tag-under-another-name": Code(
        "A release tag stands under another name than its object carries, so an old release may pass for a new one; it counts as no deployment.",
        "Find out who set the ref up; delete it, and tag the release anew.",
        "kiosk: warning: the ref v1.1.0 holds the tag that was made as v1.0.0, so it counts as no deployment; find out who set it up under that name, and tag the release anew [tag-under-another-name]",
    ),
    "branch-not-read": Code(
        "A service names another branch of a repository than tieout.yml reads.",
        "Name the same branch in both.",
        "isms/services/pay.md: warning: pay names the branch 'release' of pay, but tieout.yml reads 'main', so its changes are not shown; name the same branch in both [branch-not-read]",
    ),
}

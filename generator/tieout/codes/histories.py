"""What is wrong in histories: what people and forges left there."""

from tieout.codes.code import Code

CODES = {
    "bad-public-key": Code(
        "A key in the register is neither a line of an OpenSSH public key file nor an OpenPGP public key block, so it verifies nothing.",
        "Paste the one line of the .pub file, such as `ssh-ed25519 AAAA… name`, or what `gpg --armor --export` prints.",
        "isms/keys.yml:1:3: error: KEY-1: the key is neither a line of an OpenSSH public key file nor an OpenPGP public key block; "
        "paste the .pub file's one line, or what `gpg --armor --export` prints [bad-public-key]",
    ),
    "confusable-name": Code(
        "A name in a history reads like another's and is not, mixes letters of several scripts, or holds characters that nobody sees.",
        "Find out who it is. Where it is one person, list all of the addresses in one entry of the people register.",
        "looks: warning: names that are not what they seem: 'Аda Stone' <ada@other.example> reads like 'Ada Stone' <ada@example.org> "
        "(it mixes letters of several scripts); find out who they are, and list each person's addresses [confusable-name]",
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
    "altered-answer": Code(
        "An answer of the forge that records were made of is kept under a SHA-256 that its bytes do not give.",
        "Find out who changed it, and bring it back from the commit before.",
        "reviews:raw/ab/ab00000000000000000000000000000000000000000000000000000000000000.json: error: the forge's answer is not what reviews/2026-01.jsonl was made of: its bytes do not give the SHA-256 that it is kept under; find out who changed it, and bring it back from the commit before [altered-answer]",
    ),
    "record-taken-away": Code(
        "Lines of review or deployment records that a robot wrote were taken out by somebody else. They still count.",
        "Find out who did it, and bring back the file of the commit before; what is wrong in it the robot corrects itself.",
        "exported:reviews/2026-02.jsonl: warning: 1 line that a robot wrote was taken out by somebody else, and still counts; find out who did it, and bring back the file of the commit before [record-taken-away]",
    ),
    "answer-not-kept": Code(
        "Review or deployment records name answers of the forge that are not in the records repository, so nobody can compare them.",
        "Commit the folder raw with the records.",
        "reviews:reviews/2026-01.jsonl: warning: 1 of 2 answers of the forge that its lines were made of are not here to be compared, such as raw/cd/cd00000000000000000000000000000000000000000000000000000000000000.json; commit the folder raw with the records [answer-not-kept]",
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
    "bad-deployment-record": Code(
        "A line of deployment records cannot be read, so it is not counted.",
        "Write it again: one JSON object a line, times with their zone.",
        "reviews:deployments/2026-01.jsonl:1: error: the line is not one JSON object; the line is not counted, so write it again [bad-deployment-record]",
    ),
    "contradictory-deployment": Code(
        "Lines of deployment records speak of the same deployment and do not agree, so what they contradict each other in is unknown.",
        "Find out which line is right, and take the other out.",
        "reviews:deployments/2026-01.jsonl:3: warning: the lines of deployment '7' to prod do not agree in 'commit', so that is shown as unknown; find out which is right, and take the other out [contradictory-deployment]",
    ),
    "bad-run-record": Code(
        "A line of run records cannot be read, so it is not counted.",
        "Write it again: one JSON object a line, with a step, a commit, a repo or service, and a time with its zone.",
        "evidence:runs/2026-01.jsonl:2: error: the record names no step; the line is not counted, so write it again [bad-run-record]",
    ),
    "bad-result-file": Code(
        "A file of results cannot be used: it is none that is read, holds what is refused, or is not there.",
        "Keep the file as the tool wrote it, with its run record, and smaller than 1,000,000 bytes.",
        "evidence:results/pay/unit.xml: error: the result file cannot be used: it declares a document type of its own; it is not counted, so keep it as the tool wrote it [bad-result-file]",
    ),
    "contradictory-result": Code(
        "A run record says that a step passed, and a file that it names tells of failures; it counts as failed.",
        "Find out which of the two is right.",
        "evidence:runs/2026-01.jsonl:1: warning: the run record says that unit passed, and a file that it names tells of failures, so it counts as failed; find out which is right [contradictory-result]",
    ),
    "result-not-bound": Code(
        "Files of results speak of no commit that was read, so they count for nothing.",
        "Name the commit in a run record that names the file, or in the path: results/{repo}/{commit}/{step}.xml.",
        "evidence: warning: 1 of its results speak of no commit that was read, so they count for nothing: results/loose.xml (no run record names it, and its path names no commit); name the commit in a run record or in the path [result-not-bound]",
    ),
    "deployment-of-unknown": Code(
        "A deployment record names a service, a repository, an environment or a commit that is not known.",
        "Register the service or environment, or correct the record; a commit that no history holds may have been rewritten away.",
        "reviews:deployments/2026-01.jsonl:4: warning: the deployment record names the environment 'live', which no register has, so it is not counted; register it, or correct the record [deployment-of-unknown]",
    ),
    "release-branch-tells-nothing": Code(
        "The declared release branch is not there, or is only moved forward, so no step of it says when a release was cut.",
        "Name the branch that releases are merged into, and merge with `git merge --no-ff`.",
        "arcade: warning: the release branch production of arcade has no step of its own, so no deployment is counted there; name the branch that releases are merged into, and merge with 'git merge --no-ff' [release-branch-tells-nothing]",
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
    "tag-not-as-deployed": Code(
        "A release tag leads to another commit than was deployed as that version, so the tag was moved or something else was deployed.",
        "Find out who made the tag and why, on the page of the deployment. Release the other commit under a version of its own; where the record is wrong, correct it.",
        "depot: warning: 1 release tag leads to another commit than was deployed as that version: v1.0.0 is at ff481539, where 62c65307 was deployed on 2026-01-05; find out who moved it, or correct the record [tag-not-as-deployed]",
    ),
    "gittuf-unreadable": Code(
        "Something that gittuf keeps in the repository is too large, or not in a form that is read, so what it proves is unknown.",
        "Find out with `gittuf policy inspect` and `gittuf rsl log` what is there; a policy of a newer form needs a newer Tieout.",
        "attic: warning: gittuf's own records were not read whole: metadata/root.json is not an envelope as gittuf writes it; what they prove is shown as unknown [gittuf-unreadable]",
    ),
    "gittuf-log-broken": Code(
        "The reference state log is not one whole chain of numbered entries, so somebody wrote it anew or around gittuf.",
        "Compare it with another clone's, and find out who rewrote it.",
        "desk: warning: gittuf's reference state log is broken: entry e4794b3b has the number 7 after 2; what follows is no signed process, so find out who rewrote the log [gittuf-log-broken]",
    ),
    "gittuf-policy-bad": Code(
        "A policy of gittuf is not signed by the keys that the one before it demands, or goes back to an older version.",
        "Find out who changed refs/gittuf/policy, and set the policy up anew with its root keys.",
        "safe: warning: gittuf's policy is not to be trusted: the policy is not signed as it has to be, or goes back to an older version; find out who changed refs/gittuf/policy [gittuf-policy-bad]",
    ),
    "gittuf-tip-not-recorded": Code(
        "The branch is not where gittuf's reference state log has it: it was moved without gittuf, or the log was rolled back.",
        "Find out who moved it; `gittuf rsl record` records a move that was right.",
        "gate: warning: the newest commit of main, 2e9e26da, is not where gittuf's reference state log has the branch; find out who moved it past gittuf [gittuf-tip-not-recorded]",
    ),
    "gittuf-target-lost": Code(
        "The reference state log names a commit that the history does not hold any more: history was rewritten.",
        "Find out who rewrote it; `gittuf rsl annotate --skip` marks an entry that is not to be counted.",
        "loft: warning: gittuf's reference state log names commits of main that are not in its history: entry 3 (to 1b8579da); find out who rewrote it [gittuf-target-lost]",
    ),
    "gittuf-entry-unmet": Code(
        "A branch was moved without the signatures or approvals that gittuf's policy asked for at that time.",
        "Find out who moved it; `gittuf verify-ref` tells the same.",
        "yard: warning: 1 of 1 moves of main do not meet the gittuf policy that was in force: entry 3 (to 1b8579da); find out who made them [gittuf-entry-unmet]",
    ),
    "gittuf-attestation-bad": Code(
        "An authorisation or approval does not speak of the move it lies under, or is signed by nobody whom the policy trusts, so it is not counted.",
        "Find out who wrote it to refs/gittuf/attestations.",
        "dock: warning: attestations of gittuf are not counted: the authorisation speaks of another move than the one it lies under (entry 4); find out who wrote them [gittuf-attestation-bad]",
    ),
    "approval-not-counted": Code(
        "Lines of commit messages look like approvals and are not counted: outside the last paragraph, in a paragraph that Git takes for text, in a message with a `---` line, under a key that is spelt otherwise, or without a name.",
        "Write `Reviewed-by: Name <address>` in the last paragraph of the message, with nothing but such lines; what history holds stays as it is.",
        "poker: warning: 1 line of commit messages looks like an approval and is not counted: 1 under a key that is spelt otherwise, as 'Reviwed-by' (ad68ea06); write 'Reviewed-by: Name <address>' in the last paragraph, with nothing but such lines [approval-not-counted]",
    ),
    "branch-not-read": Code(
        "A service names another branch of a repository than tieout.yml reads.",
        "Name the same branch in both.",
        "isms/services/pay.md: warning: pay names the branch 'release' of pay, but tieout.yml reads 'main', so its changes are not shown; name the same branch in both [branch-not-read]",
    ),
}

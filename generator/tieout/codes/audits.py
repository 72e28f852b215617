"""What is wrong with the dates of audits, and with what stood there on their day."""

from tieout.codes.code import Code

CODES = {
    "audit-before-history": Code(
        "An audit is dated before the first commit of the ISMS, so nothing can be shown as it stood on that day.",
        "Correct the date, or keep the earlier history of the ISMS in its repository.",
        "isms/audits/AUD-2025-01.md: error: AUD-2025-01 is dated 2025-09-30, but the ISMS has no commit before 2026-01-05, so nothing can be shown of that day; correct the date, or bring the earlier history into its repository [audit-before-history]",
    ),
    "config-unreadable-then": Code(
        "The tieout.yml of an audit's day cannot be read, so the newest one was used for that audit.",
        "Nothing can be mended in the past; later audits use the mended file.",
        "tieout.yml: error: as it stood on 2026-03-31 it cannot be read, so today's is used; later audits read the mended one [config-unreadable-then]",
    ),
    "not-committed": Code(
        "The ISMS is in no commit yet. It is shown as it lies on disk, dated by its newest file, and nobody can tell who wrote or approved what.",
        "Commit it: `git init`, `git add .` and `git commit`; its history begins there.",
        "tieout.yml: warning: the ISMS is in no commit yet, so who wrote and who approved its records is not known; commit it, and its history begins [not-committed]",
    ),
}

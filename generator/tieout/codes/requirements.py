"""What is wrong with requirement sets and mappings."""

from tieout.codes.code import Code

CODES = {
    "unknown-requirement": Code(
        "A record names a requirement, or a set of requirements, that does not exist, or that several sets have.",
        "Write it as set:id, such as pci-dss-4.0.1:6.5; a set of your own is a file in requirements/.",
        "isms/controls/CTL-004-two-people.md:9:12: error: satisfies: '6.5' names no set (did you mean A.6.5?) [unknown-requirement]",
    ),
    "requirement-set-shipped": Code(
        "A file in requirements/ has the id of a set that comes with the program, and says again what that set says of itself.",
        "Keep what you add (mappings, confirmations, what does not apply), or give a set of your own another id.",
        "isms/requirements/ukgc-rts.yml:1:1: error: title: the set ukgc-rts comes with the program and says this itself; delete the line, or give a set of your own another id [requirement-set-shipped]",
    ),
    "broken-mapping": Code(
        "A row about a requirement leads to nothing: the requirement, the control of Annex A or the clause is not in this edition. "
        "It is a warning when it was right in the edition before.",
        "Look the requirement up in the new edition and correct the id; if it is gone, delete the row.",
        "isms/requirements/ukgc-rts.yml:1:31: warning: annex_a: A.14.2.2 is of the edition of 2013; it became A.8.32 (mapped on 2020-05-01, 2 years before this edition of 2022-10-25) [broken-mapping]",
    ),
    "stale-confirmation": Code(
        "A requirement set was confirmed before it became what it is now, so the confirmation does not count.",
        "Compare the set with its source again, and write the day on which that was done.",
        "isms/requirements/pci-dss-4.0.1.yml:1:32: warning: confirmed: dated 2024-05-01, 1 month before this edition of 2024-06-11, so it does not count; compare it with its source again, and date it anew [stale-confirmation]",
    ),
}

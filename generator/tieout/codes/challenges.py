"""What is wrong with the kept result of a challenge."""

from tieout.codes.code import Code

CODES = {
    "challenge-unreadable": Code(
        "A file of evidence says that it is the result of `tieout challenge`, and is not as that command writes it.",
        "Restore the file from the history, or make the challenge again.",
        "evidence/challenge.json: error: the result of a challenge was altered: 'trials' is not a list of objects; restore it as `tieout challenge` wrote it [challenge-unreadable]",
    ),
}

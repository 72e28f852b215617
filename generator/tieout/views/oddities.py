"""What is odd about commits and their dates, in words."""

_WORDS = {
    "after-cutoff": "dated after the audit's day, and part of it all the same",
    "author-later": "an author's date more than an hour after the committer's",
    "backwards": "dated more than an hour before a commit that it stands on",
    "bad-date-author": "an author's date that is none",
    "bad-date-committer": "a committer's date that is none",
    "clock": "dated after the twenty commits that follow: a wrong clock",
    "header-order": "headers out of order",
    "malformed-author": "an author line not in the form that Git writes",
    "malformed-committer": "a committer line not in the form that Git writes",
    "many-authors": "two author lines, of which git shows the last",
    "many-committers": "two committer lines, of which git shows the last",
    "no-message": "no message",
    "not-in-its-encoding": "text that is not in the encoding it names",
    "not-utf-8": "text that is not in UTF-8",
    "nul-in-message": "a NUL in the message, behind which git shows nothing",
    "repeated-parent": "one parent named twice",
    "unknown-encoding": "an encoding that is not known",
}


def words_of(kind: str) -> str:
    return _WORDS.get(kind, f"malformed: {kind.replace('-', ' ')}")

"""What a pull request does: two snapshots of one day side by side, as values that a comment or a program prints. No page.

`compared` finds what differs, `suspects` the links that this makes doubtful, `touched` whom it concerns; `impact` is all of it.
"""

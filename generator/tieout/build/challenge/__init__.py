"""Proof that the checks would notice: known violations are planted in scratch copies and judged as a build judges.

Nothing of the operator's is written to. The mirrors are read, and copies of them, which go away again, are added to.
"""

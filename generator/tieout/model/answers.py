"""Where a records repository keeps the forge's answers that its records were made of: each by its SHA-256."""

import re

_PLACE = re.compile(r"raw/([0-9a-f]{2})/\1[0-9a-f]{62}\.json")


def place_of(digest: str) -> str:
    """Where the answer with this SHA-256 (hex) is kept."""
    return f"raw/{digest[:2]}/{digest}.json"


def is_place(path: str) -> bool:
    return _PLACE.fullmatch(path) is not None

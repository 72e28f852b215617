"""A told history of two pull requests, as text."""

from pathlib import Path

FIRST = """\
title: First registers
author: tobias-okafor
opened: 2025-10-06T08:05Z
merged: 2025-10-06T15:40Z
merged_by: maren-lindqvist
approved_by: [maren-lindqvist]
body: |
  The registers begin.
add: ["*.yml", "isms/[ab].md"]
"""
SECOND = """\
title: Name the hotfix
author: amara-diallo
coauthors: [grace-adeyemi]
opened: 2026-07-01T08:05Z
merged: 2026-07-02T15:40Z
merged_by: tobias-okafor
approved_by: [tobias-okafor]
signed: true
add: ["isms/c.md"]
edit:
  - {path: isms/a.md, old: "caused: nothing", new: "caused: {{commit odds-engine feed-clock-hotfix}}"}
remove: [isms/b.md]
"""
FILES = {
    "tieout.yml": "operator: Fennmoor\nkey: {{key amara-diallo}}\n",
    "isms/a.md": "caused: nothing\n",
    "isms/b.md": "to be removed\n",
    "isms/c.md": "digest: {{sha256 tieout.yml}}\n",
}


def write_told(folder: Path, pulls: dict[str, str], files: dict[str, str]) -> Path:
    for place, texts in (("pulls", pulls), ("files", files)):
        for path, text in texts.items():
            target = folder / place / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return folder

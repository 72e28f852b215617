"""The reference lists what is planted."""

from pathlib import Path

from tieout.build.challenge.plants import VIOLATIONS

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "challenge.md"


def test_the_reference_lists_every_violation_with_its_checks():
    listed = [line for line in REFERENCE.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert [line for line in listed if line.count("|") == 5] == [
        f"| `{one.id}` | {one.title} | {'each service' if one.plant else 'once'} | {', '.join((*one.expects, *one.unsure))} |"
        for one in sorted(VIOLATIONS, key=lambda one: one.id)
    ]

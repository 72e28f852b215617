"""Examples of a check that the operator declares: changes of limits need two tickets, and go out within a week."""

from checks.examples.kit import Nothing, Told, of
from checks.factories import by_id, change, deployment, facts, isms, record

from tieout.model import records as r
from tieout.model.history import PathChange

CHECK = "limits"


def condition(field, operator, value):
    return r.Condition(field=field, operator=operator, value=value)


OWN = record(
    r.OwnCheck,
    CHECK,
    title="Every change of limits has two tickets and goes out within a week",
    over="changes",
    where=(condition("paths", "matches", "limits/**"),),
    passes_when=(condition("tickets", "at-least", 2), condition("age-to-deployment", "within", "7d")),
    stage="commit-review",
    annex_a=("A.8.32",),
    cannot_prove="That the tickets say the same.",
    remedy="Open the second ticket.",
)
DECLARED = isms(own_checks=by_id(OWN))


def limits(*tickets):
    return change(paths=(PathChange("M", "limits/daily.yml", "1" * 40),), change_references=tickets)


LIVE = (deployment(),)
EXAMPLES = tuple(
    of(
        CHECK,
        passes=Told(
            facts(limits("SHOP-1", "SHOP-2"), deployments=LIVE),
            "tickets SHOP-1, SHOP-2; age-to-deployment 1 day",
            "The field tickets has 2 (SHOP-1, SHOP-2), and must be at least 2. The field age-to-deployment is 1 day, and must be within 7 days.",
            DECLARED,
        ),
        fails=Told(
            facts(limits("SHOP-1"), deployments=LIVE),
            "tickets SHOP-1",
            "The field tickets has 1 (SHOP-1), and must be at least 2.",
            DECLARED,
        ),
        cannot_tell=Told(
            facts(limits("SHOP-1", "SHOP-2")),
            "age-to-deployment not known",
            "Whether the field age-to-deployment is within 7 days cannot be told: no production deployment of it is known.",
            DECLARED,
        ),
        does_not_apply=Told(
            facts(change()),
            "paths src/price.py",
            "The check is about others. The field paths is src/price.py, and must match “limits/**”.",
            DECLARED,
        ),
        nothing=Nothing("No change entered a branch in the period.", isms=DECLARED),
    )
)

"""All examples, family by family."""

from checks.examples import approvals, branch, contents, declared, deployment, history, registers

OWN = declared.OWN
EXAMPLES = (
    *approvals.EXAMPLES,
    *branch.EXAMPLES,
    *contents.EXAMPLES,
    *deployment.EXAMPLES,
    *registers.EXAMPLES,
    *history.EXAMPLES,
    *declared.EXAMPLES,
)

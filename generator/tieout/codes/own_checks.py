"""What is wrong with the checks that an operator declares in own-checks.yml."""

from tieout.codes.code import Code

CODES = {
    "own-check-name": Code(
        "A check of your own has the name of a built-in one, so nobody could tell which of the two is meant.",
        "Choose another name.",
        "isms/own-checks.yml:1:10: error: check: change-reviewed is the name of a built-in check; choose another [own-check-name]",
    ),
    "own-check-over": Code(
        "A check of your own is over something that nobody can list.",
        "Name changes, deployments, repositories, or a register such as suppliers.",
        "isms/own-checks.yml:3:9: error: over: unknown population 'suplliers' (did you mean 'suppliers'?) [own-check-over]",
    ),
    "own-check-field": Code(
        "A condition names a field that its population does not have, no field at all, or a file where there are none.",
        "Name a field of docs/reference/own-checks.md, or a file if the check is over repositories.",
        "isms/own-checks.yml:4:25: error: passes_when.field: unknown field of suppliers 'asessed' (did you mean 'assessed'?) [own-check-field]",
    ),
    "own-check-operator": Code(
        "A condition compares a field in a way that makes no sense for what the field holds.",
        "Use one of the operators that the message names.",
        "isms/own-checks.yml:4:42: error: passes_when.operator: 'within' does not fit title, which is text; write is, is-not, one-of, contains, matches, present or absent [own-check-operator]",
    ),
    "own-check-value": Code(
        "The value of a condition cannot be compared with what the field holds.",
        "Write a value of the form that the message names.",
        "isms/own-checks.yml:4:60: error: passes_when.value: must be a length of time such as 14d, 3mo or 4h, not 'long' [own-check-value]",
    ),
}

"""Verdicts on the lines that a change added: whether one looks like a secret, or like a real person's data."""

from tieout.checks.case import Case, Verdict, keys_of
from tieout.model.history import Change, SecretMatch, SecretScan
from tieout.model.records import CheckSetting
from tieout.model.results import Outcome
from tieout.text.globs import matches_any
from tieout.text.words import digits, few_of, human_list, plural, visible

CHECK = "no-secrets-or-real-data"
EXPECTED = "no line that looks like a secret"
# What a rule looks for, in words; a rule that is not named here is called by its own name.
WORDS = {
    "private-key": "the head of a private key",
    "aws-key": "an access key of AWS",
    "github-token": "a token of GitHub",
    "gitlab-token": "a token of GitLab",
    "slack-token": "a token of Slack",
    "stripe-key": "a live key of Stripe",
    "google-key": "a key of Google's interfaces",
    "npm-token": "a token of npm",
    "pypi-token": "a token of PyPI",
    "sendgrid-key": "a key of SendGrid",
    "web-token": "a signed web token",
    "named-secret": "a value behind a name such as api_key or password",
    "card-number": "the number of a payment card",
    "bank-account": "the number of a bank account",
}


def no_secrets_or_real_data(case: Case, change: Change) -> Verdict:
    setting = case.setting(CHECK)
    if "**" in setting.allow:
        reason = "checks.yml passes over every path, so nothing was looked at."
        return Verdict(Outcome.NOT_APPLICABLE, EXPECTED, "switched off", reason)
    beside = [one.path for one in change.paths if not _is_asked(setting, one.path)]
    if beside and len(beside) == len(change.paths):
        reason = (
            f"checks.yml passes over every path that the change touches ({few_of([visible(path) for path in beside])})."
        )
        return Verdict(Outcome.NOT_APPLICABLE, EXPECTED, "passed over", reason)
    scan = case.facts.secret_scans.get(change.key)
    if scan is None:
        reason = "The lines that the change added were not looked at."
        return Verdict(Outcome.UNKNOWN, EXPECTED, "not looked at", reason)
    matches = [one for one in scan.matches if _is_asked(setting, one.path)]
    if matches:
        found = f"{plural(len(matches), 'line')}: {human_list(sorted({one.rule for one in matches}))}"
        people = keys_of(change.authors)
        return Verdict(Outcome.FAIL, EXPECTED, found, _why(case, change, matches), people=people)
    if unread := [path for path in scan.unread if _is_asked(setting, path)]:
        count = plural(len(unread), "file")
        reason = f"{count} of more than a megabyte ({few_of([visible(path) for path in unread])}) {'was' if len(unread) == 1 else 'were'} not looked at line by line; no other line that the change added looks like a secret."
        return Verdict(Outcome.UNKNOWN, EXPECTED, f"{count} too large", reason)
    reason = f"No line that the change added looks like a secret, a payment card or a bank account{_passed_over(scan, beside)}."
    return Verdict(Outcome.PASS, EXPECTED, "none", reason)


def _is_asked(setting: CheckSetting, path: str) -> bool:
    return (not setting.paths or matches_any(setting.paths, path)) and not matches_any(setting.allow, path)


def _passed_over(scan: SecretScan, beside: list[str]) -> str:
    """What checks.yml passes over in it, with the lines there that look like one: who reads a pass has to know."""
    if not beside:
        return ""
    count = sum(one.path in beside for one in scan.matches)
    lines = f", with {plural(count, 'line')} that {'looks' if count == 1 else 'look'} like one" if count else ""
    return f", apart from {plural(len(beside), 'file')} that checks.yml passes over{lines}"


def _why(case: Case, change: Change, matches: list[SecretMatch]) -> str:
    """Where it stands and what it looks like; never what it is."""
    told = [f"{visible(one.path)}:{digits(one.line)} looks like {WORDS.get(one.rule, one.rule)}" for one in matches]
    incidents = [
        id_
        for id_, record in case.isms.incidents.items()
        if any(_is_of(change, one.repo, one.commit) for one in record.caused_by)
    ]
    named = f" {human_list(incidents)} {'names' if len(incidents) == 1 else 'name'} this change." if incidents else ""
    return f"{few_of(told)}. The value is not shown here.{named}"


def _is_of(change: Change, repo: str, commit: str) -> bool:
    return repo == change.repo and bool(commit) and any(one.startswith(commit) for one in (change.id, *change.commits))

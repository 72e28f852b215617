"""How the wallet-payments squad speaks in wallet."""

from tieout.demo.works import Vocabulary, Work

WALLET = Vocabulary(
    repo="wallet",
    about="Keeps players' money: deposits, stakes, winnings, withdrawals.",
    tickets="PAY",
    slots={
        "entry": (
            "deposit",
            "stake",
            "winning",
            "withdrawal",
            "bonus credit",
            "bonus release",
            "chargeback",
            "correction",
            "fee",
            "refund",
            "cash-out",
        ),
        "transfer": ("deposit", "withdrawal", "refund", "chargeback", "reversal"),
        "method": ("card", "bank transfer", "instant bank", "e-wallet", "voucher", "pay-by-phone"),
        "rule": ("velocity", "new device", "name mismatch", "first withdrawal", "closed loop", "dormant account"),
    },
    works=(
        Work(
            "Book <transfer> by <method> with both sides",
            "One side was derived later, so that a crash could leave half an entry.",
            "src/ledger/entries.py",
            "def book_<transfer_id>_<method_id>(ledger: Ledger, amount: Money, player: PlayerId) -> Entry:\n"
            '    """<transfer> by <method>: debit and credit in one transaction."""\n'
            '    with ledger.transaction() as entry:\n        entry.debit("<method>", amount)\n        entry.credit(player, amount)\n    return entry\n',
        ),
        Work(
            "Limit <transfer> by <method> to <value> a day",
            "Asked for by the money-laundering reporting officer.",
            "config/limits.yml",
            "<method_id>.<transfer_id>: <value>",
            ("500", "1000", "2000", "2500", "5000", "10000"),
        ),
        Work(
            "Check <rule> before a <method> payout of <value>",
            "Two cases of last month would have been stopped by it.",
            "payouts/rules.yml",
            "<rule_id>.<method_id>: {from: <value>}",
            ("100", "250", "500", "1000", "2000"),
        ),
        Work(
            "Hold <method> payouts <value> minutes when <rule> fires",
            "Gives the payments desk time to look before the money leaves.",
            "payouts/holds.py",
            "HOLD_MINUTES_<METHOD>_<RULE> = <value>",
            ("15", "30", "60", "120", "240"),
        ),
        Work(
            "Retry <method> calls <value> times",
            "The provider answers late on Saturdays.",
            "src/providers/retries.py",
            "RETRIES_<METHOD> = <value>",
            ("1", "2", "3", "4", "5"),
        ),
        Work(
            "Show <transfer> on the statement with its <method> reference",
            "Customer service could not find a <transfer> by what the player's bank shows.",
            "src/statement/lines.py",
            'def line_<transfer_id>_<method_id>(entry: Entry) -> Line:\n    """One line of the statement."""\n'
            '    return Line(entry.time, "<transfer>", entry.amount, reference=entry.provider_reference)\n',
        ),
        Work(
            "Reconcile <method> <transfer>s every <value> minutes",
            "A difference should be seen in the shift in which it arises.",
            "config/reconciliation.yml",
            "<method_id>.<transfer_id>: {every_minutes: <value>}",
            ("10", "15", "30", "60", "120"),
        ),
        Work(
            "Ask for a second factor on <method> above <value>",
            "Part of the answer to account takeover.",
            "src/security/step_up.py",
            "STEP_UP_<METHOD> = <value>",
            ("50", "100", "200", "250", "500", "1000"),
        ),
        Work(
            "Refuse <entry> in a currency that the account does not have",
            "The amount was taken as if it were in the account's own.",
            "src/ledger/currency.py",
            'def refuse_<entry_id>(amount: Money, account: Account) -> bool:\n    """True when the <entry> must not be booked."""\n'
            "    return amount.currency != account.currency\n",
        ),
    ),
    headers={
        "src/ledger/entries.py": '"""Double entry: every booking has two sides or does not exist."""\n\nfrom ledger.types import Entry, Ledger, Money, PlayerId',
        "config/limits.yml": "# Daily limits in EUR, by method and entry.\ndefault: 2500",
        "payouts/rules.yml": "# Checks before a payout, from an amount in EUR.\ndefault: {from: 1000}",
        "payouts/holds.py": '"""How long a payout waits when a rule fires, in minutes."""\n\nHOLD_MINUTES_DEFAULT = 30',
        "src/providers/retries.py": '"""How often a provider is asked again."""\n\nRETRIES_DEFAULT = 2',
        "src/statement/lines.py": '"""What players see of the ledger."""\n\nfrom ledger.types import Entry\nfrom statement.types import Line',
        "config/reconciliation.yml": "# How often our books are compared with the provider's.\ndefault: {every_minutes: 60}",
        "src/security/step_up.py": '"""Amounts (EUR) above which a second factor is asked for."""\n\nSTEP_UP_DEFAULT = 250',
        "src/ledger/currency.py": '"""An account has one currency."""\n\nfrom ledger.types import Account, Money',
    },
    tests="tests/test_ledger.py",
    dependencies=("sqlalchemy", "psycopg", "pydantic", "cryptography", "structlog", "httpx", "tenacity"),
)

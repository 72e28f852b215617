"""How the wallet-payments squad speaks in settlement."""

from tieout.demo.works import Vocabulary, Work

SETTLEMENT = Vocabulary(
    repo="settlement",
    about="Settles bets from results, once and to the cent.",
    tickets="PAY",
    slots={
        "market": (
            "match result",
            "total goals",
            "handicap",
            "correct score",
            "goalscorer",
            "each-way",
            "outright",
            "corners",
            "set betting",
            "player points",
            "bet builder",
        ),
        "case": (
            "dead heat",
            "void leg",
            "abandoned match",
            "walkover",
            "late result",
            "result correction",
            "non-runner",
            "tie",
        ),
        "report": (
            "daily totals",
            "open liabilities",
            "resettled bets",
            "voided bets",
            "tax base",
            "jurisdiction split",
        ),
    },
    works=(
        Work(
            "Settle <case> in <market> as the rules say",
            "The rules page and the code disagreed on this case.",
            "src/settle/rules.py",
            'def <case_id>_<market_id>(bet: Bet, result: Result) -> Payout:\n    """<case> in <market>."""\n'
            "    share = result.share(bet.selection)\n    return payout(bet.stake * bet.price * share)\n",
        ),
        Work(
            "Resettle <market> once for each <case>",
            "A correction that comes twice must not pay twice.",
            "src/settle/resettle.py",
            'ONCE_<MARKET>_<CASE> = "<value>"',
            ("bet id", "bet and result id", "result version"),
        ),
        Work(
            "Wait <value> minutes for a correction of <market>",
            "Half of the corrections of the supplier come in this time.",
            "src/settle/wait.py",
            "WAIT_MINUTES_<MARKET> = <value>",
            ("3", "5", "8", "10", "12", "15"),
        ),
        Work(
            "Round payouts of <market> to the cent, half to even in <case>",
            "The ledger and the settlement file differed by a cent.",
            "src/settle/rounding.py",
            'def cents_<market_id>_<case_id>(amount: Decimal) -> int:\n    """Payout in cents, as the ledger books it."""\n'
            "    return int((amount * 100).quantize(ONE, rounding=ROUND_HALF_EVEN))\n",
        ),
        Work(
            "batch: write <report> in runs of <value>",
            "The night run took longer than the window of the old host.",
            "batch/runs.yml",
            "<report_id>: {size: <value>}",
            ("500", "1000", "2000", "5000", "10000"),
        ),
        Work(
            "batch: reconcile <report> with the wallet",
            "Differences were found by hand, a day later.",
            "batch/reconcile.py",
            'def reconcile_<report_id>(ours: Totals, wallet: Totals) -> list[Difference]:\n    """Differences of <report>, largest first."""\n'
            "    return sorted(differences(ours, wallet), key=size, reverse=True)\n",
        ),
        Work(
            "Hold <market> payouts above <value>",
            "Large payouts wait for a person, as the procedure asks.",
            "src/settle/holds.py",
            "HOLD_ABOVE_<MARKET> = <value>",
            ("10000", "20000", "25000", "50000"),
        ),
    ),
    headers={
        "src/settle/rules.py": '"""What a bet pays, case by case."""\n\nfrom settle.types import Bet, Payout, Result, payout',
        "src/settle/resettle.py": '"""What makes a resettlement happen once only."""\n\nONCE_DEFAULT = "bet and result id"',
        "src/settle/wait.py": '"""How long a result rests before bets are settled, in minutes."""\n\nWAIT_MINUTES_DEFAULT = 5',
        "src/settle/rounding.py": '"""From a payout to cents."""\n\nfrom decimal import ROUND_HALF_EVEN, Decimal\n\nONE = Decimal(1)',
        "batch/runs.yml": "# Sizes of the runs of the nightly batch.\ndefault: {size: 1000}",
        "batch/reconcile.py": '"""Daily reconciliation of settlement and wallet (CTL-018)."""\n\nfrom batch.totals import Difference, Totals, differences, size',
        "batch/release.yml": "# Where the batch is released from.\nhost: batch-host-2\npipeline: none",
        "src/settle/holds.py": '"""Payouts above these amounts (EUR) wait for a person."""\n\nHOLD_ABOVE_DEFAULT = 25000',
    },
    tests="tests/properties/test_settle.py",
    dependencies=("hypothesis", "sqlalchemy", "psycopg", "structlog", "pydantic", "python-dateutil"),
)

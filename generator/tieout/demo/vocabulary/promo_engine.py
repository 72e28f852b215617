"""How the promotions squad speaks in promo-engine."""

from tieout.demo.works import Vocabulary, Work

PROMO_ENGINE = Vocabulary(
    repo="promo-engine",
    about="Campaigns, eligibility and caps of promotions.",
    tickets="PRO",
    slots={
        "campaign": (
            "Welcome",
            "Bet and Get",
            "Early Kick-off",
            "Accumulator Boost",
            "Sunday Free Spin",
            "Group Stage Boost",
            "Quarter Final Free Bet",
            "Refer a Friend",
            "Winter Break",
            "Midweek Money Back",
            "Golden Goal",
            "Cup Predictor",
        ),
        "segment": (
            "new players",
            "returning players",
            "casino players",
            "sports players",
            "loyal players",
            "all players",
        ),
        "signal": ("shared device", "shared card", "same household", "bonus-only play", "rapid withdrawal"),
    },
    works=(
        Work(
            "Campaign <campaign> for <segment>, budget <value>",
            "Agreed in the marketing plan; the budget is a hard stop.",
            "campaigns/active.yml",
            "<campaign_id>.<segment_id>: {budget: <value>}",
            ("5000", "10000", "20000", "30000", "50000"),
        ),
        Work(
            "Cap <campaign> at <value> for a player",
            "The loop of last season must not come back under another name.",
            "src/caps/amounts.py",
            "CAP_<CAMPAIGN> = <value>",
            ("5", "10", "20", "25", "50", "100"),
        ),
        Work(
            "Exclude <signal> from <campaign>",
            "Found by the monitoring of promotion abuse.",
            "src/eligibility/rules.py",
            'def <campaign_id>_without_<signal_id>(player: Player, signals: Signals) -> bool:\n    """True when the player may take part."""\n'
            '    return player.verified and not signals.fired("<signal>", player)\n',
        ),
        Work(
            "Wagering of <campaign> to <value> times",
            "In line with the others of the season.",
            "src/caps/wagering.py",
            "WAGERING_<CAMPAIGN> = <value>",
            ("1", "3", "5", "8", "10"),
        ),
        Work(
            "End <campaign> for <segment> after <value> days",
            "A campaign without an end is a price list.",
            "campaigns/ends.yml",
            "<campaign_id>.<segment_id>: {days: <value>}",
            ("3", "5", "7", "14", "30"),
        ),
        Work(
            "Leave self-excluded and limited <segment> out of <campaign>",
            "Responsible-gambling duty; now by rule instead of by list.",
            "src/eligibility/protection.py",
            'def protect_<segment_id>_<campaign_id>(player: Player) -> bool:\n    """False when the player must not be addressed."""\n'
            "    return not (player.self_excluded or player.cooling_off or player.limits_reached)\n",
        ),
    ),
    headers={
        "campaigns/active.yml": "# Running campaigns, budgets in EUR.\ndefault: {budget: 0}",
        "src/caps/amounts.py": '"""What one player can receive at most, in EUR."""\n\nCAP_DEFAULT = 10',
        "src/eligibility/rules.py": '"""Who may take part."""\n\nfrom eligibility.types import Player, Signals',
        "src/caps/wagering.py": '"""How often a bonus is staked before it is money."""\n\nWAGERING_DEFAULT = 5',
        "campaigns/ends.yml": "# How long campaigns run.\ndefault: {days: 7}",
        "src/eligibility/protection.py": '"""Who must not be addressed at all."""\n\nfrom eligibility.types import Player',
    },
    tests="tests/test_caps.py",
    dependencies=("pydantic", "pyyaml", "structlog", "redis", "hypothesis"),
)

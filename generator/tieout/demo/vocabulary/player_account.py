"""How the player squad speaks in player-account."""

from tieout.demo.works import Vocabulary, Work

PLAYER_ACCOUNT = Vocabulary(
    repo="player-account",
    about="Identity, verification, limits and self-exclusion of players.",
    tickets="PLY",
    slots={
        "limit": ("deposit", "loss", "stake", "session time", "reality check", "product"),
        "span": ("day", "week", "month"),
        "event": (
            "login",
            "password change",
            "new device",
            "e-mail change",
            "withdrawal",
            "phone change",
            "document upload",
        ),
        "field": ("address", "date of birth", "phone", "document number", "occupation", "source of funds"),
    },
    works=(
        Work(
            "Apply a lowered <limit> limit a <span> at once",
            "Lowering takes effect at once, raising after a day: the licence says so.",
            "src/limits/changes.py",
            'def lower_<limit_id>_<span_id>(current: Limit, asked: Limit) -> Limit:\n    """A lower <limit> limit a <span> counts from now on."""\n'
            "    return asked if asked.amount < current.amount else current.with_cooling(asked)\n",
        ),
        Work(
            "Ask for a second factor after <event>, for <value> minutes",
            "Adaptive authentication: what is unusual for this player is asked twice.",
            "src/auth/step_up.py",
            "STEP_UP_MINUTES_<EVENT> = <value>",
            ("5", "10", "15", "30", "60"),
        ),
        Work(
            "Tell the player of <event> within <value> s",
            "A player who did not do it should know while it can still be stopped.",
            "src/notify/events.py",
            "NOTIFY_SECONDS_<EVENT> = <value>",
            ("10", "20", "30", "60", "90"),
        ),
        Work(
            "Keep <field> encrypted with key set <value>",
            "Rotation of the year.",
            "src/privacy/keys.py",
            'KEY_SET_<FIELD> = "<value>"',
            ("2025-b", "2026-a", "2026-b", "2026-c"),
        ),
        Work(
            "Lock for <value> minutes after failed <event>",
            "Lists of stolen passwords are tried slowly now.",
            "src/auth/locks.py",
            "LOCK_MINUTES_<EVENT> = <value>",
            ("5", "10", "15", "20", "45"),
        ),
        Work(
            "Show the <limit> limit of the <span> on the account page",
            "Players asked customer service for what they had set themselves.",
            "src/limits/view.py",
            'def show_<limit_id>_<span_id>(limits: Limits) -> Row:\n    """The player\'s own <limit> limit a <span>."""\n'
            '    return Row("<limit>", "<span>", limits.get("<limit_id>", "<span_id>"), limits.used("<limit_id>"))\n',
        ),
        Work(
            "Mask <field> in the service desk, level <value>",
            "The desk needs to compare it, not to read it.",
            "config/masking.yml",
            "<field_id>: {level: <value>}",
            ("1", "2", "3", "4"),
        ),
    ),
    headers={
        "src/limits/changes.py": '"""When a changed limit takes effect."""\n\nfrom limits.types import Limit',
        "src/auth/step_up.py": '"""For how long a second factor is asked for, in minutes."""\n\nSTEP_UP_MINUTES_DEFAULT = 15',
        "src/notify/events.py": '"""How soon a player hears of an event, in seconds."""\n\nNOTIFY_SECONDS_DEFAULT = 60',
        "src/privacy/keys.py": '"""Which key set protects which field."""\n\nKEY_SET_DEFAULT = "2025-b"',
        "src/auth/locks.py": '"""How long an account is locked, in minutes."""\n\nLOCK_MINUTES_DEFAULT = 10',
        "src/limits/view.py": '"""Limits as the player sees them."""\n\nfrom limits.types import Limits, Row',
        "config/masking.yml": "# How much of a field the service desk sees.\ndefault: {level: 2}",
    },
    tests="tests/test_account.py",
    dependencies=("argon2-cffi", "pyjwt", "sqlalchemy", "pydantic", "cryptography", "structlog"),
)

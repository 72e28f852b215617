"""How the trading-tools squad speaks in bet-api."""

from tieout.demo.works import Vocabulary, Work

BET_API = Vocabulary(
    repo="bet-api",
    about="Accepts bets from web, mobile and partners.",
    tickets="TRD",
    slots={
        "bet": (
            "single",
            "accumulator",
            "system bet",
            "each-way",
            "bet builder",
            "cash-out",
            "free bet",
            "in-play single",
        ),
        "channel": ("web", "mobile", "partner api", "retail kiosk", "push"),
        "reason": (
            "price moved",
            "market suspended",
            "stake too high",
            "limit reached",
            "session ended",
            "self-excluded player",
            "location unknown",
            "duplicate request",
        ),
    },
    works=(
        Work(
            "Answer <reason> on <channel> with its own code",
            "Players saw a general error and tried again, which made it worse.",
            "src/bets/answers.ts",
            'export const ANSWER_<CHANNEL>_<REASON> = "<value>";',
            ("409-01", "409-02", "422-01", "423-01", "403-04"),
        ),
        Work(
            "Check <bet> against exposure before acceptance on <channel>",
            "The check ran after acceptance for this kind of bet.",
            "src/bets/checks.ts",
            "export function check<betCase><channelCase>(bet: Bet, exposure: Exposure): Verdict {\n"
            '  const room = exposure.room(bet.market);\n  return bet.stake > room ? refuse("limit reached", room) : accept(bet);\n}\n',
        ),
        Work(
            "Limit <channel> to <value> <bet> requests a minute",
            "Scripts place bets faster than hands do.",
            "config/rates.yml",
            "<channel_id>.<bet_id>: <value>",
            ("20", "30", "40", "60", "90", "120"),
        ),
        Work(
            "Delay in-play <bet> by <value> ms on <channel>",
            "The delay must be the same on every channel, or the fastest one is the one to be on.",
            "src/bets/delay.ts",
            "export const DELAY_<CHANNEL>_<BET>_MS = <value>;",
            ("4000", "5000", "6000", "7000", "8000"),
        ),
        Work(
            "Keep the idempotency key of <bet> <value> s",
            "A repeated request after a lost answer placed the bet twice.",
            "src/requests/keys.ts",
            "export const KEY_SECONDS_<BET> = <value>;",
            ("60", "120", "300", "600", "900"),
        ),
        Work(
            "Log refused <bet> with the reason <reason>",
            "Trading could not see how many bets a rule refuses.",
            "src/logging/refusals.ts",
            "export function log<betCase><reasonCase>(bet: Bet): Entry {\n"
            '  return entry("refused", { kind: "<bet>", reason: "<reason>", market: bet.market });\n}\n',
        ),
        Work(
            "Time out <channel> calls for <bet> after <value> ms",
            "One slow dependency took the connection pool with it.",
            "src/requests/timeouts.ts",
            "export const TIMEOUT_<CHANNEL>_<BET>_MS = <value>;",
            ("300", "500", "800", "1200", "2000"),
        ),
    ),
    headers={
        "src/bets/answers.ts": '// What a caller is told when a bet is refused.\n\nexport const ANSWER_DEFAULT = "400-00";',
        "src/bets/checks.ts": '// Checks that run before a bet is accepted.\n\nimport { Bet, Exposure, Verdict, accept, refuse } from "./types";',
        "config/rates.yml": "# Requests a minute, by channel and kind.\ndefault: 60",
        "src/bets/delay.ts": "// Delay of bets in play, by channel.\n\nexport const DELAY_DEFAULT_MS = 6000;",
        "src/requests/keys.ts": "// How long a repeated request is recognised.\n\nexport const KEY_SECONDS_DEFAULT = 300;",
        "src/logging/refusals.ts": '// Entries for refused bets.\n\nimport { Bet, Entry, entry } from "./entry";',
        "src/requests/timeouts.ts": "// How long a call may take.\n\nexport const TIMEOUT_DEFAULT_MS = 800;",
    },
    tests="tests/acceptance.test.ts",
    dependencies=("fastify", "zod", "pino", "ioredis", "undici", "vitest", "typescript"),
    language="typescript",
)

"""The words of the eight service repositories."""

from collections.abc import Mapping

from tieout.demo.vocabulary.bet_api import BET_API
from tieout.demo.vocabulary.feed_gateway import FEED_GATEWAY
from tieout.demo.vocabulary.market_config import MARKET_CONFIG
from tieout.demo.vocabulary.odds_engine import ODDS_ENGINE
from tieout.demo.vocabulary.player_account import PLAYER_ACCOUNT
from tieout.demo.vocabulary.promo_engine import PROMO_ENGINE
from tieout.demo.vocabulary.settlement import SETTLEMENT
from tieout.demo.vocabulary.wallet import WALLET
from tieout.demo.works import Vocabulary

VOCABULARIES: Mapping[str, Vocabulary] = {
    words.repo: words
    for words in (
        ODDS_ENGINE,
        MARKET_CONFIG,
        FEED_GATEWAY,
        BET_API,
        SETTLEMENT,
        WALLET,
        PLAYER_ACCOUNT,
        PROMO_ENGINE,
    )
}

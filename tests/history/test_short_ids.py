from hypothesis import given
from hypothesis import strategies as st

from tieout.history.short_ids import DIGITS, digits_of

IDS = st.lists(st.text("ab", min_size=40, max_size=40), max_size=8)


def test_eight_digits_and_more_only_for_those_that_share_them():
    assert digits_of(["a" * 40, "b" * 40]) == {"a" * 40: 8, "b" * 40: 8}
    near = ["a" * 10 + "b" * 30, "a" * 40, "b" * 40]
    assert digits_of(near) == {near[0]: 11, near[1]: 11, near[2]: 8}


@given(IDS)
def test_no_two_ids_share_their_digits(ids):
    digits = digits_of(ids)
    assert len({id_[:length] for id_, length in digits.items()}) == len(set(ids))
    assert all(length >= DIGITS for length in digits.values())

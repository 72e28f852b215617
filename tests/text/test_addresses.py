import pytest

from tieout.text.addresses import without_secrets, without_secrets_within


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://ada:s3cret@git.example/pay.git", "https://***@git.example/pay.git"),
        ("https://s3cret@git.example/pay", "https://***@git.example/pay"),
        ("https://ada:s3c@ret@git.example/pay", "https://***@git.example/pay"),
        ("https://ada:s3c/ret@git.example/pay", "https://***@git.example/pay"),
        ("http://ada:s3cret@git.example/pay", "http://***@git.example/pay"),
        ("https://git.example/pay?private_token=s3cret", "https://git.example/pay?***"),
        ("https://git.example/pay@2?token=s3cret", "https://git.example/pay@2?***"),
        ("ssh://git:s3cret@git.example:22/pay", "ssh://git:***@git.example:22/pay"),
    ],
)
def test_a_password_and_a_token_are_left_out(address, shown):
    assert without_secrets(address) == shown
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    "address",
    [
        "../pay",
        "/srv/git/@scope/pay",
        "git@git.example:ada/pay.git",
        "ssh://git@git.example:2222/pay",
        "https://git.example:8443/@scope/pay",
        "https://[2001:db8::1]:8443/pay",
        "file:///srv/git/pay",
        "",
    ],
)
def test_an_address_without_one_stays_as_it_is(address):
    assert without_secrets(address) == address


def test_what_git_says_of_an_address_is_shown_without_them_too():
    said = "fatal: unable to access 'https://ada:s3cret@git.example/pay/': no route"
    assert without_secrets_within(said) == "fatal: unable to access 'https://***@git.example/pay/': no route"

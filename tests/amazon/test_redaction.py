"""No secret that a server repeats reaches an error or a log, in whatever form it was sent."""

import json
from dataclasses import replace
from urllib.parse import quote

import pytest
from kognitos.bdk.api.errors import AuthenticationFailedError

from amazon_selling_partner.errors import RequestRefused, UnreadableAnswer
from amazon_selling_partner.marketplaces import Marketplace
from playground.local_amazon import DEMONSTRATION_SELLER, faults

ORDER = "902-3159896-1390916"
# Without the prefixes of Amazon's, so that only the known value gives it away; with all that encodings change.
SECRET = 'the"secret\\+/=&of'
FORMS = {
    "verbatim": str,
    "percent-encoded": lambda text: quote(text, safe=""),
    "escaped for JSON": lambda text: json.dumps(text)[1:-1],
}


@pytest.fixture(params=FORMS.values(), ids=FORMS)
def form(request):
    return request.param


def repeating(text):
    """A refusal that repeats a text wherever an error shows what Amazon said."""
    return faults.refused(400, text, text, text, x_amzn_RequestId=text)


def assert_hidden(error, log):
    assert "[hidden]" in str(error)
    assert [text for text in (str(error), repr(error), str(error.diagnostics), *log) if "secret" in text] == []


@pytest.mark.parametrize("field", ["refresh_token", "client_secret"])
def test_a_credential_is_hidden(make_amazon, connect, log_without_secrets, version, form, field):
    seller = replace(DEMONSTRATION_SELLER, **{field: SECRET})
    make_amazon(sellers=[seller]).faults.next(version.list, repeating(form(SECRET)))
    with pytest.raises(RequestRefused) as caught:
        connect(seller).retrieve_orders()
    assert_hidden(caught.value, log_without_secrets)


@pytest.mark.parametrize("field", ["refresh_token", "client_secret"])
def test_a_credential_that_the_login_repeats_is_hidden(make_amazon, connect, log_without_secrets, form, field):
    seller = replace(DEMONSTRATION_SELLER, **{field: SECRET})
    repeated = {"error": "invalid_grant", "error_description": form(SECRET), "request_id": form(SECRET)}
    make_amazon(sellers=[seller]).faults.next("login", faults.status(400, repeated))
    with pytest.raises(AuthenticationFailedError) as caught:
        connect(seller).retrieve_orders()
    assert_hidden(caught.value.__cause__, log_without_secrets)


def issued_as_secret(content):
    for key in ("access_token", "restrictedDataToken"):
        if key in content:
            content[key] = SECRET.replace(" ", "")
    return content


@pytest.mark.parametrize("issuer", ["login", "createRestrictedDataToken"])
@pytest.mark.usefixtures("v0")
def test_a_token_is_hidden(amazon, connect, log_without_secrets, form, issuer):
    amazon.faults.always(issuer, faults.changed(issued_as_secret))
    operation = "createRestrictedDataToken" if issuer == "login" else "getOrders"
    amazon.faults.always(operation, repeating(form(SECRET)))
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    assert_hidden(caught.value, log_without_secrets)


def test_the_tokens_of_earlier_calls_are_hidden(amazon, connect, log_without_secrets, version):
    connect().retrieve_orders()
    token = amazon.requests[-1].headers["x-amz-access-token"]
    amazon.tokens.revoke()
    connect().retrieve_orders()
    # Known by its value, since it is repeated without its prefix.
    amazon.faults.next(version.list, repeating(f"about {token}"))
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    assert caught.value.answer.message == "about [hidden]"


@pytest.mark.parametrize(
    "token",
    ["Atza|unknown", "Atzr|unknown", "Atz.sprdt|unknown", "Atc|unknown", "amzn1.oa2-cs.v1.unknown", "Atza%7Cunknown"],
)
def test_what_begins_as_amazons_tokens_do_is_hidden(amazon, connect, version, token):
    amazon.faults.next(version.list, repeating(f"Bad ({token}), sorry"))
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    assert caught.value.answer.message == "Bad ([hidden]), sorry"


def test_foreign_text_is_one_printable_line_of_bounded_length(amazon, connect, version):
    text = "one\ntwo\t \x1b[31mred \u202eback " + "x" * 10_000
    amazon.faults.next(version.list, faults.refused(400, "Bad", text))
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    message = caught.value.answer.message
    assert message.startswith("one two \ufffd[31mred \ufffdback xxx")
    assert len(message) == 601


def test_an_order_answered_instead_is_shown_by_its_id_alone(amazon, connect, version):
    def renamed(order_id):
        return faults.changed(lambda content: version.order(content).update({version.id_key: order_id}) or content)

    shown = []
    for answered in ("111-2222222-3333333", "Jane Roe"):
        amazon.faults.next(version.one, renamed(answered))
        with pytest.raises(UnreadableAnswer) as caught:
            connect().retrieve_order(Marketplace.US, ORDER)
        assert caught.value.diagnostics["order id requested"] == ORDER
        assert "Jane" not in str(caught.value)
        shown.append(caught.value.diagnostics.get("order id returned"))
    assert shown == ["111-2222222-3333333", None]

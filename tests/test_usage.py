"""The contract of the documented book 2.0.1, row by row as USAGE.md has it.

What Kognitos's client reads of it, end_to_end/test_descriptors.py compares with USAGE.md.
"""

import re
from pathlib import Path

import pytest

from amazon_selling_partner import AmazonSellingPartnerBook

USAGE = (Path(__file__).parents[1] / "USAGE.md").read_text(encoding="utf-8")
BOOK = AmazonSellingPartnerBook.__book__
PROCEDURES = {procedure.id: procedure for procedure in BOOK.procedures}

OVERVIEW = (
    "Amazon Selling Partner connects you to Amazon's marketplace to automate order retrieval and processing. "
    "This integration allows you to pull order data from your Amazon seller account and integrate it seamlessly "
    "into your workflows."
)
CONNECTION = "Connect using Refresh Token, Client ID and Client Secret"
ORDERS = "to retrieve (orders)"
ORDER = "to retrieve an (order) from amazon selling partner"

# The documented members, and IE, which is newer than the documentation.
MARKETPLACES = (
    "enum[AE, AU, BE, BR, CA, DE, EG, ES, FR, GB, IE, IN, IT, JP, MX, NL, PL, SA, SANDBOX, SE, SG, TR, US, ZA]"
)
STATUSES = (
    "PendingAvailability",
    "Pending",
    "Unshipped",
    "PartiallyShipped",
    "Shipped",
    "InvoiceUnconfirmed",
    "Canceled",
    "Unfulfillable",
)
US = "{'class_name': 'Marketplace', 'name': 'US', 'value': 'US'}"

ATTRIBUTES = [
    ("amazon_order_id", "The unique Amazon order identifier.", "text"),
    ("order_status", "The current status of the order.", "text"),
    ("purchase_date", "The date when the order was purchased.", "text"),
    ("last_update_date", "The date when the order was last updated.", "text"),
    ("marketplace_id", "The Amazon marketplace identifier.", "optional[text]"),
    ("fulfillment_channel", "The fulfillment channel (e.g., MFN, AFN).", "optional[text]"),
    ("order_type", "The type of order.", "optional[text]"),
    ("shipment_service_level_category", "The shipment service level category.", "optional[text]"),
    ("earliest_ship_date", "The earliest ship date.", "optional[text]"),
    ("latest_ship_date", "The latest ship date.", "optional[text]"),
    ("earliest_delivery_date", "The earliest delivery date.", "optional[text]"),
    ("latest_delivery_date", "The latest delivery date.", "optional[text]"),
    ("shipping_address", "The shipping address.", "optional[json]"),
    ("default_ship_from_location_address", "The default ship from location address.", "optional[json]"),
    ("number_of_items_shipped", "The number of items shipped.", "optional[number]"),
    ("number_of_items_unshipped", "The number of items unshipped.", "optional[number]"),
    ("payment_method", "The payment method.", "optional[text]"),
    ("payment_method_details", "List of payment method details.", "optional[list of text]"),
    ("buyer_info", "Buyer information.", "optional[json]"),
    ("is_business_order", "Whether this is a business order.", "optional[boolean]"),
    ("is_prime", "Whether this is a Prime order.", "optional[boolean]"),
    ("is_global_express_enabled", "Whether global express is enabled.", "optional[boolean]"),
    ("is_premium_order", "Whether this is a premium order.", "optional[boolean]"),
    ("is_sold_by_ab", "Whether sold by Amazon Business.", "optional[boolean]"),
    ("is_iba", "Whether this is an IBA order.", "optional[boolean]"),
    ("is_ispu", "Whether this is an ISPU order.", "optional[boolean]"),
    ("is_access_point_order", "Whether this is an access point order.", "optional[boolean]"),
    ("fulfillment_instruction", "Fulfillment instructions.", "optional[json]"),
    ("automated_shipping_settings", "Automated shipping settings.", "optional[json]"),
    ("sales_channel", "The sales channel.", "optional[text]"),
    ("order_channel", "The order channel.", "optional[text]"),
    ("ship_service_level", "The ship service level.", "optional[text]"),
    ("order_total", "The order total amount.", "optional[json]"),
    ("payment_execution_detail", "Payment execution details.", "optional[list of json]"),
]

ADDRESS = [
    ("name", "optional[text]"),
    ("address_line1", "optional[text]"),
    ("address_line2", "optional[text]"),
    ("address_line3", "optional[text]"),
    ("city", "optional[text]"),
    ("county", "optional[text]"),
    ("district", "optional[text]"),
    ("state_or_region", "optional[text]"),
    ("municipality", "optional[text]"),
    ("postal_code", "optional[text]"),
    ("country_code", "optional[text]"),
    ("phone", "optional[text]"),
    ("address_type", "optional[text]"),
]
SPECIFICATIONS = {
    "shipping_address": ADDRESS,
    "default_ship_from_location_address": ADDRESS,
    "buyer_info": [
        ("buyer_email", "optional[text]"),
        ("buyer_name", "optional[text]"),
        ("buyer_county", "optional[text]"),
        ("buyer_tax_info", "optional[json]"),
        ("purchase_order_number", "optional[text]"),
    ],
    "fulfillment_instruction": [("fulfillment_supply_source_id", "optional[text]")],
    "automated_shipping_settings": [
        ("has_automated_shipping_settings", "optional[boolean]"),
        ("automated_carrier", "optional[text]"),
        ("automated_ship_method", "optional[text]"),
    ],
}

ONE_ORDER = """retrieve an order from amazon selling partner with
    the marketplace is "US"
    the order id is "902-3159896-1390916\""""
EXAMPLES = {
    ORDERS: [
        (
            "Get orders created after a specific date",
            """retrieve orders from amazon selling partner with
    the marketplace is "US"
    the createdafter is "2024-11-01T00:00:00Z"
    the limit is 100""",
        ),
        (
            "Get orders last updated after a specific date",
            """retrieve orders from amazon selling partner with
    the marketplace is "US"
    the last updated is "2024-11-01T00:00:00Z\"""",
        ),
    ],
    ORDER: [
        ("Get a specific order by ID", ONE_ORDER),
        ("Get order and check status", ONE_ORDER),
        ("Get order and extract buyer email", ONE_ORDER),
    ],
}


def section(*titles: str) -> str:
    """Return what stands below a heading, reached through those above it, up to the next heading of its rank."""
    text = USAGE
    for title in titles:
        heading = re.search(rf"^(#+) {re.escape(title)}\n", text, re.MULTILINE)
        assert heading, f"USAGE.md has no heading {title!r}"
        text = re.split(rf"^#{{1,{len(heading[1])}}} ", text[heading.end() :], maxsplit=1, flags=re.MULTILINE)[0]
    return text


def table(*titles: str) -> list[tuple[str, ...]]:
    """Return the rows of the only table of a section, its head first, as plain text."""
    lines = [line for line in section(*titles).splitlines() if line.startswith("|")]
    rows = [tuple(plain(cell) for cell in line.strip("|").split("|")) for line in lines]
    assert all(re.fullmatch(r"-+", cell) for cell in rows[1])
    return [rows[0], *rows[2:]]


def plain(cell: str) -> str:
    return re.sub(r"\[`(\w+)`\]\(#[\w-]+\)", r"\1", cell).strip().removeprefix("`").removesuffix("`")


# Overview, connection and procedures

SENTENCES = {
    ("Amazon Selling Partner Reference",): OVERVIEW,
    ("Connectivity", CONNECTION): "Connect to Amazon Selling Partner API using LWA OAuth credentials.",
    ("Procedures", ORDERS): "Retrieve orders from Amazon Selling Partner API.",
    ("Procedures", ORDER): "Retrieve order details from Amazon Selling Partner API.",
    ("Concepts", "Amazon order"): "Amazon Selling Partner order information.",
}


@pytest.mark.parametrize("place", SENTENCES, ids=lambda place: place[-1])
def test_each_part_is_described_as_documented(place):
    assert f"\n{SENTENCES[place]}\n" in section(*place)


@pytest.mark.parametrize(
    ("part", "headings"),
    [("Connectivity", [CONNECTION]), ("Procedures", [ORDERS, ORDER]), ("Concepts", ["Amazon order"])],
)
def test_there_is_what_is_documented_and_no_more(part, headings):
    assert re.findall(r"^### (.*)", section(part), re.MULTILINE) == headings


def test_the_connection_asks_for_the_three_documented_credentials():
    assert table("Connectivity", CONNECTION) == [
        ("Label", "Description", "Type"),
        ("Refresh Token", "LWA refresh token from Seller Central", "sensitive"),
        ("Client ID", "LWA client ID (starts with amzn1.application-oa2-client)", "text"),
        ("Client Secret", "LWA client secret", "sensitive"),
    ]


def test_the_description_explains_a_list_from_dates_to_what_ends():
    text = section("Procedures", ORDERS)
    topics = ["Without any date", "**Limit and offset.**", "**Filters.**", "**Values.**", "**Later.**"]
    positions = [text.index(topic) for topic in topics]
    assert positions == sorted(positions)


def test_the_filters_that_save_quota_are_documented():
    assert (
        "Amazon itself applies filters on these two dates, the order status, the fulfillment channel and the "
        "amazon order id, which saves quota." in section("Procedures", ORDERS)
    )


@pytest.mark.parametrize("value", [*STATUSES, "MFN", "AFN"])
def test_every_status_and_channel_is_documented(value):
    assert re.search(rf"\b{value}\b", section("Procedures", ORDERS))


def test_the_inputs_of_a_list_are_the_documented_ones():
    after = 'after this date (e.g., "2024-11-01T00:00:00Z")'
    assert table("Procedures", ORDERS, "Input Concepts") == [
        ("Concept", "Description", "Type", "Required", "Default Value"),
        ("marketplace", "Amazon marketplace (e.g., US, CA, GB)", MARKETPLACES, "No", US),
        ("createdafter", f"Filter orders created {after}", "text", "No", "(no default)"),
        ("last updated", f"Filter orders last updated {after}", "text", "No", "(no default)"),
    ]


def test_the_inputs_of_one_order_are_the_documented_ones():
    order_id = 'The Amazon order identifier (e.g., "123-4567890-1234567")'
    assert table("Procedures", ORDER, "Input Concepts") == [
        ("Concept", "Description", "Type", "Required", "Default Value"),
        ("marketplace", "Amazon marketplace (e.g., US, CA, GB)", MARKETPLACES, "Yes", "(no default)"),
        ("order id", order_id, "text", "Yes", "(no default)"),
    ]


@pytest.mark.parametrize(
    ("procedure", "row"),
    [
        (ORDERS, ("orders", "List of Order objects", "amazon order")),
        (ORDER, ("order", "Order object with all available information", "amazon order")),
    ],
)
def test_the_output_of_a_procedure_is_the_documented_one(procedure, row):
    assert table("Procedures", procedure, "Output Concepts") == [("Concept", "Description", "Type"), row]


@pytest.mark.parametrize("procedure", [ORDERS, ORDER])
def test_the_documented_examples_come_first_word_for_word(procedure):
    text = section("Procedures", procedure, "Examples")
    examples = re.findall(r"^(\S.*)\n\n```generic\n((?:.+\n)+?)```$", text, re.MULTILINE)
    documented = [(title, f"{step}\n") for title, step in EXAMPLES[procedure]]
    assert examples[: len(documented)] == documented
    assert len(examples) <= 5


# The concept


def concept_attributes() -> list[tuple[str, ...]]:
    text, _, _ = section("Concepts", "Amazon order").partition("#### ")
    return [tuple(plain(cell) for cell in line.strip("|").split("|")) for line in text.splitlines() if line[:1] == "|"]


def test_the_concept_has_the_34_documented_attributes_in_order():
    head, _, *rows = concept_attributes()
    assert head == ("Field Name", "Description", "Type")
    assert rows == ATTRIBUTES
    assert len(rows) == 34


def test_there_are_the_five_documented_specifications_in_order():
    headings = re.findall(r"^##### (\w+) \(amazon order\)", USAGE, re.MULTILINE)
    assert headings == list(SPECIFICATIONS)


@pytest.mark.parametrize("attribute", SPECIFICATIONS)
def test_a_specification_has_its_documented_names_and_types(attribute):
    rows = table("Concepts", "Amazon order", "Concept attribute specifications", f"{attribute} (amazon order)")
    assert rows == [("Name", "Type"), *SPECIFICATIONS[attribute]]


# What USAGE.md does not show


def test_the_credentials_are_called_lwa_credentials():
    [connection] = BOOK.authentications
    assert connection.noun_phrase.to_string() == "lwa credentials"


@pytest.mark.parametrize(
    ("procedure", "words"),
    [
        ("retrieve_orders", ["get orders", "list orders", "find orders", "look up orders", "orders by order status"]),
        ("retrieve_order", ["get an order", "find an order", "look up an order", "order status"]),
    ],
)
def test_a_procedure_is_found_by_what_people_search_for(procedure, words):
    assert PROCEDURES[procedure].search_hints == words

"""The generated USAGE.md against the documented contract, row by row: automations rely on every word of it."""

import re
from pathlib import Path

import pytest

from amazon_selling_partner import AmazonSellingPartnerBook, __version__

USAGE = (Path(__file__).parent.parent / "USAGE.md").read_text(encoding="utf-8")

OVERVIEW = (
    "Amazon Selling Partner connects you to Amazon's marketplace to automate order retrieval and processing. "
    "This integration allows you to pull order data from your Amazon seller account and integrate it seamlessly into "
    "your workflows."
)
CONNECTION = [
    ["Refresh Token", "LWA refresh token from Seller Central", "sensitive"],
    ["Client ID", "LWA client ID (starts with amzn1.application-oa2-client)", "text"],
    ["Client Secret", "LWA client secret", "sensitive"],
]
MARKETPLACES = (
    "enum[AE, AU, BE, BR, CA, DE, EG, ES, FR, GB, IE, IN, IT, JP, MX, NL, PL, SA, SANDBOX, SE, SG, TR, US, ZA]"
)
US = "{'class_name': 'Marketplace', 'name': 'US', 'value': 'US'}"
ORDERS_INPUTS = [
    ["marketplace", "Amazon marketplace (e.g., US, CA, GB)", MARKETPLACES, "No", US],
    [
        "createdafter",
        'Filter orders created after this date (e.g., "2024-11-01T00:00:00Z")',
        "text",
        "No",
        "(no default)",
    ],
    [
        "last updated",
        'Filter orders last updated after this date (e.g., "2024-11-01T00:00:00Z")',
        "text",
        "No",
        "(no default)",
    ],
]
ORDER_INPUTS = [
    ["marketplace", "Amazon marketplace (e.g., US, CA, GB)", MARKETPLACES, "Yes", "(no default)"],
    ["order id", 'The Amazon order identifier (e.g., "123-4567890-1234567")', "text", "Yes", "(no default)"],
]
TEXT, FLAG, NUMBER, JSON = "optional[text]", "optional[boolean]", "optional[number]", "optional[json]"
ATTRIBUTES = [
    ["amazon_order_id", "The unique Amazon order identifier.", "text"],
    ["order_status", "The current status of the order.", "text"],
    ["purchase_date", "The date when the order was purchased.", "text"],
    ["last_update_date", "The date when the order was last updated.", "text"],
    ["marketplace_id", "The Amazon marketplace identifier.", TEXT],
    ["fulfillment_channel", "The fulfillment channel (e.g., MFN, AFN).", TEXT],
    ["order_type", "The type of order.", TEXT],
    ["shipment_service_level_category", "The shipment service level category.", TEXT],
    ["earliest_ship_date", "The earliest ship date.", TEXT],
    ["latest_ship_date", "The latest ship date.", TEXT],
    ["earliest_delivery_date", "The earliest delivery date.", TEXT],
    ["latest_delivery_date", "The latest delivery date.", TEXT],
    ["shipping_address", "The shipping address.", JSON],
    ["default_ship_from_location_address", "The default ship from location address.", JSON],
    ["number_of_items_shipped", "The number of items shipped.", NUMBER],
    ["number_of_items_unshipped", "The number of items unshipped.", NUMBER],
    ["payment_method", "The payment method.", TEXT],
    ["payment_method_details", "List of payment method details.", "optional[list of text]"],
    ["buyer_info", "Buyer information.", JSON],
    ["is_business_order", "Whether this is a business order.", FLAG],
    ["is_prime", "Whether this is a Prime order.", FLAG],
    ["is_global_express_enabled", "Whether global express is enabled.", FLAG],
    ["is_premium_order", "Whether this is a premium order.", FLAG],
    ["is_sold_by_ab", "Whether sold by Amazon Business.", FLAG],
    ["is_iba", "Whether this is an IBA order.", FLAG],
    ["is_ispu", "Whether this is an ISPU order.", FLAG],
    ["is_access_point_order", "Whether this is an access point order.", FLAG],
    ["fulfillment_instruction", "Fulfillment instructions.", JSON],
    ["automated_shipping_settings", "Automated shipping settings.", JSON],
    ["sales_channel", "The sales channel.", TEXT],
    ["order_channel", "The order channel.", TEXT],
    ["ship_service_level", "The ship service level.", TEXT],
    ["order_total", "The order total amount.", JSON],
    ["payment_execution_detail", "Payment execution details.", "optional[list of json]"],
]
ADDRESS = [
    [name, TEXT]
    for name in [
        "name",
        "address_line1",
        "address_line2",
        "address_line3",
        "city",
        "county",
        "district",
        "state_or_region",
        "municipality",
        "postal_code",
        "country_code",
        "phone",
        "address_type",
    ]
]
SPECIFICATIONS = {
    "shipping_address": ADDRESS,
    "default_ship_from_location_address": ADDRESS,
    "buyer_info": [
        ["buyer_email", TEXT],
        ["buyer_name", TEXT],
        ["buyer_county", TEXT],
        ["buyer_tax_info", JSON],
        ["purchase_order_number", TEXT],
    ],
    "fulfillment_instruction": [["fulfillment_supply_source_id", TEXT]],
    "automated_shipping_settings": [
        ["has_automated_shipping_settings", FLAG],
        ["automated_carrier", TEXT],
        ["automated_ship_method", TEXT],
    ],
}
ORDER_STEP = """retrieve an order from amazon selling partner with
    the marketplace is "US"
    the order id is "902-3159896-1390916\""""
EXAMPLES = {
    "Get orders created after a specific date": """retrieve orders from amazon selling partner with
    the marketplace is "US"
    the createdafter is "2024-11-01T00:00:00Z"
    the limit is 100""",
    "Get orders last updated after a specific date": """retrieve orders from amazon selling partner with
    the marketplace is "US"
    the last updated is "2024-11-01T00:00:00Z\"""",
    "Get a specific order by ID": ORDER_STEP,
    "Get order and check status": ORDER_STEP,
    "Get order and extract buyer email": ORDER_STEP,
}


def section(*headings: str) -> str:
    """Return the text below a heading, found below the heading before it, up to the next of its level or above."""
    text = USAGE
    for heading in headings:
        level = heading.split(" ", 1)[0]
        found = re.split(rf"^{re.escape(heading)}$", text, maxsplit=1, flags=re.MULTILINE)
        assert len(found) == 2, f"no heading {heading!r}"
        text = re.split(rf"^#{{1,{len(level)}}} ", found[1], maxsplit=1, flags=re.MULTILINE)[0]
    return text


def rows(text: str) -> list[list[str]]:
    """Return the rows of the first table, links and code marks removed."""
    table = re.search(r"(?:^\|.*\|\n?)+", text, re.MULTILINE)
    assert table, "no table"
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[0].strip().splitlines()[2:]]
    return [[re.sub(r"\[?`([^`]*)`\]?(?:\([^)]*\))?", r"\1", cell.strip("| ")) for cell in row] for row in cells]


ORDERS, ORDER = "### to retrieve (orders)", "### to retrieve an (order) from amazon selling partner"


def test_the_overview_is_the_documented_one():
    assert USAGE.split("\n\n")[1:3] == ["# Amazon Selling Partner Reference", OVERVIEW]


def test_the_connection_is_the_documented_one():
    text = section("## Connectivity", "### Connect using Refresh Token, Client ID and Client Secret")
    assert text.strip().startswith("Connect to Amazon Selling Partner API using LWA OAuth credentials.\n")
    assert rows(text) == CONNECTION


def test_there_is_one_connection_two_procedures_and_one_concept():
    assert re.findall(r"^### (.*)", USAGE, re.MULTILINE) == [
        "Connect using Refresh Token, Client ID and Client Secret",
        "to retrieve (orders)",
        "to retrieve an (order) from amazon selling partner",
        "Amazon order",
    ]


@pytest.mark.parametrize(
    ("procedure", "sentence", "inputs", "output"),
    [
        (
            ORDERS,
            "Retrieve orders from Amazon Selling Partner API.",
            ORDERS_INPUTS,
            ["orders", "List of Order objects", "amazon order"],
        ),
        (
            ORDER,
            "Retrieve order details from Amazon Selling Partner API.",
            ORDER_INPUTS,
            ["order", "Order object with all available information", "amazon order"],
        ),
    ],
    ids=["retrieve orders", "retrieve an order"],
)
def test_a_procedure_is_the_documented_one(procedure, sentence, inputs, output):
    assert f"\n{sentence}\n" in section("## Procedures", procedure)
    assert rows(section("## Procedures", procedure, "#### Input Concepts")) == inputs
    assert rows(section("## Procedures", procedure, "#### Output Concepts")) == [output]


@pytest.mark.parametrize("title", EXAMPLES)
def test_a_documented_example_is_there_word_for_word(title):
    assert f"{title}\n\n```generic\n{EXAMPLES[title]}\n```" in USAGE


def test_the_concept_has_the_documented_attributes_in_order():
    text = section("## Concepts", "### Amazon order")
    assert "\nAmazon Selling Partner order information.\n" in text
    assert rows(text) == ATTRIBUTES
    assert len(ATTRIBUTES) == 34


@pytest.mark.parametrize("attribute", SPECIFICATIONS)
def test_an_attribute_specification_is_the_documented_one(attribute):
    heading = f"##### {attribute} (amazon order)"
    assert rows(section("## Concepts", "#### Concept attribute specifications", heading)) == SPECIFICATIONS[attribute]


def test_there_are_no_other_specifications():
    assert re.findall(r"^##### (\w+)", USAGE, re.MULTILINE) == list(SPECIFICATIONS)


def test_orders_can_be_filtered_and_paged():
    described = AmazonSellingPartnerBook.retrieve_orders.__procedure__
    assert described.filter_capable
    assert described.page_capable


def test_neither_procedure_changes_anything_at_amazon():
    for procedure in (AmazonSellingPartnerBook.retrieve_orders, AmazonSellingPartnerBook.retrieve_order):
        assert procedure.__procedure__.is_mutation is False


def test_the_book_has_its_documented_name_and_version():
    described = AmazonSellingPartnerBook.__book__
    assert (described.name, __version__) == ("Amazon Selling Partner", "2.1.0")
    assert described.tags

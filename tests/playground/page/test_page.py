"""The page without a browser: what a person sees and does."""

import csv
import io
import json
import re

from nicegui import ui

from playground.local_amazon import DEMONSTRATION_SELLER
from playground.page import steps
from playground.page.live import LiveView
from playground.page.markup import Text
from playground.page.session import AnotherStepRuns
from tests.playground.page.support import ONE, one, until, used_by


async def run(user, session, step):
    """Write a step and run it, until its end is drawn."""
    one(user, "step").set_value(step)
    user.find(marker="run").click()
    if session.running or session.entries:
        entry = session.entries[-1]
        until(lambda: entry.state != "running")
    await user.should_see(marker="hood", retries=50)


def is_shown(user, marker):
    return "hidden" not in one(user, marker).classes


async def test_the_form_is_drawn_from_what_the_book_says(user, session):
    for credential in session.credentials:
        await user.should_see(credential.label)
        await user.should_see(credential.description)
    assert one(user, "credential-client_id").value == DEMONSTRATION_SELLER.client_id


async def test_secrets_are_masked_kept_and_not_in_the_page(user, session):
    for name in ("refresh_token", "client_secret"):
        field = one(user, f"credential-{name}")
        assert (field.value, field.props["type"]) == ("", "password")
        assert "kept in memory" in field.props["placeholder"]
    everything = json.dumps([element.props for element in user.client.elements.values()], default=str)
    assert DEMONSTRATION_SELLER.client_id in everything
    assert not re.search(r"Atz[ar]\||amzn1\.oa2-cs", everything)


async def test_the_connection_test_says_what_the_book_says_in_place(user, session):
    user.find(marker="test-connection").click()
    await user.should_see("accepts these credentials", retries=50)
    await user.should_see("connected", retries=50)

    user.find(marker="credential-client_secret").type("amzn1.oa2-cs.v1.wrong").trigger("keydown.enter")
    await user.should_see(marker="failure", retries=50)
    assert one(user, "credential-client_secret").value == ""
    await user.should_see("refused", retries=50)
    await user.should_not_see("wrong")


async def test_the_demonstration_credentials_come_back(user, session):
    one(user, "credential-client_id").set_value("amzn1.application-oa2-client.other")
    user.find(marker="test-connection").click()
    await user.should_see("refused", retries=50)
    user.find(marker="restore-credentials").click()
    assert one(user, "credential-client_id").value == DEMONSTRATION_SELLER.client_id
    await user.should_see("not tested", retries=50)


async def test_the_documented_steps_can_be_picked(user, session):
    documented = {
        example.snippet: example.description
        for _, procedure in session.workspace.library.procedures
        for example in reversed(procedure.examples)
    }
    picked = {}
    for number in range(1, len(documented) + 1):
        user.find(marker="examples").click()
        example = one(user, f"example-{number}")
        user.find(marker=f"example-{number}").click()
        picked[one(user, "step").value] = next(text.text for text in example.descendants() if isinstance(text, Text))
    assert picked == documented


async def test_orders_are_a_table_with_charts_and_a_count(user, session):
    await run(user, session, "retrieve orders")
    orders = session.entries[-1].answer
    await user.should_see(f"{len(orders)} orders")
    assert len(user.find(marker="chart").elements) == 3
    rows = one(user, "orders").rows
    assert [row["id"] for row in rows] == [order["amazon_order_id"] for order in orders[:25]]


async def test_absent_values_are_absent_in_the_table_and_not_words(user, session):
    await run(user, session, 'retrieve orders whose order status is "Pending"')
    [row] = one(user, "orders").rows
    assert row["order_total"] is None
    assert row["shipping_address.city"] is None
    assert row["is_prime"] == "no"


async def test_rows_are_sorted_filtered_and_cut_into_pages_on_the_server(make_session):
    session = make_session(60)
    async with used_by(session) as user:
        await run(user, session, "retrieve orders")
        table = one(user, "orders")
        pagination = {**table.pagination, "sortBy": "purchase_date", "descending": False, "page": 2}
        user.find(marker="orders").trigger("request", {"pagination": pagination})
        dates = [row["purchase_date"] for row in table.rows]
        assert dates == sorted(dates)
        assert table.pagination["rowsNumber"] == len(session.entries[-1].answer)

        user.find(marker="filter").type("pending")
        assert {row["order_status"] for row in table.rows} <= {"Pending", "PendingAvailability"}
        assert table.pagination["page"] == 1
        await user.should_see(f"{len(table.rows)} of {len(session.entries[-1].answer)} match")


async def test_a_head_sorts_upwards_then_downwards_then_as_amazon_does(user, session):
    await run(user, session, "retrieve orders")
    table = one(user, "orders")
    amazons = [row["id"] for row in table.rows]
    dates = []
    for _ in range(2):
        user.find(marker="orders").trigger("sort", "purchase_date")
        dates.append([row["purchase_date"] for row in table.rows])
    assert dates == [sorted(dates[0]), sorted(dates[1], reverse=True)]
    user.find(marker="orders").trigger("sort", "purchase_date")
    assert [row["id"] for row in table.rows] == amazons


async def test_amazons_order_is_restored_by_a_button(user, session):
    await run(user, session, "retrieve orders")
    table = one(user, "orders")
    amazons = [row["id"] for row in table.rows]
    user.find(marker="orders").trigger("sort", "order_total")
    assert [row["id"] for row in table.rows] != amazons
    user.find(marker="unsort").click()
    assert [row["id"] for row in table.rows] == amazons


async def test_columns_are_chosen_and_stay_chosen_for_the_next_answer(user, session):
    await run(user, session, "retrieve orders")
    user.find(marker="columns").click()
    user.find(marker="column-buyer_info.buyer_email").click()
    user.find(marker="column-is_prime").click()
    names = [column["name"] for column in one(user, "orders").columns]
    assert "buyer_info.buyer_email" in names
    assert "is_prime" not in names
    await run(user, session, "retrieve orders with the limit is 5")
    assert [column["name"] for column in one(user, "orders").columns] == names


async def test_columns_are_searched_and_reset(user, session):
    await run(user, session, "retrieve orders with the limit is 5")
    usual = [column["name"] for column in one(user, "orders").columns]
    user.find(marker="columns").click()
    user.find(marker="column-search").type("CITY shipping")
    seen = [marker for marker in ("shipping_address.city", "is_prime") if is_shown(user, f"column-{marker}")]
    assert seen == ["shipping_address.city"]

    user.find(marker="column-all").click()
    assert len(one(user, "orders").columns) > 60
    user.find(marker="column-reset").click()
    assert [column["name"] for column in one(user, "orders").columns] == usual
    assert not one(user, "column-last_update_date").value


async def test_one_order_is_a_card_with_dashes_for_absent_values(user, session):
    await run(user, session, ONE)
    await user.should_see(marker="card")
    await user.should_see("902-3159896-1390916")
    for part in ("Shipping address", "Buyer info", "Default ship from location address"):
        await user.should_see(part)
    await user.should_see("—")
    await user.should_not_see("None")


async def test_an_order_of_the_table_opens_as_a_card(user, session):
    await run(user, session, "retrieve orders with the limit is 5")
    order = session.entries[-1].answer[2]
    user.find(marker="orders").trigger("open", order["amazon_order_id"])
    await user.should_see(marker="sheet")
    await user.should_see("Automated shipping settings")


async def test_csv_has_the_rows_and_columns_that_are_shown(user, session):
    await run(user, session, "retrieve orders")
    user.find(marker="filter").type("unshipped")
    user.find(marker="orders").trigger("sort", "order_total")
    shown = [row["id"] for row in one(user, "orders").rows]
    await user.should_see(f"CSV as shown: {len(shown)} orders, 7 columns")

    user.find(marker="export-csv").click()
    saved = await user.download.next()
    rows = list(csv.DictReader(io.StringIO(saved.content.decode("utf-8-sig"))))
    assert [row["amazon_order_id"] for row in rows] == shown
    assert {"order_total.amount", "shipping_address.city"} < set(rows[0])
    assert "shipping_address.country_code" not in rows[0]


async def test_json_has_the_whole_answer(user, session):
    await run(user, session, "retrieve orders")
    user.find(marker="filter").type("unshipped")
    user.find(marker="export-json").click()
    assert json.loads((await user.download.next()).content) == session.entries[-1].answer


async def test_the_csv_of_one_order_has_every_attribute(user, session):
    await run(user, session, ONE)
    user.find(marker="export-csv").click()
    [row] = csv.DictReader(io.StringIO((await user.download.next()).content.decode("utf-8-sig")))
    assert set(session.entries[-1].attributes) <= {name.partition(".")[0] for name in row}


async def test_no_orders_are_told_as_that(user, session):
    await run(user, session, 'retrieve orders whose order status is "Nonsense"')
    await user.should_see(marker="empty")
    await user.should_see("No orders")


async def test_an_error_shows_sentence_cure_and_folded_diagnostics(user, session):
    await run(user, session, ONE.replace("1390916", "0000000"))
    await user.should_see("Amazon has no such order in the region of the marketplace.")
    await user.should_see("Check the order id in Seller Central")
    assert "open" not in one(user, "diagnostics").props
    await user.should_see("request id")


async def test_an_error_of_the_step_shows_what_to_write(user, session):
    await run(user, session, 'retrieve orders whose order status is "Shiped"')
    await user.should_see("did you mean")
    assert one(user, "diagnostics").props["open"]


async def test_the_word_that_is_not_understood_is_marked_with_its_hint(user, session):
    one(user, "step").set_value('retrieve orders\n    whose ordr status is "x"')
    user.find(marker="run").click()
    await user.should_see('Did you mean "order status"?')
    assert [mark["class"] for mark in one(user, "step").decorations] == ["wrong"]
    [mark] = one(user, "step").decorations
    assert one(user, "step").value[mark["from"] : mark["to"]] == "ordr"
    assert session.entries == []


async def test_a_step_that_ends_too_early_is_marked_at_its_end(user, session):
    one(user, "step").set_value("retrieve orders whose")
    assert one(user, "step").decorations == []
    user.find(marker="run").click()
    [mark] = one(user, "step").decorations
    assert (mark["kind"], mark["position"]) == ("widget", len("retrieve orders whose"))


async def test_while_somebody_writes_only_what_is_behind_is_marked(user, session):
    one(user, "step").set_value("retrieve orders whose ordr")
    assert one(user, "step").decorations == []
    one(user, "step").set_value('retrieve orders whose ordr status is "x"')
    assert len(one(user, "step").decorations) == 1
    one(user, "step").set_value('retrieve orders whose order status is "x"')
    assert one(user, "step").decorations == []


async def test_a_step_that_cannot_be_read_replaces_the_answer_before(user, session):
    await run(user, session, "retrieve orders with the limit is 3")
    one(user, "step").set_value("retrieve ordrs")
    user.find(marker="run").click()
    await user.should_see("This step cannot be read, so it was not run.")
    await user.should_not_see(marker="orders")
    user.find(marker="entry-1").click()
    await user.should_see(marker="orders")


async def test_the_history_shows_equal_runs_as_one(user, session):
    for step in (ONE, "retrieve orders with the limit is 3", ONE):
        await run(user, session, step)
    await user.should_see("1 order · 2 runs")
    await user.should_not_see(marker="entry-1")
    await user.should_see(marker="entry-2")


async def test_the_history_can_be_cleared(user, session):
    await run(user, session, ONE)
    user.find(marker="clear-history").click()
    await user.should_not_see(marker="entry-1")
    await user.should_see("Run a step to see its answer")
    await run(user, session, ONE)
    await user.should_see(marker="entry-2")


async def test_the_history_brings_back_a_step_and_its_answer(user, session):
    await run(user, session, "retrieve orders with the limit is 3")
    await run(user, session, ONE)
    await user.should_see(marker="card")
    user.find(marker="entry-1").click()
    await user.should_see("3 orders")
    assert one(user, "step").value == "retrieve orders with the limit is 3"


async def test_a_page_that_is_opened_anew_shows_the_last_answer(user, session):
    await run(user, session, "retrieve orders with the limit is 3")
    await user.open("/")
    await user.should_see("3 orders")
    assert isinstance(one(user, "orders"), ui.table)


async def test_a_second_tab_shows_the_step_that_runs_and_its_history(make_session):
    session = make_session(2100)
    entry = session.start("retrieve orders")
    async with used_by(session) as user:
        await user.should_see(marker="live")
        await user.should_see("Waiting for Amazon's quota of getOrders", retries=100)
        user.find(marker="cancel").click()
        until(lambda: entry.state == "cancelled")
        await user.should_see("Nothing is shown, because it would be incomplete.", retries=50)
        await user.should_see(marker="entry-1")


async def test_one_step_at_a_time_is_told_below_the_editor(user, session, monkeypatch):
    def busy(step):
        raise AnotherStepRuns("Another step is running.")

    monkeypatch.setattr(session, "start", busy)
    user.find(marker="run").click()
    await user.should_see("Another step is running.")


async def test_on_a_phone_rows_are_sorted_by_a_choice(user, session):
    await run(user, session, "retrieve orders")
    one(user, "sort").set_value("purchase_date")
    dates = [row["purchase_date"] for row in one(user, "orders").rows]
    assert dates == sorted(dates)


async def test_a_step_that_ends_while_it_is_drawn_is_not_drawn_half(user, session, monkeypatch):
    class Sudden(LiveView):
        def __init__(self, session, entry):
            super().__init__(session, entry)
            until(lambda: entry.state != "running")

    monkeypatch.setattr(steps, "LiveView", Sudden)
    one(user, "step").set_value("retrieve orders with the limit is 3")
    user.find(marker="run").click()
    await user.should_not_see(marker="hood", retries=1)
    await user.should_see("3 orders", retries=50)
    await user.should_see(marker="hood")

"""The page without a browser: what a person sees and does."""

import asyncio
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


async def test_the_form_shows_credentials_and_masks_secrets(user, session):
    for credential in session.credentials:
        await user.should_see(credential.label)
        await user.should_see(credential.description)
    assert one(user, "credential-client_id").value == DEMONSTRATION_SELLER.client_id
    for name in ("refresh_token", "client_secret"):
        field = one(user, f"credential-{name}")
        assert (field.value, field.props["type"]) == ("", "password")
        assert "kept in memory" in field.props["placeholder"]
    everything = json.dumps([element.props for element in user.client.elements.values()], default=str)
    assert DEMONSTRATION_SELLER.client_id in everything
    assert not re.search(r"Atz[ar]\||amzn1\.oa2-cs", everything)


async def test_the_connection_test_shows_its_result_in_place(user, session):
    user.find(marker="test-connection").click()
    await user.should_see("accepts these credentials", retries=50)
    await user.should_see("connected", retries=50)

    user.find(marker="credential-client_secret").type("amzn1.oa2-cs.v1.wrong").trigger("keydown.enter")
    await user.should_see(marker="failure", retries=50)
    assert one(user, "credential-client_secret").value == ""
    await user.should_see("refused", retries=50)
    await user.should_not_see("wrong")


async def test_the_demonstration_credentials_can_be_restored(user, session):
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


async def test_orders_are_a_table_that_can_be_sorted(user, session):
    await run(user, session, "retrieve orders")
    orders = session.entries[-1].answer
    await user.should_see(f"{len(orders)} orders")
    assert len(user.find(marker="chart").elements) == 3
    table = one(user, "orders")

    def column(name):
        return [row[name] for row in table.rows]

    original = [order["amazon_order_id"] for order in orders[:25]]
    assert column("id") == original
    dates = []
    for _ in range(2):
        user.find(marker="orders").trigger("sort", "purchase_date")
        dates.append(column("purchase_date"))
        assert one(user, "sort").value == "purchase_date"  # on a phone
    assert dates == [sorted(dates[0]), sorted(dates[1], reverse=True)]
    user.find(marker="orders").trigger("sort", "purchase_date")
    assert (column("id"), one(user, "sort").value) == (original, "")

    one(user, "sort").set_value("purchase_date")
    assert column("purchase_date") == dates[0]
    user.find(marker="unsort").click()
    assert column("id") == original


async def test_absent_values_are_empty_cells(user, session):
    await run(user, session, 'retrieve orders whose order status is "Pending"')
    [row] = one(user, "orders").rows
    assert row["order_total"] is None
    assert row["shipping_address.city"] is None
    assert row["is_prime"] == "no"


async def test_the_server_sorts_filters_and_pages_rows(make_session):
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


async def test_columns_are_searched_chosen_kept_and_reset(user, session):
    def columns():
        return [column["name"] for column in one(user, "orders").columns]

    await run(user, session, "retrieve orders")
    usual = columns()
    user.find(marker="columns").click()
    user.find(marker="column-search").type("CITY shipping")
    markers = [f"column-{name}" for name in ("shipping_address.city", "is_prime")]
    assert ["hidden" in one(user, marker).classes for marker in markers] == [False, True]
    user.find(marker="column-buyer_info.buyer_email").click()
    user.find(marker="column-is_prime").click()
    chosen = columns()
    assert "buyer_info.buyer_email" in chosen
    assert "is_prime" not in chosen

    await run(user, session, "retrieve orders with the limit is 5")
    assert columns() == chosen
    user.find(marker="columns").click()
    user.find(marker="column-all").click()
    assert len(columns()) > 60
    user.find(marker="column-reset").click()
    assert columns() == usual
    assert not one(user, "column-last_update_date").value


async def test_one_order_is_a_card_and_a_csv_of_all_attributes(user, session):
    await run(user, session, ONE)
    await user.should_see(marker="card")
    await user.should_see("902-3159896-1390916")
    for part in ("Shipping address", "Buyer info", "Default ship from location address"):
        await user.should_see(part)
    await user.should_see("—")
    await user.should_not_see("None")

    user.find(marker="export-csv").click()
    [row] = csv.DictReader(io.StringIO((await user.download.next()).content.decode("utf-8-sig")))
    assert set(session.entries[-1].attributes) <= {name.partition(".")[0] for name in row}


async def test_csv_is_the_table_and_json_the_answer(user, session):
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

    user.find(marker="export-json").click()
    assert json.loads((await user.download.next()).content) == session.entries[-1].answer


async def test_an_empty_answer_says_no_orders(user, session):
    await run(user, session, 'retrieve orders whose order status is "Nonsense"')
    await user.should_see(marker="empty")
    await user.should_see("No orders")


async def test_an_error_shows_sentence_cure_and_diagnostics(user, session):
    await run(user, session, ONE.replace("1390916", "0000000"))
    await user.should_see("Amazon has no such order in the region of the marketplace.")
    await user.should_see("Check the order id in Seller Central")
    assert "open" not in one(user, "diagnostics").props
    await user.should_see("request id")
    await run(user, session, 'retrieve orders whose order status is "Shiped"')
    await user.should_see("did you mean")
    assert one(user, "diagnostics").props["open"]


async def test_a_wrong_step_is_marked_and_replaces_the_answer(user, session):
    await run(user, session, "retrieve orders with the limit is 3")
    one(user, "step").set_value('retrieve orders\n    whose ordr status is "x"')
    user.find(marker="run").click()
    await user.should_see('Did you mean "order status"?')
    await user.should_see("This step cannot be read, so it was not run.")
    await user.should_not_see(marker="orders")
    [mark] = one(user, "step").decorations
    assert mark["class"] == "wrong"
    assert one(user, "step").value[mark["from"] : mark["to"]] == "ordr"
    user.find(marker="entry-1").click()
    await user.should_see(marker="orders")


async def test_while_typing_only_finished_words_are_marked(user, session):
    marks = []
    for step in ("retrieve orders whose ordr", 'retrieve orders whose ordr status is "x"', "retrieve orders whose"):
        one(user, "step").set_value(step)
        marks.append(len(one(user, "step").decorations))
    assert marks == [0, 1, 0]
    user.find(marker="run").click()
    [mark] = one(user, "step").decorations
    assert (mark["kind"], mark["position"]) == ("widget", len("retrieve orders whose"))
    assert session.entries == []


async def test_the_history_restores_steps_and_can_be_cleared(user, session):
    for step in (ONE, "retrieve orders with the limit is 3", ONE):
        await run(user, session, step)
    await user.should_see("1 order · 2 runs")
    await user.should_not_see(marker="entry-1")
    await user.should_see(marker="card")
    user.find(marker="entry-2").click()
    await user.should_see("3 orders")
    assert one(user, "step").value == "retrieve orders with the limit is 3"

    user.find(marker="clear-history").click()
    await user.should_not_see(marker="entry-2")
    await user.should_see("Run a step to see its answer")
    await run(user, session, ONE)
    await user.should_see(marker="entry-4")


async def test_a_reloaded_page_shows_the_last_answer(user, session):
    await run(user, session, "retrieve orders with the limit is 3")
    await user.open("/")
    await user.should_see("3 orders")
    assert isinstance(one(user, "orders"), ui.table)


async def test_a_second_tab_counts_down_the_wait_and_cancels(make_session):
    session = make_session(2100)
    entry = session.start("retrieve orders")
    async with used_by(session) as user:
        await user.should_see(marker="live")
        await user.should_see("Waiting for Amazon's quota of getOrders", retries=100)
        await user.should_see("2,000 orders on 20 pages so far")
        entry.progress.wait_ends -= 10
        while not re.search(r"getOrders: 0:[1-4]\d left", one(user, "wait").text):
            await asyncio.sleep(0.01)
        user.find(marker="cancel").click()
        until(lambda: entry.state == "cancelled")
        await user.should_see("Nothing is shown, because it would be incomplete.", retries=50)
        await user.should_see("Cancelled. 2,000 orders had been read.")
        await user.should_see(marker="entry-1")


async def test_a_second_step_is_refused_below_the_editor(user, session, monkeypatch):
    def busy(step):
        raise AnotherStepRuns("Another step is running.")

    monkeypatch.setattr(session, "start", busy)
    user.find(marker="run").click()
    await user.should_see("Another step is running.")


async def test_a_step_that_ends_while_drawn_is_drawn_complete(user, session, monkeypatch):
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

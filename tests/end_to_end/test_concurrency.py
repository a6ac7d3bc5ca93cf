"""Many steps at once, each with a new book, as a runtime makes them."""

from concurrent.futures import ThreadPoolExecutor

from playground.local_amazon.seed import seeded_orders
from tests.support import NOW

ORDER = 'retrieve an order from amazon selling partner with the marketplace is "US", the order id is "{}"'
IDS = [order["AmazonOrderId"] for order in seeded_orders(NOW) if order["MarketplaceId"] == "ATVPDKIKX0DER"][:16]


def test_parallel_steps_get_their_own_answers_with_one_login(amazon, workspace):
    steps = [workspace.library.read(ORDER.format(order_id)) for order_id in IDS]
    with ThreadPoolExecutor(len(steps)) as pool:
        answers = list(pool.map(workspace.run, steps))
    assert [answer["amazon_order_id"] for answer in answers] == IDS
    assert len(IDS) == 16
    assert len(amazon.calls("login")) == 1
    assert len(amazon.calls("getOrder")) == 16


def test_every_request_gets_a_new_book(amazon, workspace, host, monkeypatch):
    [hosted] = host.books
    books = []
    original = hosted.cls.__init__

    def recording(book, *arguments):
        books.append(book)
        original(book, *arguments)

    monkeypatch.setattr(hosted.cls, "__init__", recording)
    step = workspace.library.read(ORDER.format(IDS[0]))
    for _ in range(3):
        workspace.run(step)
    assert len({id(book) for book in books}) == 3


def test_a_second_step_costs_one_call(amazon, workspace):
    for step, operation in [("retrieve orders", "getOrders"), (ORDER.format(IDS[0]), "getOrder")]:
        workspace.run(workspace.library.read(step))
        amazon.requests.clear()
        workspace.run(workspace.library.read(step))
        assert [request.operation for request in amazon.requests] == [operation]

"""What threads share by a key: bounded, and created once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from amazon_selling_partner.amazon.registry import Registry


def test_an_item_is_made_once():
    registry = Registry(2)
    item = registry.get("one", object)
    assert registry.get("one", object) is item
    assert registry.get("two", object) is not item


def test_the_least_recently_used_item_goes_first():
    registry = Registry(2)
    one, two = registry.get("one", object), registry.get("two", object)
    registry.get("one", object)
    three = registry.get("three", object)
    assert registry.values() == [one, three]
    assert registry.get("one", object) is one
    assert registry.get("two", object) is not two


def test_sixteen_threads_make_one_item():
    registry, start = Registry(2), threading.Barrier(16)

    def make():
        time.sleep(1e-4)  # lets the others come in, if they can
        return object()

    def get(_):
        start.wait(10)
        return registry.get("one", make)

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(get, range(16)))) == 1

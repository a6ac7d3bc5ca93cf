"""What the tests of the page share: a user without a browser, and one with."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from nicegui import ui
from nicegui.testing.user import User
from nicegui.testing.user_simulation import user_simulation
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from playground.page.app import page_of
from playground.page.session import Session
from tests.playground.support import started

__all__ = ["ONE", "Browser", "one", "served", "until", "used_by"]

# The documented step for one order, on a line.
ONE = (
    'retrieve an order from amazon selling partner with the marketplace is "US", the order id is "902-3159896-1390916"'
)
# Long enough for a machine that does much else; a test ends as soon as it sees what it waits for.
PATIENCE = 30
# NiceGUI takes two seconds to end a page that still has updates to send.
_DRAIN_SECONDS = 0.02

# In one go: to ask the driver for each of hundreds of elements takes seconds.
_SEEN = """(function () {
  const read = (element) => element.innerText ?? element.textContent;
  globalThis.read = read;
  const matching = [...document.querySelectorAll(arguments[0])];
  return matching.filter((one) => one.checkVisibility({visibilityProperty: true}) && read(one).includes(arguments[1]));
}).apply(null, arguments)"""


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@asynccontextmanager
async def used_by(session: Session) -> AsyncIterator[User]:
    """Open the page of a session for a simulated user."""
    async with user_simulation(page_of(session)) as user:
        await user.open("/")
        yield user
        await asyncio.sleep(_DRAIN_SECONDS)


def one(user: User, marker: str) -> ui.element:
    """Return the one element that is marked so."""
    [element] = user.find(marker=marker).elements
    return element


@contextmanager
def served(*options: str) -> Iterator[str]:
    """Run the command `workspace` with options; give the address that it prints, with its token."""
    with started("workspace", "--no-browser", "--port", "0", *options) as program:
        line = program.stdout.readline()
        assert line.startswith("The workspace is at http://127.0.0.1:"), program.stderr.read()
        yield line.split()[4]
        program.terminate()
        _, errors = program.communicate(timeout=20)
    assert errors == ""


class Browser:
    """A person at a browser: sees what is on the page, and waits for it."""

    def __init__(self, driver: webdriver.Chrome, address: str) -> None:
        self.driver = driver
        self.address = address

    def open(self) -> "Browser":
        self.size(1280, 900)
        self.driver.get(self.address)
        self.see("[aria-label='Views']")
        return self

    def size(self, width: int, height: int, *, mobile: bool = False) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def all(self, css: str, text: str = "") -> list[WebElement]:
        """Return what can be seen now."""
        return self.driver.execute_script(f"return {_SEEN}", css, text)

    def texts(self, css: str) -> list[str]:
        """Return what can be read now."""
        return self.driver.execute_script(f"return {_SEEN}.map(read)", css, "")

    def wait(self, condition: Callable[[], object]) -> object:
        """Wait until a condition holds; what is drawn anew meanwhile is looked for again."""
        ignored = [StaleElementReferenceException]
        return WebDriverWait(self.driver, PATIENCE, 0.05, ignored).until(lambda _: condition())

    def see(self, css: str, text: str = "") -> WebElement:
        """Wait until an element with a text can be seen."""
        self.wait(lambda: self.all(css, text))
        return self.all(css, text)[0]

    def click(self, css: str, text: str = "") -> None:
        """Click on an element as soon as it can be clicked on."""

        def clicked() -> bool:
            try:
                self.all(css, text)[0].click()
            except (IndexError, WebDriverException):
                return False
            return True

        self.wait(clicked)

    def view(self, name: str) -> None:
        """Go to a view."""
        self.click("nav button", name)

    def write(self, step: str, *, run: bool = True) -> None:
        """Write a step, and run it with the keyboard."""
        self.view("Steps")
        self.see(".cm-content")
        self.wait(lambda: self.all(".cm-content")[0].get_attribute("aria-label") == "Step")
        self.click(".cm-content")
        editor = self.all(".cm-content")[0]
        editor.send_keys(Keys.CONTROL, "a")
        editor.send_keys(Keys.DELETE)
        editor.send_keys(step)
        self.wait(lambda: " ".join(self.all(".cm-content")[0].text.split()) == " ".join(step.split()))
        if run:
            editor.send_keys(Keys.ESCAPE)  # whatever completion offers
            editor.send_keys(Keys.CONTROL, Keys.ENTER)

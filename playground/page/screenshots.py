"""Takes the pictures of the page that the documentation shows: `python -m playground.page.screenshots`."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.wait import WebDriverWait

from .browser import browsing, missing_program

__all__ = ["take"]

_DOCUMENTATION: Final = Path(__file__).parents[2] / "docs" / "screenshots"
_WIDTH: Final = 1280
_SCALE: Final = 1
_PATIENCE_SECONDS: Final = 30
# As a person types it: the editor indents a line as the one before it.
_ORDER: Final = """\
retrieve an order from amazon selling partner with
    the marketplace is "US"
the order id is "902-3159896-1390916"
"""
_STILL: Final = (
    "*, *::before, *::after { transition: none !important; animation: none !important; caret-color: transparent; }"
    ".q-focus-helper { display: none; }"
)


def take(directory: Path) -> list[Path]:
    """Save the pictures and return where they are.

    Args:
        directory: Where they are saved; what is there under the same names is replaced.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with _served() as address, browsing() as driver:
        picture = _Picture(driver, directory)
        picture.size(760)
        driver.get(address)
        picture.click("//button[contains(., 'Test connection')]")
        picture.see("//p[contains(., 'accepts these credentials')]")
        picture.see("//button[contains(., 'Test connection')][not(contains(@class, 'disabled'))]")
        picture.see("//header//*[@role='status'][contains(., 'connected')]")
        connect = picture.save("connect")

        picture.size(1000)
        picture.click("//nav//button[contains(., 'Steps')]")
        picture.click("//button[contains(., 'Run')]")
        picture.see("//h2[contains(., '100 orders')]")
        picture.see("(//*[name()='svg']//*[name()='path'])[last()]")
        answer = picture.save("answer")

        editor = picture.see("//*[contains(@class, 'cm-content')][@aria-label='Step']")
        editor.click()
        editor.send_keys(Keys.CONTROL, "a")
        editor.send_keys(_ORDER.rstrip(), Keys.ESCAPE)
        editor.send_keys(Keys.CONTROL, Keys.ENTER)
        picture.see("//article//h3[contains(., 'Shipping address')]")
        picture.click("//*[@aria-label='Light or dark']")
        picture.see("//body[contains(@class, 'body--dark')]")
        return [connect, answer, picture.save("order")]


class _Picture:
    def __init__(self, driver: Chrome, directory: Path) -> None:
        self._driver = driver
        self._directory = directory
        self._wait = WebDriverWait(driver, _PATIENCE_SECONDS)

    def size(self, height: int) -> None:
        metrics = {"width": _WIDTH, "height": height, "deviceScaleFactor": _SCALE, "mobile": False}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def see(self, path: str):  # type: ignore[no-untyped-def] # Selenium's conditions are not annotated
        return self._wait.until(until.visibility_of_element_located((By.XPATH, path)))

    def click(self, path: str) -> None:
        self._wait.until(until.element_to_be_clickable((By.XPATH, path))).click()

    def save(self, name: str) -> Path:
        still = f"document.head.append(Object.assign(document.createElement('style'), {{textContent: '{_STILL}'}}));"
        self._driver.execute_script(f"{still} document.activeElement.blur(); scrollTo(0, 0);")
        self._driver.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": 1, "y": 1})
        # Two frames later every update is drawn.
        self._driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
        file = self._directory / f"{name}.png"
        self._driver.save_screenshot(str(file))
        return file


@contextmanager
def _served() -> Iterator[str]:
    command = [sys.executable, "-m", "playground", "workspace", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as program:
        try:
            words = program.stdout.readline().split() if program.stdout else []
            yield next(word for word in words if word.startswith("http://"))
        finally:
            program.terminate()


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description="Take the pictures of the page that the documentation shows.")
    parser.add_argument("directory", type=Path, nargs="?", default=_DOCUMENTATION, help="where they are saved")
    options = parser.parse_args()
    if missing := missing_program():
        sys.exit(f"The pictures are taken with a browser, and {missing} is not installed here.")
    for file in take(options.directory):
        print(f"{file}  {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()

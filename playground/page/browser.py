"""A headless Chromium for the tests and the screenshots of the page, driven by Selenium."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

__all__ = ["browsing", "missing_program"]

_PROGRAMS: Final = {"chromium": ("chromium", "chromium-browser", "google-chrome"), "chromedriver": ("chromedriver",)}
# It talks to nobody but the page, and draws without a screen.
_FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-search-engine-choice-screen",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def missing_program() -> str:
    """Return which program a browser needs that is not installed here; empty when it can be started."""
    return next((name for name in _PROGRAMS if not _found(name)), "")


@contextmanager
def browsing(downloads: Path | None = None) -> Iterator[webdriver.Chrome]:
    """Start a browser with a profile of its own, and end it.

    Args:
        downloads: Where files are saved; None saves none.
    """
    with tempfile.TemporaryDirectory(prefix="workspace-browser-", ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = _found("chromium")
        for flag in (*_FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        if downloads:
            options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
        driver = webdriver.Chrome(options, Service(_found("chromedriver")))
        try:
            yield driver
        finally:
            driver.quit()


def _found(name: str) -> str:
    return next(filter(None, map(shutil.which, _PROGRAMS[name])), "")

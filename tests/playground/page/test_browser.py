"""The page in a real browser: what only a browser can tell."""

import json
import re
import time
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.playground.page.support import Browser, served

SECRET = re.compile(r"Atz[ar]\||Atz\.sprdt|amzn1\.oa2-cs")


def statuses(browser):
    """Return the statuses in the table."""
    return {row.split("\t")[1].strip() for row in browser.texts(".orders tbody tr")}


def complete(browser, step, offered):
    """Write a step, and accept with the keyboard what completion offers."""

    def accepted():
        browser.write(step, run=False)
        browser.see(".cm-tooltip-autocomplete li", offered)
        # In its first moment completion takes no key, so that nobody accepts what was not yet seen.
        time.sleep(0.2)
        editor = browser.all(".cm-content")[0]
        editor.send_keys(Keys.ENTER)
        return editor.text.endswith(offered)

    browser.wait(accepted)


def messages(driver):
    """Return the URLs that the browser requested and its websocket frames, since the last call."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    urls = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    urls += [event["params"]["url"] for event in events if event["method"] == "Network.webSocketCreated"]
    frames = [
        event["params"]["response"]["payloadData"]
        for event in events
        if event["method"] in {"Network.webSocketFrameReceived", "Network.webSocketFrameSent"}
    ]
    return urls, frames


def test_connecting_says_so_in_place_and_no_secret_travels(browser):
    messages(browser.driver)  # What somebody typed before did travel.
    browser.open()
    browser.view("Connection")
    for label in ("Refresh Token", "Client ID", "Client Secret"):
        assert browser.see("label", label).get_attribute("for")
    browser.click("button", "Test connection")
    browser.see(".note.good", "accepts these credentials")
    browser.see("header [role=status]", "connected")

    urls, frames = messages(browser.driver)
    assert frames
    network = [urlsplit(url).netloc for url in urls if url.startswith(("http", "ws"))]
    assert set(network) == {urlsplit(browser.address).netloc}
    assert not [text for text in (*urls, *frames, browser.driver.page_source) if SECRET.search(text)]


def test_the_keyboard_sorts_and_screen_readers_announce_it(browser):
    browser.write("retrieve orders with the limit is 30")
    browser.see(".answer h2", "30 orders")
    browser.driver.execute_script("arguments[0].focus()", browser.see(".orders .sort", "purchase date"))
    for direction in ("ascending", "descending", "none"):
        browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
        browser.wait(lambda direction=direction: browser.see("th", "purchase").get_attribute("aria-sort") == direction)
        browser.wait(lambda: browser.driver.switch_to.active_element.text.strip() == "purchase date")
    outline = browser.driver.switch_to.active_element.value_of_css_property("outline-style")
    assert outline == "solid"


def test_a_completed_value_closes_its_quotation_once(browser):
    step = "retrieve orders whose order status is"
    browser.write(step, run=False)
    editor = browser.all(".cm-content")[0]
    editor.send_keys(' "Uns')  # the editor adds the quotation mark at the end
    browser.see(".cm-tooltip-autocomplete li", '"Unshipped"')
    time.sleep(0.2)
    editor.send_keys(Keys.ENTER)
    browser.wait(lambda: editor.text.strip() == f'{step} "Unshipped"')


def test_a_stopped_server_says_how_to_start_it_again(driver):
    with served("--generate", "0") as address:
        browser = Browser(driver, address).open()
        browser.see("header [role=status]", "not tested")
    browser.see("#popup[role=alert]", "The workspace has stopped.")
    browser.see("#popup", "make workspace")
    assert not browser.all("header [role=status]")


def test_a_filter_is_completed_by_keyboard_and_reaches_amazon(browser):
    complete(browser, "retrieve orders whose order sta", "order status")
    editor = browser.all(".cm-content")[0]
    editor.send_keys('is "Unshipped"', Keys.ESCAPE)
    editor.send_keys(Keys.CONTROL, Keys.ENTER)
    browser.wait(lambda: statuses(browser) == {"Unshipped"})
    browser.click(".hood summary")
    browser.see(".hood .param", "OrderStatuses=Unshipped")
    assert not SECRET.search(browser.see(".hood").text)

    editor = browser.all(".cm-content")[0]
    editor.send_keys(Keys.TAB)  # The editor does not trap the focus.
    assert browser.driver.switch_to.active_element.text.strip().endswith("Run")


def test_input_is_shown_as_text_and_never_as_markup(browser):
    browser.write('retrieve orders whose payment method is "<img src=nowhere onerror=alert()>"')
    browser.see(".empty", "No orders")
    browser.see(".history .pick", "<img src=nowhere")
    assert browser.all("img[src=nowhere]") == []


def test_a_click_on_a_chart_filters_the_table(browser):
    browser.write("retrieve orders with the limit is 60")
    browser.see(".answer h2", "60 orders")
    browser.wait(lambda: len(browser.all(".chart svg")) == 3)
    assert len(browser.all(".orders tbody tr")) == 25
    chart = browser.see(".chart", "Orders by day and status")
    figures = dict(key.text.split() for key in chart.find_elements(By.CSS_SELECTOR, "button.key"))
    assert sum(int(figure) for figure in figures.values()) == 60
    browser.click(".chart button.key", "Unshipped")
    browser.wait(lambda: statuses(browser) == {"Unshipped"})
    browser.see("[role=status]", f"{figures['Unshipped']} of 60")
    browser.click(".chip button")
    browser.wait(lambda: len(browser.all(".orders tbody tr")) == 25)


def test_on_a_phone_nothing_is_cut_off_and_each_order_is_a_block(browser):
    width = "return [innerWidth, document.scrollingElement.scrollWidth]"
    browser.write("retrieve orders with the limit is 5")
    browser.see(".answer h2", "5 orders")
    for device in (True, False):  # a phone's browser zooms out where something is too wide
        browser.size(1280, 900)
        browser.wait(lambda: not browser.all("dl.row-card"))
        browser.size(390, 844, mobile=device)
        browser.wait(lambda: len(browser.all("dl.row-card")) == 5)
        assert browser.driver.execute_script(width) == [390, 390]
    browser.view("Connection")
    assert browser.driver.execute_script(width) == [390, 390]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_follow_the_system_until_a_click(browser, scheme):
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    try:
        browser.open()
        dark = "return document.body.classList.contains('body--dark')"
        browser.wait(lambda: browser.driver.execute_script(dark) == (scheme == "dark"))
        browser.wait(lambda: browser.all(".cm-content[aria-label=Step]") or browser.view("Steps"))
        browser.click("[aria-label='Light or dark']")
        browser.wait(lambda: browser.driver.execute_script(dark) != (scheme == "dark"))
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_controls_have_names_and_escape_closes_a_card(browser):
    browser.write("retrieve orders with the limit is 7")
    browser.see(".answer h2", "7 orders")
    controls = "button, input, [role=textbox], a, summary, [role=img]:not([aria-hidden=true])"
    nameless = [one.get_attribute("outerHTML") for one in browser.all(controls) if not one.accessible_name]
    assert nameless == []
    assert browser.all(".orders .absent")
    browser.click(".orders .link")
    browser.see(".sheet h3", "Shipping address")
    browser.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    browser.wait(lambda: not browser.all(".sheet"))

#!/usr/bin/env python3
"""What people do with the page, done by a browser.

    page.py http://127.0.0.1:9797 TOKEN DIRECTORY

Downloads go to the directory. The server's machine has the domains package and psys. Says what was tried, and ends with
an error at the first thing that is not as it should be.
"""

import json
import pathlib
import sys

from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import Browser

HOSTILE = """</script><img src=x onerror="window.hacked = 1"> & 'quotes' \u202e"""


def signs_in(browser):
    browser.open("/")
    assert browser.find("h1").text == "Sign in"
    browser.check_accessibility()
    browser.sign_in()
    assert browser.path == "/", "the token is out of the address"
    assert "No run yet" in browser.find("#list").text
    browser.check_console("401")


def starts_and_watches(browser):
    """From the form to the end of the run, without another look at the page's address."""
    browser.open("/")
    browser.click("summary")
    browser.find("#start-command").send_keys("for i in 1 2 3 4 5 6; do echo step $i; gzip -c $0 /bin/sh >/dev/null; sleep 0.4; done")
    browser.find("#start-name").send_keys("by hand")
    browser.find("#start-interval").send_keys("20ms")
    browser.find("#start-timeout").send_keys("1m")
    browser.click("input[value=PAGE_FAULTS]")
    browser.find("#start-command").send_keys(Keys.ENTER)
    browser.wait("the run's page", lambda: browser.path.startswith("/runs/"))
    browser.script("window.same = true")
    run = browser.path.removeprefix("/runs/")
    browser.wait("progress", lambda: browser.find("#state progress"))
    browser.wait("output while it runs", lambda: "step 2" in browser.find("#stdout-text").text)
    assert browser.find("#state").get_attribute("data-state") == "running"
    browser.wait("the end", lambda: browser.find("#state").get_attribute("data-state") == "finished")
    assert browser.script("return window.same"), "the page was loaded once"
    assert browser.find("#state .status").text == "exited 0"
    assert "step 6" in browser.find("#stdout-text").text
    browser.wait("its announcement", lambda: "exited 0" in browser.find("#news").get_attribute("textContent"))
    shown = json.loads(browser.api(f"/runs/{run}"))
    assert shown["specification"]["events"] == ["PAGE_FAULTS"] and shown["specification"]["interval"] == "20ms"
    joules = shown["energy"]["domains"][0]["joules"]
    exact = [one.get_attribute("title") for one in browser.all("#totals data")]
    assert any(text.endswith(" J") and float(text[:-2]) == joules for text in exact), (joules, exact)
    return run


def looks_at_charts(browser, run):
    browser.open(f"/runs/{run}")
    browser.wait("charts", lambda: len(browser.all(".plot canvas")) >= 4)
    asked = "return performance.getEntriesByType('resource').map((one) => one.name).filter((one) => one.includes('/series?'))"
    before = len(browser.script(asked))
    browser.click(".tools button")
    browser.wait("finer data", lambda: any("from=" in one for one in browser.script(asked)[before:]))
    plot = browser.find(".plot")
    ActionChains(browser.driver).move_to_element(plot).perform()
    browser.wait("values under the pointer", lambda: " W" in browser.find(".legend b").text.replace("\u202f", " "))
    legends = [one.text for one in browser.all(".legend")]
    assert len({text.split(" s")[0] for text in legends}) == 1, f"one time in all charts: {legends}"
    before = len(browser.script(asked))
    ActionChains(browser.driver).move_to_element_with_offset(plot, -100, 0).click_and_hold().move_by_offset(150, 0).release().perform()
    browser.wait("what was dragged", lambda: any("from=" in one for one in browser.script(asked)[before:]))
    before = len(browser.script(asked))
    ActionChains(browser.driver).double_click(plot).perform()
    browser.wait("the whole run", lambda: any("from=" not in one for one in browser.script(asked)[before:]))
    browser.check_console()


def watches_without_library(browser):
    """The server's picture is kept up to date where there is nothing to draw charts with."""
    run = browser.run({"command": ["sleep", "600"], "name": "pictured"}, wait=False)
    browser.driver.execute_cdp_cmd("Network.enable", {})
    browser.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/dygraph.min.js*"]})
    browser.open(f"/runs/{run}")
    shown = lambda: browser.find("#picture img").get_attribute("src")
    browser.wait("a picture of a moment", lambda: "at=" in shown())
    first = shown()
    browser.wait("a newer one", lambda: shown() != first)
    assert browser.find("#picture").is_displayed()
    browser.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    browser.click("[data-action=cancel]")
    browser.wait("the end", lambda: browser.find("#state .status").text == "cancelled")
    browser.check_console("dygraph")


def is_told_of_faults(browser):
    browser.open("/")
    browser.click("summary")
    browser.find("#start-command").send_keys("true")
    browser.find("#start-interval").send_keys("fast")
    browser.find("#start-timeout").send_keys("0s")
    browser.find("#start-command").send_keys(Keys.ENTER)
    browser.wait("the faults", lambda: browser.find("#start-interval-fault").is_displayed())
    assert "number and a unit" in browser.find("#start-interval-fault").text
    assert "more than 0" in browser.find("#start-timeout-fault").text
    assert browser.find("#start-interval").get_attribute("aria-invalid") == "true"
    assert browser.find("#start-name").get_attribute("aria-invalid") is None
    assert browser.script("return document.activeElement.id") == "start-interval"
    browser.check_accessibility()
    for name in ("interval", "timeout"):
        browser.find(f"#start-{name}").clear()
    browser.find("#start-more").send_keys("NO_SUCH_EVENT")
    browser.find("#start-command").send_keys(Keys.ENTER)
    browser.wait("the fault of the event", lambda: "NO_SUCH_EVENT" in browser.find("#start-events-fault").text)
    assert not browser.find("#start-interval-fault").is_displayed()
    browser.check_console("422")


def cancels(browser):
    run = browser.run({"command": ["sleep", "600"], "name": "endless"}, wait=False)
    browser.open(f"/runs/{run}")
    browser.click("[data-action=cancel]")
    browser.wait("the end", lambda: browser.find("#state .status").text == "cancelled")
    assert not browser.all("[data-action=cancel]")
    browser.click("[data-action=delete]")
    browser.driver.switch_to.alert.accept()
    browser.wait("the list", lambda: browser.path == "/")
    assert not browser.all(f"#run-{run}")
    # The page may have asked for its run, and what belongs to it, once more before it went.
    for entry in browser.driver.get_log("browser"):
        said = entry["message"]
        assert f"/runs/{run}" in said and "Failed to load resource" in said, f"the console says: {said}"


def runs_again(browser, run):
    browser.open(f"/runs/{run}")
    browser.click("[data-action=again]")
    browser.wait("another run", lambda: browser.path.startswith("/runs/") and not browser.path.endswith(run))
    again = json.loads(browser.api(browser.path))
    first = json.loads(browser.api(f"/runs/{run}"))
    assert again["specification"] == first["specification"]
    browser.wait("the end", lambda: browser.find("#state").get_attribute("data-state") == "finished")
    return again["id"]


def compares(browser, runs):
    browser.open("/")
    for run in runs:
        browser.click(f"#run-{run} input")
    browser.wait("a refreshed list", lambda: browser.script("return performance.getEntriesByType('resource').filter((one) => one.initiatorType === 'fetch').length") > 0)
    assert all(browser.find(f"#run-{run} input").is_selected() for run in runs), "what is ticked stays so"
    browser.click("#list button")
    browser.wait("the comparison", lambda: browser.path.startswith("/compare"))
    assert len(browser.all(".comparison thead th")) == 3
    assert "%" in browser.find(".comparison .difference").text
    browser.wait("the chart", lambda: browser.all(".plot canvas"))
    ActionChains(browser.driver).move_to_element(browser.find(".plot")).perform()
    browser.wait("values of both runs", lambda: len(browser.all(".legend b")) == 2)
    values = [one.text for one in browser.all(".legend b")]
    assert all("W" in one for one in values), f"one value for each run, though their points lie elsewhere: {values}"
    browser.check_console()


def downloads(browser, run, directory):
    browser.open(f"/runs/{run}")
    for selector, name in (("a[href$='.csv']", f"ergometer-{run}.csv"), ("a[href$='.json']", f"ergometer-{run}.ndjson"),
                           ("[data-action=picture]", f"ergometer-{run}.png")):
        browser.click(selector)
        browser.wait(name, lambda: (directory / name).exists())
    assert (directory / f"ergometer-{run}.csv").read_bytes() == browser.api(f"/runs/{run}/measurements.csv")
    assert (directory / f"ergometer-{run}.ndjson").read_bytes() == browser.api(f"/runs/{run}/measurements.json")
    assert (directory / f"ergometer-{run}.png").read_bytes().startswith(b"\x89PNG")


def takes_names_for_text(browser):
    run = browser.run({"command": ["printf", "%s", HOSTILE], "name": HOSTILE, "labels": {HOSTILE: HOSTILE}})
    for path in ("/", f"/runs/{run}", f"/compare?run={run}&run={run}", f"/?search={'%3Cimg'}"):
        browser.open(path)
        assert browser.script("return window.hacked") is None
        assert not browser.all("img[src=x]")
        assert "</script><img src=x" in browser.find("main").text
    browser.wait("the charts", lambda: True)
    browser.check_console()
    return run


def searches(browser):
    browser.open("/")
    browser.find("[name=search]").send_keys("BY HAND", Keys.ENTER)
    browser.wait("what was found", lambda: "search=BY" in browser.path)
    assert {row.text for row in browser.all("tbody th a")} == {"by hand"}


def is_for_all(browser, runs):
    """Light and dark, wide and narrow, by keyboard."""
    pages = ["/", f"/runs/{runs[0]}", f"/compare?run={runs[0]}&run={runs[1]}", "/machine", "/runs/nothing"]
    for scheme in ("light", "dark"):
        browser.scheme(scheme)
        for path in pages:
            browser.open(path)
            for details in browser.all("details"):
                browser.script("arguments[0].open = true", details)
            browser.check_accessibility()
    browser.scheme("light")
    browser.resize(360, 740)
    for path in pages:
        browser.open(path)
        browser.check_width()
        browser.check_accessibility()
    browser.resize(1280, 900)
    browser.open("/")
    ActionChains(browser.driver).send_keys(Keys.TAB).perform()
    assert browser.script("return document.activeElement.className") == "skip"
    browser.check_console("404")


def shows_the_machine(browser):
    browser.open("/machine")
    value = "return document.querySelector('#power td data')?.value"
    browser.wait("power", lambda: browser.script(value))
    before = browser.script("return document.querySelector('#power').outerHTML")
    browser.wait("newer power", lambda: browser.script("return document.querySelector('#power').outerHTML") != before)
    assert "software" in browser.find("#families").text
    browser.check_console()


def does_without_scripts(browser, run):
    browser.sign_in()
    assert "JavaScript" in browser.find("noscript").get_attribute("textContent") or browser.find("noscript").text
    assert not browser.find("[data-start] button").is_displayed()
    assert browser.find(f"#run-{run} a").text
    browser.open(f"/runs/{run}")
    assert "package" in browser.find("#totals table").text
    assert browser.find("#charts img").is_displayed()
    assert browser.find("#charts img").size["height"] > 100, "the picture has come"
    assert not browser.find(".actions").is_displayed()
    browser.open(f"/compare?run={run}&run={run}")
    assert "no difference" in browser.find(".comparison").text


def main():
    url, token, directory = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    with Browser(url, token, directory) as browser:
        signs_in(browser)
        run = starts_and_watches(browser)
        looks_at_charts(browser, run)
        watches_without_library(browser)
        is_told_of_faults(browser)
        cancels(browser)
        other = runs_again(browser, run)
        compares(browser, [run, other])
        downloads(browser, run, directory)
        hostile = takes_names_for_text(browser)
        searches(browser)
        shows_the_machine(browser)
        is_for_all(browser, [run, hostile])
        browser.check_requests()
    with Browser(url, token, directory, scripts=False) as browser:
        does_without_scripts(browser, run)
    print("signed in, started, watched, cancelled, compared, downloaded, looked at by everybody")


main()

"""Debian's Chromium, driven headless, and what must be true of every page it shows."""

import json
import pathlib
import shutil
import urllib.request

import axe_playwright_python
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


class Browser:
    """One window, one profile. `errors` that a test expects are taken from the log before it is looked at."""

    def __init__(self, url, token, downloads, scripts=True):
        self.url, self.token = url, token
        options = Options()
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                         # Whatever a page might ask of others is not even looked up.
                         "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.add_experimental_option("prefs", {
            "download.default_directory": str(downloads), "download.prompt_for_download": False,
            "profile.managed_default_content_settings.javascript": 1 if scripts else 2})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.resize(1280, 900)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def resize(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def scheme(self, name):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": name}]})

    def open(self, path):
        self.driver.get(self.url + path)

    def sign_in(self):
        self.open(f"/?token={self.token}")

    @property
    def path(self):
        return self.driver.current_url.removeprefix(self.url)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def click(self, selector):
        """Clicks what may be replaced by its own newer version at any moment."""
        def attempt():
            self.find(selector).click()
            return True
        self.wait(f"to click {selector}", attempt)

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def wait(self, what, condition, seconds=30):
        WebDriverWait(self.driver, seconds, poll_frequency=0.1, ignored_exceptions=(Exception,)).until(
            lambda _: condition(), f"waited in vain: {what}")

    def api(self, path, body=None):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.token}"})
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request) as response:
            return response.read()

    def run(self, specification, wait=True):
        """Submits a run through the API, and gives its id."""
        run = json.loads(self.api("/runs", specification))["id"]
        if wait:
            assert json.loads(self.api(f"/runs/{run}?wait=60s"))["state"] == "finished"
        return run

    def check_console(self, *expected):
        """Nothing was complained of, such as a violation of the page's policy, but what is expected."""
        for entry in self.driver.get_log("browser"):
            if not any(text in entry["message"] for text in expected):
                raise AssertionError(f"the console says: {entry['message']}")

    def check_requests(self):
        """Nothing was asked of another server."""
        own = (self.url, "data:", "blob:", "chrome:", "about:", "devtools:")
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked = message["params"]["request"]["url"]
                assert asked.startswith(own), f"{asked} was asked for"

    def check_accessibility(self):
        """axe finds nothing serious."""
        self.script(AXE)
        found = self.driver.execute_async_script("const done = arguments[0]; axe.run().then(done)")
        grave = [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]
                 if one["impact"] in ("serious", "critical")]
        assert not grave, f"{self.path}: {grave}"
        assert len(found["passes"]) > 10, "axe has looked at the page"

    def check_width(self):
        width = self.script("return [document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], f"{self.path} is {width[0]} wide in a window of {width[1]}"

"""The preview in real Chromium: under its policy the search works, nothing is refused, and a foreign script does not
run.
"""

import threading

import pytest
from browsers import wait_in

from improvement_reports.authoring.preview_server import open_server

pytestmark = pytest.mark.browser
PLANTED = '<script>document.title = "planted"</script><img src="x" onerror="document.title = \'planted\'"></body>'


@pytest.fixture(scope="module")
def address(built_once):
    with open_server(built_once, 0) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def opened(browser, url: str):
    page, said = browser.new_page(), []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(url)
    return page, said


def test_the_search_works_under_the_policy(browser, address):
    page, said = opened(browser, f"{address}search.html?q=board")
    page.wait_for_selector("main li a")
    page.wait_for_timeout(1500)  # by then the preview's own script has asked once
    assert said == []
    page.close()


def test_a_script_that_somebody_put_into_a_page_does_not_run(browser, address, built_once):
    path = built_once.site / "about" / "method.html"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("</body>", PLANTED), encoding="utf-8")
    try:
        page, said = opened(browser, f"{address}about/method.html")
        assert wait_in(page, lambda: any("Content Security Policy" in words for words in said)), said
        page.wait_for_timeout(500)
        assert page.title() != "planted"
        page.close()
    finally:
        path.write_text(good, encoding="utf-8")

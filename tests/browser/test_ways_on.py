"""The ways on from a page by keyboard, and what holds where a reader has chosen their own colours."""

import pytest
from site_helpers import REPOSITORY

pytestmark = pytest.mark.browser
MIDDLE = "reports/exampleshire/2025-08/board/"  # a report with one before and one after it


def test_up_before_and_after_are_reached_at_once_after_the_skip_link(browser, served):
    _, address = served
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address + MIDDLE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("[document.activeElement.textContent.trim(), document.activeElement.rel]"))
    assert reached[:2] == [["Reports", ""], ["Exampleshire", ""]]
    assert [rel for _, rel in reached[2:]] == ["prev", "next"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/2025-09/board/**")
    page.close()


def test_one_click_from_the_first_page_is_the_newest_position(browser, served):
    """What a councillor asks is answered on the first screen of their authority's home."""
    _, address = served
    page = browser.new_page(viewport={"width": 1366, "height": 650})
    page.goto(address)
    link = page.locator("main .homes a", has_text="Gloucestershire").first
    assert link.bounding_box()["y"] < 650
    link.click()
    page.wait_for_url("**/reports/gloucestershire/**")
    assert page.locator("#position").first.bounding_box()["y"] < 300
    page.close()


def test_own_colours_show_lines_and_no_bars(browser):
    """In forced colours a transparent border is drawn, and the colours of drawings are not changed by themselves."""
    page = browser.new_page()
    page.set_content(
        f"<style>{(REPOSITORY / 'theme/site.css').read_text(encoding='utf-8')}</style><main>"
        "<svg class='spark'><polyline class='goal' points='1,5 9,5'/><polyline id='line' points='1,1 9,9'/></svg><table class='history'>"
        "<tbody><tr><td>a</td></tr></tbody><tbody><tr><td id='second'>b</td></tr></tbody></table></main>"
    )
    page.emulate_media(forced_colors="active", color_scheme="dark")
    shown = page.evaluate(
        "[getComputedStyle(document.querySelector('#line')).stroke, getComputedStyle(document.body).color,"
        " getComputedStyle(document.querySelector('#second')).borderTopColor,"
        " getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.goal')).stroke]"
    )
    page.close()
    assert shown[0] == shown[4] == shown[1] and shown[2] == shown[3]

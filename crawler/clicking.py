"""Leaf through a drawn list whose pager names no address: click 下一页 as a reader would.

Knows what a pager's button says, or is called by the libraries that draw it. A link that states an
address is never clicked: the walk follows it. Ends at a button that is switched off, a page that
comes again, the number of pages or the time that is given.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from playwright.async_api import TimeoutError as PlaywrightTimeout

if TYPE_CHECKING:
    from playwright.async_api import Page

#: Milliseconds until a click shows: a list that draws from data it has needs some 10, one that asks
#: for them as long as its host takes; what comes later than this is another page.
_SHOWN = 15_000

# Clicks the pager's "next" and says whether it did. Ant Design, Element and layui mark it by class;
# others by what it says. The innermost element is the button.
_CLICK = r"""() => {
  const around = '[\\s\\[\\]【】()（）<>›»→]*';
  const words = '(?:下一?[页頁]|[后後]一?[页頁]|next(?: ?page)?)';
  const says = new RegExp('^' + around + words + around + '$', 'i');
  const called = /(^|[\s_-])(btn-next|(pagination|page|laypage|page-link)-next|next-page)(\s|$)/i;
  const off = el => el.disabled || el.getAttribute('aria-disabled') === 'true'
    || /(^|[\s_-])disabled?(\s|$)/i.test(el.className);
  const addressed = el => { const href = (el.getAttribute('href') || '').trim();
    return href && !href.startsWith('#') && !/^javascript:/i.test(href); };
  const seen = el => el.getClientRects().length > 0;
  const named = el => [el.textContent, el.title, el.getAttribute('aria-label')]
    .some(text => text && text.length < 24 && says.test(text));
  const found = [...document.querySelectorAll('a, button, li, span, div, input, i')]
    .filter(el => seen(el) && (named(el) || called.test(String(el.className))));
  const button = found.find(el => !found.some(other => other !== el && el.contains(other)));
  if (!button) return false;
  for (let el = button; el && el !== document.body; el = el.parentElement) {
    if (off(el) || addressed(el)) return false;
  }
  button.click();
  return true;
}"""


async def leafed_through(page: Page, pages: int, seconds: float) -> str:
    """Return what `page` shows, and behind it each further page of its list, at most `pages`.

    HTML documents one behind the other: a parser reads them as one, their rows as those of a list.
    """
    end = asyncio.get_running_loop().time() + seconds
    shown = [await page.content()]
    while len(shown) < pages and asyncio.get_running_loop().time() < end:
        before = await page.evaluate("document.body.innerText")
        if not await page.evaluate(_CLICK) or not await _changed(page, before):
            break
        html = await page.content()
        if html in shown:
            break
        shown.append(html)
    return "\n".join(shown)


async def _changed(page: Page, before: str) -> bool:
    """Whether the page shows something else than `before` in time, once it is at rest."""
    try:
        await page.wait_for_function(
            "before => document.body.innerText !== before", arg=before, timeout=_SHOWN
        )
        await page.wait_for_load_state("networkidle", timeout=_SHOWN)
    except PlaywrightTimeout:
        return False
    return True

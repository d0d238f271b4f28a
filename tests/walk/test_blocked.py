"""A challenge, a login and an error page are told from a portal's page; honest look-alikes pass."""

from __future__ import annotations

import pytest

from crawler.blocked import blocked
from tests.cms import page

LONG = "<p>" + "全年主动公开政府信息一百二十条，办理申请四件。" * 30 + "</p>"

BLOCKED = [
    (521, "<script>document.cookie='__jsluid_s=1; path=/'</script>", "challenge: 加速乐"),
    (200, "<script>document.cookie=('_')+('_')+('j')+('s')</script>", "challenge: 加速乐"),
    (412, "<script r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script>", "challenge: 瑞数"),
    (412, "<html></html>", "challenge: status 412"),
    (200, "<script>var wzws_cid='1';</script>", "challenge: wzws"),
    (200, "<h1>您的访问请求可能存在威胁，已被创宇盾拦截</h1>", "firewall"),
    (200, "<form>用户名<input><input type=password></form>", "login"),
    (200, "<title>提示</title><p>网站正在升级维护，请稍后访问</p>", "maintenance"),
    (200, "<title>404</title><p>您访问的页面不存在</p>", "not found"),
]
HONEST = [
    (200, LONG + "<p>个别链接打开后提示页面不存在，已经修复。网站维护中的栏目有两个。</p>"),
    (200, LONG + "<form><input type=password></form>"),
    (200, "<p>申请信息不存在的2件。</p>"),
    (200, "<script>var a='__jsluid_s';</script><p>安澜县2013年年度报告</p>"),
    (200, ""),
]


@pytest.mark.parametrize(("status", "body", "reason"), BLOCKED)
def test_a_page_that_is_not_the_portals_is_told_by_its_kind(
    status: int, body: str, reason: str
) -> None:
    assert blocked(page(body, status=status)) == reason


@pytest.mark.parametrize(("status", "body"), HONEST)
def test_an_honest_page_that_speaks_of_errors_passes(status: int, body: str) -> None:
    assert blocked(page(body, status=status)) is None


def test_the_wording_is_read_in_gbk_too() -> None:
    saved = page("<title>提示</title><p>系统正在维护</p>".encode("gb18030"))
    assert blocked(saved) == "maintenance"

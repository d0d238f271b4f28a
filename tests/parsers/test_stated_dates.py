"""`<time>` and the properties of `<meta>` date a report only where they speak of its article."""

from __future__ import annotations

import pytest

from tests.parsers.pages import page_of, paragraphs, read_page

REPORT = paragraphs(
    "云泽市水务局2016年政府信息公开年度报告\n一、概述\n2016年我局主动公开政府信息382条。"
)
TIME = '<time datetime="2017-02-20T09:00">星期一</time>'


def published(beside="", head=""):
    body = REPORT.replace("<body>", f"<body>{beside}").replace("</head>", f"{head}</head>")
    return read_page(page_of(body), None).published_on


def test_the_time_of_an_article_dates_it():
    assert published(f"<article><header>{TIME}</header></article>") == "2017-02-20"
    assert published(f"<main><p>发布时间 {TIME}</p></main>") == "2017-02-20"


@pytest.mark.parametrize(
    "beside",
    [
        f"<header>今天是{TIME}</header>",
        f"<article><aside>{TIME}</aside></article>",
        f"<article><p>定于{TIME}起施行</p></article>",
        f"<article><ul><li>{TIME}</li></ul></article>",
        f"<main>{'<div>' * 100}{TIME}{'</div>' * 100}</main>",
        f"<main>{TIME * 200}</main>",
    ],
    ids=["today", "aside", "sentence", "list", "deep", "many"],
)
def test_a_time_beside_or_within_the_text_dates_nothing(beside):
    assert published(beside) is None


def test_a_property_dates_a_page_where_it_says_one_date_that_can_be():
    stated = '<meta itemprop="datePublished" content="{}">'
    assert published(head=stated.format("2017-02-20")) == "2017-02-20"
    assert published(head=stated.format("2017-02-20") + stated.format("2022-01-01")) is None
    assert published(head=stated.format("1970-01-01")) is None

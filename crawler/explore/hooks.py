"""What Datasette calls of ours: pages, words for every template, and the guard around all answers.

A module is Datasette's own form of a plugin. Of a Datasette that is none of ours, which a test may
have in the same process, it knows nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Response

from crawler.explore import filters
from crawler.explore.routes import ROUTES
from crawler.explore.site import TIME_LIMIT, Missing, Page, Site, language_of
from crawler.explore.words import COOKIE, LANGUAGES, phrases
from crawler.safe_text import safe

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

_KEPT_SECONDS = 365 * 24 * 3600
#: The names by which a browser of this machine asks for a page. Another site that gives its own
#: name our address (DNS rebinding) asks by that name, and gets nothing.
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src {}"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@hookimpl  # type: ignore[untyped-decorator]
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    """Give our pages, which go before Datasette's."""
    if not hasattr(datasette, "site"):
        return []
    return [(pattern, _answering(handler)) for pattern, handler in ROUTES]


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any) -> None:
    """Add our filters, and what stands in for a request's words where Datasette has no request."""
    env.filters |= filters.FILTERS
    env.finalize = _shown
    env.globals |= {"t": phrases("en"), "lang": "en", "other_lang": "zh", "switch": "/?lang=zh"}


def _shown(value: object) -> object:
    """Return what a template writes: a page's text with its controls as signs; markup is ours."""
    return safe(value) if type(value) is str else value


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(request: Any, datasette: Any) -> dict[str, Any]:
    """Give every template the words and the switch to the other language."""
    if not request or not hasattr(datasette, "site"):
        return {}
    language = language_of(request)
    other = next(each for each in LANGUAGES if each != language)
    kept = [(name, value) for name in request.args for value in request.args.getlist(name)]
    there = urlencode([*(pair for pair in kept if pair[0] != "lang"), ("lang", other)])
    return {
        "t": phrases(language),
        "lang": language,
        "other_lang": other,
        "switch": f"{request.path}?{there}",
        "path": request.path,
    }


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Say what is not there on a page of ours; every other error is Datasette's to tell."""
    asked_for_data = request.path.endswith((".json", ".csv"))
    if not isinstance(exception, Base400) or asked_for_data or not hasattr(datasette, "site"):
        return None

    async def answer() -> Any:
        shown = {"ours": True, "status": exception.status, "error": str(exception)}
        html = await datasette.render_template("error.html", shown, request=request)
        return Response.html(html, status=exception.status)

    return answer


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Put the guard around the application."""
    if not hasattr(datasette, "site"):
        return lambda app: app
    return lambda app: _Guard(app, datasette.site)


def _answering(handler: Callable[[Site, Any], Awaitable[Page]]) -> Callable[..., Awaitable[Any]]:
    """Return the view of Datasette's form that answers by a handler of ours."""

    async def view(request: Any, datasette: Any) -> Any:
        status = 200
        try:
            page = await handler(datasette.site, request)
        except Missing as missing:
            said = phrases(language_of(request))(missing.phrase, **missing.values)
            page, status = Page("error.html", {"status": 404, "error": said}), 404
        except QueryInterrupted:
            page, status = Page("slow.html", {"seconds": TIME_LIMIT // 1000}), 503
        shown = {"ours": True, **page.shown}
        html = await datasette.render_template(page.template, shown, request=request)
        response = Response.html(html, status=status)
        asked = request.args.get("lang")
        if asked in LANGUAGES:
            response.set_cookie(COOKIE, asked, max_age=_KEPT_SECONDS, httponly=True)
        return response

    return view


class _Guard:
    """Around the whole application: who may ask, and the headers of every answer."""

    def __init__(self, app: Any, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._headers(message["headers"])}
            await send(message)

        if scope["type"] == "http" and self._site.local and not _names_this_machine(scope):
            refused = Response.text("this application answers its own machine only", status=403)
            await refused.asgi_send(guarded)
            return
        await self._app(scope, receive, guarded)

    def _headers(self, given: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        policy = _POLICY.format(self._site.replay.origin or "'none'")
        ours = {**_HEADERS, "content-security-policy": policy}
        kept = [(name, value) for name, value in given if name.decode().lower() not in ours]
        return [*kept, *((name.encode(), value.encode()) for name, value in ours.items())]


def _names_this_machine(scope: Any) -> bool:
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    name, _, port = host.rpartition(":")
    return (name if port.isdecimal() else host) in _LOCAL

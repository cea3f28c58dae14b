"""A page of words: what went wrong at a door, and what to do, in HAL9's look.

Also the headers every answer carries. They keep a page from loading or sending anything
elsewhere: scripts, styles, pictures and connections are the server's own.
"""

import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform, RequestHandler

FOLDER = Path(__file__).parent
#: Stands in a template where the answer's nonce belongs; random, so that no text can hold it.
NONCE_MARK = f"nonce-{secrets.token_hex(16)}"
_WORDS = {
    400: ("That did not work", "The login was not completed. Please try again."),
    403: ("Not for this login", "This login may not open this page."),
    404: ("No such page", "There is nothing at this address."),
    503: ("The hub does not answer", "It may be starting. Please try again in a moment."),
}
_OTHER = ("Something went wrong", "The page could not be made. It has been logged.")


class SecurityHeaders(OutputTransform):
    """Headers of every answer; inline scripts of our own page carry a nonce, others do not run."""

    def __init__(self, request: HTTPServerRequest) -> None:
        super().__init__(request)
        self.nonce = secrets.token_urlsafe(16)

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Add the headers and, where our page's template asks for it, the nonce."""
        headers["Content-Security-Policy"] = policy(self.nonce)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        headers.pop("Server", None)
        if finishing and headers.get("Content-Type", "").startswith("text/html"):
            chunk = chunk.replace(NONCE_MARK.encode(), self.nonce.encode())
            headers["Content-Length"] = str(len(chunk))
        return status_code, headers, chunk


def policy(nonce: str) -> str:
    """The content security policy of a page.

    Bokeh styles its elements one by one, hence inline styles; it draws to data addresses.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )


class NoticeMixin(RequestHandler):
    """Shows errors as a page of words instead of a bare line."""

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """The page for `status_code`."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(notice_page(status_code, self.settings.get("hal9_prefix", "/")))


class NotFound(NoticeMixin):
    """What every address that leads nowhere gives."""

    def prepare(self) -> None:
        """Refuse, whatever the method."""
        self.send_error(404)


@lru_cache
def templates() -> Environment:
    """The page templates; everything put into them is escaped."""
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"), autoescape=select_autoescape(default=True)
    )


def notice_page(status_code: int, prefix: str) -> str:
    """What went wrong in a title and a sentence, and a link back to the start."""
    title, text = _WORDS.get(status_code, _OTHER)
    template = templates().get_template("notice.html")
    return template.render(title=title, text=text, prefix=prefix)

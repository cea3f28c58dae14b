"""The frame around every page: header, links, user, and the way a page is put together."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import panel as pn
from markupsafe import Markup

from dashboards.auth import Viewer
from dashboards.notice import FOLDER, NONCE_MARK
from dashboards.words import sign

ASSETS = FOLDER / "assets"

#: Address below the prefix, and title, of every dashboard, in the order of the header.
PAGES: dict[str, str] = {"": "Home", "live": "Live", "health": "Health", "runs": "Runs"}


@dataclass(frozen=True)
class Site:
    """Where things are: the addresses a page links to."""

    prefix: str
    hub: str

    @property
    def lab(self) -> str:
        """The user's own JupyterLab, started if need be."""
        return f"{self.hub}user-redirect/lab"

    @property
    def logout(self) -> str:
        """Where the hub ends the login."""
        return f"{self.hub}logout"


def frame(
    site: Site, viewer: Viewer, slug: str, body: str, roots: Mapping[str, Any]
) -> pn.Template:
    """A whole page.

    Parameters
    ----------
    slug : the page's key in `PAGES`.
    body : the page's inside as a template; ``{{ embed(roots.NAME) }}`` places a root.
    roots : what is placed, by name.
    """
    template = pn.Template(_source(body))
    template.add_variable("frame", _variables(site, viewer, slug))
    for name, root in roots.items():
        template.add_panel(name, root)
    return template


def html(text: str = "", **options: Any) -> pn.pane.HTML:
    """A piece of text on a page. Whoever fills it escapes what comes from users (`Markup`)."""
    sheets = [asset("pane.css")]
    return pn.pane.HTML(
        str(text), stylesheets=sheets, sizing_mode="stretch_width", margin=0, **options
    )


def put(pane: pn.pane.HTML, text: str) -> None:
    """Change a text only where it differs: what stays the same is not sent again."""
    if pane.object != text:
        pane.object = str(text)  # a Markup would be escaped once more


def line(text: str, tone: str = "") -> Markup:
    """A line of small text, with the sign of a tone if one is given."""
    mark = sign(tone) if tone else Markup("")
    return Markup('<p class="line {}">{}<span>{}</span></p>').format(tone, mark, text)


@lru_cache
def asset(name: str) -> str:
    """The text of a file in ``assets``."""
    return (ASSETS / name).read_text(encoding="utf-8")


@lru_cache
def assets_version() -> str:
    """Changes whenever a file in ``assets`` does, so that browsers fetch it anew."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(ASSETS.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@lru_cache
def _eye() -> str:
    return (FOLDER / "templates" / "eye.svg").read_text(encoding="utf-8")


@lru_cache
def _source(body: str) -> str:
    text = (FOLDER / "templates" / "frame.html").read_text(encoding="utf-8")
    return text.replace("{% block contents %}{% endblock %}", body)


def _variables(site: Site, viewer: Viewer, slug: str) -> dict[str, Any]:
    links = [
        {"href": site.prefix + key, "label": label, "current": key == slug}
        for key, label in PAGES.items()
    ]
    links.append({"href": site.lab, "label": "JupyterLab", "current": False})
    return {
        "assets": f"{site.prefix}assets/",
        "version": assets_version(),
        "script": Markup('<script nonce="{}"').format(NONCE_MARK),
        "eye": Markup(_eye()),  # noqa: S704 - a drawing of our own
        "prefix": site.prefix,
        "slug": slug or "home",
        "links": links,
        "user": viewer.name,
        "lab": site.lab,
        "logout": site.logout,
    }

"""What makes two deliveries the same article, and what makes two articles the same text.

An article's best name is its address, but one page has many: with tracking parameters, on hosts for telephones, in
AMP and in AMP's caches, its Arabic slug raw or percent-encoded. `canonical_url` folds them into one, and only what
surely says nothing of the page is taken away: a parameter that anywhere is a number of articles (`cid`, `ref`) stays.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Final
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

from tasks.identity import stable_id

# Names that analytics and advertising add to links, as their makers document them: Google, Meta, Microsoft, Yandex, X,
# TikTok, LinkedIn, Pinterest, Mailchimp, HubSpot, Marketo, Matomo, AT Internet (BBC's at_*, xtor), comScore (ns_*).
# courlan's list is not taken: it holds cid, eid, uid, session and source, which are whose article it is on some sites.
_TRACKING: Final = re.compile(
    r"(?:utm|at|mtm|pk|piwik|matomo|ns|ga|hsa|itm|vero|oly|fb_action|amp)_\w+|__?hs\w+"
    r"|(?:fb|g|dc|y|ysc|tw|tt|msclk|gbra|wbra|srslt)(?:cl)?id|gclsrc|gad_\w+|_g[al]|mc_[ce]id|mkt_tok|igshid|igsh"
    r"|li_fat_id|epik|ref_src|ref_url|fb_source|s_kwcid|xtor|wt_mc|ocid|cmpid|icid|intcid|ncid|mbid|ito|smid|smtyp"
    r"|guccounter|guce_referr\w+|traffic_source|trkcampaign|__twitter_impression|usqp|sr_share|yptr",
    re.IGNORECASE,
)
_AMP_VALUES: Final = {"amp": ("", "1", "true", "amp"), "outputtype": ("amp", "amp-type"), "output": ("amp",)}
_HOST_PREFIXES: Final = ("www.", "m.", "mobile.", "amp.")
_AMP_CACHE: Final = ".cdn.ampproject.org"
_CACHED: Final = re.compile(r"/(?:[cvia]|amp)/(?P<secure>s/)?(?P<rest>[^/]+\.[^/]+/.*)")
_GOOGLE: Final = re.compile(r"google\.(?:com|[a-z]{2,3})(?:\.[a-z]{2})?")
_INDEX: Final = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_AMP_SUFFIX: Final = re.compile(r"\.amp(?:\.html?)?$", re.IGNORECASE)
_LONGEST: Final = 4_000
"""Characters; what is longer is data in the disguise of an address, and is compared as it stands."""


def url_host(url: str | None) -> str | None:
    """The host of an absolute http(s) `url`, in lower case, None for anything else.

    Without "www.", without the "m.", "mobile." or "amp." of other editions of a page, Arabic names in Arabic.
    """
    parts = _split(url)
    return _host(parts) if parts else None


def canonical_url(url: str | None) -> str | None:
    """The part of `url` that says which page it is, or None where it cannot tell pages apart.

    Scheme, "www." and hosts of other editions, default ports, fragments (but those of "#!" and "#/"), tracking
    parameters, AMP's paths, parameters and caches, "index.html" and closing slashes are taken away; parameters are in
    order of their names; percent-encoding is undone, however often it was done, and text is in NFC. Encoded stay bytes
    that are no UTF-8, "%", "?", "#", blanks, and in parameters "&" and "+". A bare host names a site, not an article.
    `canonical_url("https://" + page)` is `page`.
    """
    parts = _split(url)
    host = _host(parts) if parts else None
    if parts is None or host is None:
        return None
    try:
        port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    except ValueError:
        port = ""
    path, query = _path(parts.path), _query(parts.query)
    fragment = _decoded(parts.fragment) if parts.fragment.startswith(("!", "/")) else ""
    if not path and not query and not fragment:
        return None
    return f"{host}{port}{path}" + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def _split(url: str | None) -> SplitResult | None:
    """The parts of an absolute http(s) URL, out of the AMP cache that it may name; None for anything else."""
    try:
        parts = urlsplit((url or "").strip().replace("&amp;", "&"))
        if parts.scheme.lower() not in ("http", "https") or len(url or "") > _LONGEST:
            return None
        host = (parts.hostname or "").removeprefix("www.")
        is_cache = host.endswith(_AMP_CACHE) or (_GOOGLE.fullmatch(host) and parts.path.startswith("/amp/"))
        if is_cache and (cached := _CACHED.fullmatch(parts.path)):
            scheme = "https" if cached["secure"] else "http"
            query = f"?{parts.query}" if parts.query else ""
            return _split(f"{scheme}://{cached['rest']}{query}")
    except ValueError:
        return None
    return parts


def _host(parts: SplitResult) -> str | None:
    labels = [_label(label) for label in (parts.hostname or "").rstrip(".").split(".")]
    host = unicodedata.normalize("NFC", ".".join(labels))
    while prefix := next((one for one in _HOST_PREFIXES if host.startswith(one) and "." in host[len(one) :]), None):
        host = host.removeprefix(prefix)
    return host or None


def _label(label: str) -> str:
    """A label of a host, Punycode undone."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def _path(path: str) -> str:
    """`path` without what does not tell pages apart; "" or with a slash before it."""
    segments = [segment for segment in _decoded(path).split("/") if segment]
    pages = [segment for segment in segments if segment.lower() != "amp"] or segments
    shown = "".join(f"/{segment}" for segment in pages)
    while (shorter := _AMP_SUFFIX.sub(_html, _INDEX.sub("", shown))) != shown:
        shown = shorter
    return shown


def _html(amp_suffix: re.Match[str]) -> str:
    """What stays of ".amp.html": ".html"; of ".amp": nothing."""
    return amp_suffix[0][len(".amp") :]


def _query(query: str) -> str:
    """The parameters that may tell pages apart, in order of their names."""
    kept = []
    for item in query.replace("+", " ").split("&"):
        name, equals, value = item.partition("=")
        name, value = _decoded(name, "&=+"), _decoded(value, "&+")
        is_amp = value.lower() in _AMP_VALUES.get(name.lower(), ())
        if (name or value) and not is_amp and not _TRACKING.fullmatch(name):
            kept.append((name, f"{name}{equals}{value}"))
    return "&".join(item for _, item in sorted(kept, key=lambda pair: pair[0]))


def _decoded(text: str, reserved: str = "") -> str:
    """`text` with percent-encoding undone until nothing is left of it, but for what would then be read otherwise."""
    data = text.encode("utf-8", "surrogatepass")
    while (plain := unquote_to_bytes(data)) != data:
        data = plain
    shown = unicodedata.normalize("NFC", data.decode("utf-8", "surrogateescape"))
    if shown.isprintable() and frozenset(f"%?# {reserved}").isdisjoint(shown):
        return shown  # nearly always
    return "".join(_encoded(char) if char in reserved or _must_stay(char) else char for char in shown)


def _must_stay(char: str) -> bool:
    return char in "%?#" or char.isspace() or not char.isprintable()


def _encoded(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))


def content_hash(title: str | None, text: str) -> int:
    """Hash of what a reader sees, unsigned 64 bits."""
    return stable_id(title, text)


def article_id(
    *,
    url: str | None,
    record_id: str | None,
    source: str | None,
    origin: str,
    whole: bool,
    title: str | None,
    published_at: datetime | None,
    content: int,
) -> int:
    """Identifier of an article, unsigned 64 bits: of the best that it is known by.

    In order: canonical URL; the record's own identifier with its source (without one, with its origin: two files may
    both count from 1); the path of a file that holds nothing else (`whole`; standard input has none); source, title
    and date; `content` (`content_hash`).
    """
    if page := canonical_url(url):
        return stable_id("url", page)
    if record_id or url:
        return stable_id("record", source or origin, record_id or url)
    if whole and origin != "-":
        return stable_id("file", origin)
    if title and published_at:
        return stable_id("headline", source, title, published_at.isoformat())
    return stable_id("content", content)

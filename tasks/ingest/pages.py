"""A web page as the fields of an article: its text by trafilatura, what is said about it by its publisher.

Publishers describe their articles for search engines (JSON-LD) and for social networks (OpenGraph); what stands there
goes before anything read off the page. trafilatura and htmldate fill what is missing, dates only where a tag or the
address names one: a day guessed from a page's small print does more harm than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from tasks.ingest.linked_data import Node, linked_data
from tasks.ingest.page_text import decode_page
from tasks.ingest.records import ReadError, Reason

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_FEWEST_WORDS: Final = 12
"""Of an article. News in brief has fifteen; "please enable JavaScript" has nine."""
_WORDS_OF_A_SHELL: Final = 60
_FEWEST_WORDS_OF_A_TITLE: Final = 4
_WORDS_OF_A_MENU: Final = 6  # in a line
_LINES_OF_A_MENU: Final = 30
_TEASERS: Final = 5
_LONGEST_TEASER: Final = 45  # words
_TITLE_ENDS: Final = re.compile(r"\s+[|\-–—«»:•·]+\s+")
_SPACES: Final = re.compile(r"\s+")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?=[-_]|$)")

_OF_META: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("og:title", "twitter:title", "dc.title", "dcterms.title", "headline"),
    "author": ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author"),
    "date_published": (
        *("article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publishdate"),
        *("publish-date", "publish_date", "publication_date", "dc.date.issued", "dcterms.issued", "dc.date"),
        *("dcterms.date", "parsely-pub-date", "sailthru.date", "article.published", "cxenseparse:recs:publishtime"),
    ),
    "site_name": ("og:site_name", "application-name", "dc.publisher", "dcterms.publisher", "publisher"),
    "url": ("og:url",),
    "language": ("og:locale", "content-language", "dc.language", "inlanguage"),
}
"""Names of <meta> (as `name`, `property`, `itemprop` or `http-equiv`, in lower case), best first."""


def page_fields(html: bytes, url: str | None = None, charset: str | None = None) -> Mapping[str, object]:
    """The fields of the article that the page `html` holds.

    Args:
        html: the page as delivered, in any encoding.
        url: where it is from; used where it names no address of its own, and to complete relative ones.
        charset: what its server said of its encoding; believed where the bytes allow it.

    Returns:
        `title`, `text` (a paragraph a line), `author`, `date_published` (as written; a list if it is said in several
        places), `language` (as declared: "ar"), `url` (canonical) and `site_name`; a field that is not known is None.

    Raises:
        ReadError: (`no_article`) it is a list of articles, empty, built by a script or behind a paywall;
            (`wrong_encoding`) its bytes are no text; (`empty_file`) there is nothing.
    """
    tree = _parse(decode_page(html, charset))
    meta = _meta(tree)
    described = linked_data(tree.xpath("//script[@type='application/ld+json']/text()"), url)
    address = _address(tree, meta, described, url)
    title, lines = _below_title(_title(tree, meta, described), _lines(tree, described))
    text = "\n".join(lines)
    _check(tree, meta, described, address, text)
    dates = list(dict.fromkeys(filter(None, [described.get("datePublished"), *_all_meta(meta, "date_published")])))
    return {
        "title": title,
        "text": text,
        "author": described.names("author") or _author(tree, meta),
        "date_published": dates or _date(tree, address),
        "language": _language(tree, meta, described),
        "url": address,
        "site_name": next(iter(described.names("publisher")), None) or next(_all_meta(meta, "site_name"), None),
    }


def _parse(text: str) -> HtmlElement:
    """The page as a tree: whatever its declarations say of encodings, it is read as the text it now is.

    Raises:
        ReadError: (`empty_file`) there is nothing.
    """
    from lxml import etree, html  # noqa: PLC0415  # slow to import, needed for pages only

    parser = html.HTMLParser(encoding="utf-8", remove_pis=True, no_network=True)
    try:
        tree: HtmlElement = html.document_fromstring(text.replace("\x00", "").encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ReadError(Reason.EMPTY_FILE, "there is no page in it") from error
    return tree


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    """Contents of the page's <meta>, and of whatever else carries `itemprop` and `content`, by name."""
    found: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@content] | //*[@itemprop][@content or @datetime]"):
        content = _plain(element.get("content") or element.get("datetime"))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            for name in (element.get(attribute) or "").lower().split():
                if content:
                    found.setdefault(name, []).append(content)
    return found


def _all_meta(meta: Mapping[str, list[str]], field: str) -> Iterator[str]:
    for name in _OF_META[field]:
        yield from meta.get(name, ())


def _address(tree: HtmlElement, meta: Mapping[str, list[str]], described: Node, url: str | None) -> str | None:
    """The page's canonical URL; the one it was fetched from where it names none, or only its site."""
    named = [*tree.xpath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href"), *_all_meta(meta, "url")]
    for found in [*named, described.get("url")]:
        try:
            address: str = urljoin(url or "", (found or "").strip())
            parts = urlsplit(address)
        except ValueError:
            continue
        # Many templates name the front page as every page's canonical address.
        if parts.scheme in ("http", "https") and (parts.path.strip("/") or parts.query):
            return address
    return url


def _title(tree: HtmlElement, meta: Mapping[str, list[str]], described: Node) -> str | None:
    if title := _plain(described.get("headline")):
        return title
    sites = [*_all_meta(meta, "site_name"), *described.names("publisher")]
    heading = [_plain(one.text_content()) for one in tree.xpath("//h1")]
    for title in [next(_all_meta(meta, "title"), None), *(_plain(one.text_content()) for one in tree.xpath("//title"))]:
        if title:
            return _without_site(title, sites, heading)
    return next(filter(None, heading), None)


def _without_site(title: str, sites: list[str], headings: list[str | None]) -> str:
    """`title` without the name of its site, as templates put it before or after: "headline | site"."""
    parts = _TITLE_ENDS.split(title)
    if len(parts) > 1:
        for heading in headings:
            if heading and title.startswith(heading):
                return heading
        for part, rest in ((parts[-1], title[: -len(parts[-1])]), (parts[0], title[len(parts[0]) :])):
            if part in sites:
                return rest.strip(" |-–—«»:•·\t")
    return title


def _lines(tree: HtmlElement, described: Node) -> list[str]:
    """The article's paragraphs; none if there are none."""
    from trafilatura import bare_extraction  # noqa: PLC0415  # slow to import, needed for pages only

    # Tables in news are layout or results of matches; with them, a page laid out in tables comes out as one.
    found = bare_extraction(tree, include_comments=False, include_tables=False, with_metadata=False)
    text = (getattr(found, "text", None) or "").strip()
    body = described.body()
    # The page is built by a script, but says what it will hold; trafilatura may have found that, without paragraphs.
    if len(text) < len(body) / 2 or _SPACES.sub("", text) == _SPACES.sub("", body):
        text = body
    return [line for line in map(str.strip, text.split("\n")) if line]


def _below_title(title: str | None, lines: list[str]) -> tuple[str | None, list[str]]:
    """The title and what stands below it, if it stands among the first lines with only short ones above: the menu of
    an old page. There it also shows which part of a <title> like "site: headline" it is."""
    names = {title, *_TITLE_ENDS.split(title)} if title else set()
    for index, line in enumerate(lines[:_LINES_OF_A_MENU]):
        same = _plain(line)
        if same in names and (same == title or len(line.split()) >= _FEWEST_WORDS_OF_A_TITLE):
            return same, lines[index + 1 :]
        if len(line.split()) > _WORDS_OF_A_MENU:
            break
    return title, lines


def _check(tree: HtmlElement, meta: Mapping[str, list[str]], described: Node, address: str | None, text: str) -> None:
    """Let pages pass that hold one article.

    Raises:
        ReadError: (`no_article`) this one holds none, or many.
    """
    words = len(text.split())
    if words < _FEWEST_WORDS:
        if described.get("isAccessibleForFree", "").lower() == "false":
            detail = "its text is behind a paywall"
        elif tree.xpath("boolean(//script)") and len(_visible(tree).split()) < _WORDS_OF_A_SHELL:
            detail = "it holds no text: a script puts it there when the page is shown"
        else:
            detail = "it holds no text of an article"
        raise ReadError(Reason.NO_ARTICLE, f"{detail} ({words} words)")
    is_article = described.is_article or "article" in meta.get("og:type", ()) or "article:published_time" in meta
    teasers = len(tree.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4][a or parent::a]"))
    longest = max(len(line.split()) for line in text.split("\n"))
    at_the_root = address is not None and not urlsplit(address).path.strip("/")
    if not is_article and teasers >= _TEASERS and (longest < _LONGEST_TEASER or at_the_root):
        raise ReadError(Reason.NO_ARTICLE, f"it is a list of articles ({teasers} headlines with links)")


def _visible(tree: HtmlElement) -> str:
    return "".join(tree.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]")).strip()


def _author(tree: HtmlElement, meta: Mapping[str, list[str]]) -> list[str]:
    """Who is named as author in <meta> (addresses of profiles are no names), or by the mark-up of a byline."""
    names = [name for name in _all_meta(meta, "author") if "://" not in name]
    marked = tree.xpath("//*[@itemprop='author' or @rel='author' or @class='author' or @class='byline']")
    names += [name for one in marked if (name := _plain(one.text_content())) and len(name.split()) <= 6]
    return names[:1]


def _date(tree: HtmlElement, address: str | None) -> str | None:
    """The date in a <time>, a tag or an address that htmldate knows; no guesses from the page's text."""
    for moment in tree.xpath("//time[@datetime][not(ancestor::aside or ancestor::nav or ancestor::footer)]/@datetime"):
        return str(moment)
    from htmldate import find_date  # noqa: PLC0415  # slow to import, needed for pages only

    found: str | None = find_date(tree, url=address, extensive_search=False, original_date=True)
    return found


def _language(tree: HtmlElement, meta: Mapping[str, list[str]], described: Node) -> str | None:
    for declared in (described.get("inLanguage"), tree.get("lang"), tree.get("xml:lang"), *_all_meta(meta, "language")):
        if match := _LANGUAGE.match((declared or "").strip().lower()):
            return match[0]
    return None


def _plain(text: str | None) -> str | None:
    """`text` on one line, or None if nothing is left."""
    return _SPACES.sub(" ", text or "").strip() or None

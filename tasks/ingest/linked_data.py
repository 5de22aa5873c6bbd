"""What a page says of itself in JSON-LD: the node of its article, however it is wrapped.

Wild JSON-LD comes as one object, an array, or a `@graph` whose nodes point at each other by `@id`; with names of types
as a word, a list or a URL; in comments, with line breaks in strings, and with entities as if it were HTML.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_ARTICLE: Final = re.compile(r"(?:^|/|:)(?:\w*Article|BlogPosting|LiveBlogPosting|Report|SocialMediaPosting)$")
_WRAPPING: Final = re.compile(r"^\s*(?://\s*)?(?:<!\[CDATA\[|<!--)|(?://\s*)?(?:\]\]>|-->)\s*;?\s*$")
_TAG: Final = re.compile(r"<(?:br|/p|/div|/li)\b[^>]*>", re.IGNORECASE)
_ANY_TAG: Final = re.compile(r"<[a-zA-Z/][^>]*>")
_LARGEST: Final = 2_000_000  # characters of one script
_DEEPEST: Final = 6


class Node:
    """The node of an article, or of nothing; a value that is an `@id` is followed to the node it names."""

    def __init__(self, fields: Mapping[str, Any] | None = None, nodes: Mapping[str, Mapping[str, Any]] | None = None):
        """Keep the article's own fields and all nodes of the page by `@id`."""
        self._fields = fields or {}
        self._nodes = nodes or {}

    @property
    def is_article(self) -> bool:
        """Whether there is one."""
        return bool(self._fields)

    def get(self, name: str, default: str = "") -> str:
        """The value of `name` as text, without entities; `default` if it is none."""
        return next(self._texts(self._fields.get(name), ("@id", "url", "name", "@value")), default)

    def names(self, name: str) -> list[str]:
        """What the people or organisations under `name` are called, each once."""
        found = self._texts(self._fields.get(name), ("name", "@value", "legalName", "alternateName"))
        return list(dict.fromkeys(one for one in found if "://" not in one))

    def body(self) -> str:
        """`articleBody` as plain lines."""
        text = _TAG.sub("\n", str(self._fields.get("articleBody") or ""))
        return html.unescape(_ANY_TAG.sub("", text)).replace("\r\n", "\n").strip()

    def _texts(self, value: object, keys: Sequence[str], depth: int = 0) -> Iterator[str]:
        if depth > _DEEPEST:
            return
        if isinstance(value, list):
            for item in value:
                yield from self._texts(item, keys, depth + 1)
        elif isinstance(value, dict):
            whole = {**self._nodes.get(str(value.get("@id")), {}), **value}
            for key in keys:
                if whole.get(key):
                    yield from self._texts(whole[key], keys, depth + 1)
                    return
        elif isinstance(value, (str, int, float)):
            text = html.unescape(str(value)).strip()
            if text:
                yield text


def linked_data(scripts: Sequence[str], url: str | None) -> Node:
    """The article that the JSON-LD of a page describes: of several, the one at `url`, else the first with a headline.

    Articles that are only listed (`itemListElement`, `hasPart`) are others.
    """
    nodes = [node for script in scripts for node in _nodes(_parse(script), 0)]
    articles = [node for node in nodes if any(map(_ARTICLE.search, _types(node)))]
    if not articles:
        return Node()
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node}
    own = [node for node in articles if url and url in (node.get("url"), node.get("@id"), _page_of(node))]
    titled = [node for node in articles if node.get("headline")]
    return Node((own or titled or articles)[0], by_id)


def _parse(script: str) -> object:
    text = _WRAPPING.sub("", script[:_LARGEST]).strip().rstrip(";")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: object, depth: int) -> Iterator[Mapping[str, Any]]:
    """Objects at the top, in arrays and in `@graph`, and what they say is the page's main entity."""
    if isinstance(value, list) and depth <= _DEEPEST:
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict) and depth <= _DEEPEST:
        yield value
        for key in ("@graph", "mainEntity", "author", "publisher"):
            yield from _nodes(value.get(key), depth + 1)


def _types(node: Mapping[str, Any]) -> list[str]:
    kind = node.get("@type")
    return [str(one) for one in kind] if isinstance(kind, list) else [str(kind)]


def _page_of(node: Mapping[str, Any]) -> object:
    page = node.get("mainEntityOfPage")
    return page.get("@id") if isinstance(page, dict) else page

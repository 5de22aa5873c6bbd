"""Which field of a record is the title, which the text: names differ by source, columns do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

DEFAULT_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": (
        *("title", "headline", "heading", "head", "news_title", "article_title", "title_page", "title_rss"),
        *("العنوان", "عنوان"),
    ),
    "text": (
        *("text", "content", "body", "article", "article_text", "article_body", "articlebody", "full_text"),
        *("fulltext", "plaintext", "maintext", "main_text", "content_text", "body_text", "news_text", "story", "news"),
        *("النص", "نص", "المحتوى", "الخبر"),
    ),
    "published_at": (
        *("published_at", "publishedat", "date_published", "datepublished", "publish_date", "published_date"),
        *("publishing_date", "publication_date", "publicationdate", "pub_date", "pubdate", "date_publish"),
        *("published", "date"),
        *("datetime", "timestamp", "date_time", "created_at", "date_extracted", "time", "التاريخ", "تاريخ"),
    ),
    "author": ("author", "authors", "byline", "creator", "writer", "الكاتب", "كاتب"),
    "url": (
        *("url", "link", "canonical_url", "canonical_link", "permalink", "article_url", "source_url"),
        *("web_url", "weburl", "href", "uri", "الرابط", "رابط"),
    ),
    "source": (
        *("source", "publisher", "source_name", "site_name", "meta_site_name", "newspaper", "outlet"),
        *("publication", "source_domain", "site", "domain", "المصدر", "مصدر"),
    ),
    "html": ("html", "raw_html", "html_content", "page_html", "page_source"),
    "record_id": ("id", "_id", "article_id", "uuid", "guid", "news_id", "doc_id", "docno", "docid"),
}
"""Usual names of each column's field, best first: "date" before "date_extracted", which is only when it was fetched."""


def normal_name(name: str) -> str:
    """Spell `name` as this module does: "Date Published" and "date-published" are "date_published"."""
    return "_".join(name.strip().lower().replace("-", " ").split())


class FieldMap:
    """From the names of a record's fields to the columns that they may fill."""

    def __init__(self, more: Mapping[str, Sequence[str]]) -> None:
        """Put the names of `more` (column to names) before the usual ones.

        Raises:
            ValueError: `more` has a column that is none.
        """
        if unknown := sorted(set(more) - set(DEFAULT_FIELDS)):
            raise ValueError(f"fields: no column {', '.join(unknown)}; there are {', '.join(DEFAULT_FIELDS)}")
        self._rank = {
            column: {
                name: rank for rank, name in reversed([*enumerate([*map(normal_name, more.get(column, ())), *names])])
            }
            for column, names in DEFAULT_FIELDS.items()
        }
        # Records of one document nearly always have the same fields in the same order.
        self.columns = lru_cache(maxsize=1024)(self._columns)

    def _columns(self, names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """For each column the fields among `names` that may fill it, best first."""
        return {
            column: tuple(
                sorted(
                    (name for name in names if normal_name(name) in rank),
                    key=lambda name: rank[normal_name(name)],
                )
            )
            for column, rank in self._rank.items()
        }

    def knows(self, name: str) -> bool:
        """Whether a field called `name` may fill any column."""
        return any(normal_name(name) in rank for rank in self._rank.values())

    def has_text(self, names: Sequence[str]) -> bool:
        """Whether one of `names` may be an article's text."""
        return bool(self.columns(tuple(names))["text"])

"""Fragments of HTML, as feeds and services carry them, as text that keeps its paragraphs.

A fragment is an article's own markup with nothing around it; what finds the article on a whole page is `pages`.
"""

from __future__ import annotations

import html
import re
from typing import Final

from lxml import etree

from tasks.ingest.records import ReadError, Reason

_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
_NO_CHARACTER: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SPACE: Final = re.compile(r"[ \t\r\n]+")
_BLOCKS: Final = {
    *("address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figure"),
    *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre"),
    *("section", "table", "tr", "ul"),
}
_UNSEEN: Final = {
    *("audio", "button", "canvas", "embed", "figcaption", "head", "iframe", "math", "noscript", "object", "script"),
    *("select", "style", "svg", "template", "textarea", "title", "video"),
}


def plain_text(markup: str) -> str:
    """The text of `markup`: paragraphs a blank line apart, lines where it breaks them; text without tags as it is.

    Raises:
        ReadError: (`too_deep`, `too_large`) the parser refuses it.
    """
    markup = _NO_CHARACTER.sub("", markup)
    if not _TAG.search(markup):
        return html.unescape(markup).strip()
    parser = etree.HTMLParser(recover=True, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    tree = etree.fromstring(f"<div>{markup}</div>", parser)
    for fault in parser.error_log:
        if fault.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            reason = Reason.TOO_DEEP if "depth" in fault.message else Reason.TOO_LARGE
            raise ReadError(reason, f"the parser refuses its HTML ({fault.message.partition(',')[0]})")
    return "\n\n".join(_paragraphs(tree)) if tree is not None else ""


def one_line(markup: str) -> str:
    """The text of `markup` on one line: a title, a name."""
    return " ".join(plain_text(markup).split())


def _paragraphs(tree: etree._Element) -> list[str]:
    done: list[str] = []
    parts: list[str] = []

    def end_paragraph() -> None:
        lines = (line.strip(" ") for line in "".join(parts).split("\n"))
        if paragraph := "\n".join(filter(None, lines)):
            done.append(paragraph)
        parts.clear()

    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        name = element.tag if isinstance(element.tag, str) else ""
        if name in _BLOCKS:
            end_paragraph()
        if event == "end":
            parts.append(_SPACE.sub(" ", element.tail or ""))
        elif name in _UNSEEN:
            walk.skip_subtree()
        else:
            parts.append("\n" if name == "br" else " " if name in ("td", "th") else "")
            parts.append(_SPACE.sub(" ", element.text or ""))
    end_paragraph()
    return done

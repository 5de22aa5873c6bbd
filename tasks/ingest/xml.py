"""XML that strangers wrote: cut into the elements that matter, each of which is parsed by itself.

All XML is read here, and safely: nothing is declared, nothing is fetched and nothing grows. Document types are taken
off before a parser sees them, and a document that declares entities of its own is refused. What is left is read
leniently, as feeds must be: stray ampersands, HTML's named characters, control characters and missing end tags do no
harm. An element that is broken, too large or in an unknown encoding costs itself, and memory holds one at a time.
"""

from __future__ import annotations

import codecs
import html
import io
import re
from collections.abc import Iterator
from html.entities import html5
from typing import Final, NamedTuple

from lxml import etree

from tasks.ingest.decode import Decoder
from tasks.ingest.records import Problem, ReadError, Reason
from tasks.ingest.settings import ReadSettings
from tasks.ingest.streams import BUFFER

_MAX_PROLOG: Final = 1 << 16  # code points before the root's start tag ends
_LONGEST_TOKEN: Final = 256  # an end tag, or the beginning of a start tag, that the end of the window may have cut
_DECLARED: Final = re.compile(r"<!ENTITY\s+([^\s%\"'<>]+)\s+[\"']")
_DOCTYPE_PART: Final = re.compile(r"<!--|[\"'\[\]>]")
_ROOT: Final = re.compile(r"<((?:[\w.-]+:)?([\w.-]+))(?:\s[^<>]*|/)?>")
_CDATA: Final = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_REFERENCE: Final = re.compile(r"&(?:#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{1,31});)?")
_NO_TAG: Final = re.compile(r"<(?![A-Za-z_/?]|!--)")
_NO_CHARACTER: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML_NAMES: Final = ("amp", "lt", "gt", "quot", "apos")


class Element(NamedTuple):
    """One of the elements that were asked for."""

    number: int  # from 1
    tree: etree._Element
    payload: bytes  # as delivered, in UTF-8


def root_name(head: bytes) -> str | None:
    """The name, without prefix, of the root of an XML document that begins with `head`; None if it is none."""
    try:
        return _prolog(head.decode("utf-8", "replace")).name
    except ReadError:
        return None


def local_name(element: etree._Element) -> str:
    """The name of `element` without its namespace or prefix, declared or not."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


class Elements:
    """The elements of `stream` that have one of `names` (without prefix), in order."""

    def __init__(self, stream: io.BufferedReader, names: tuple[str, ...], settings: ReadSettings) -> None:
        """Read as far as the root's start tag.

        Raises:
            ReadError: (`broken_xml`, `unsafe_xml`) it is no XML, or none that is read.
        """
        self._stream = stream
        self._limit = settings.max_record_bytes
        self._utf8 = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._decoder = Decoder()
        # The window: a stretch of the document that moves over it, where it is read, and where its element begins.
        self._text = ""
        self._at = 0
        self._start: int | None = None
        self._ended = False
        self._head: str | None = None  # until the first element begins, which has all that is before it
        while not self._ended and len(self._text) < _MAX_PROLOG:
            self._more()
        prolog = _prolog(self._text)
        _check_doctype(prolog.doctype)
        alone = prolog.name in names
        self.root = None if alone else prolog.name  # None: the document is one of the elements by itself
        self._opening = "<alone>" if alone else prolog.tag.removesuffix("/>").removesuffix(">") + ">"
        self._closing = "</alone>" if alone else f"</{prolog.qualified}>"
        self._closed = alone or prolog.tag.endswith("/>")
        self._text = self._text[prolog.end - len(prolog.tag) * alone :]
        self._token = re.compile(
            rf"<!\[CDATA\[|<!--|<(/?)(?:[\w.-]+:)?({'|'.join(names)})(?=[\s/>])|</{re.escape(prolog.qualified)}\s*>"
        )

    def head(self) -> etree._Element:
        """The root as it is before the first element; empty while that has not been given."""
        try:
            return self._parse(self._decoder.mend(self._head or ""))
        except ReadError:
            return self._parse("")

    def __iter__(self) -> Iterator[Element | Problem]:
        """One element or problem after another; at the end a problem without number if the document is cut off."""
        for number, piece in enumerate(self._pieces(), 1):
            if isinstance(piece, Problem):
                yield piece if piece.number is None else piece._replace(number=number)
                continue
            payload = piece.encode("utf-8", "surrogateescape")
            try:
                parent = self._parse(self._decoder.decode(payload))
            except ReadError as error:
                yield error.at(number, payload)
            else:
                yield Element(number, parent[0] if len(parent) else parent, payload)

    def _pieces(self) -> Iterator[str | Problem]:
        """The elements as they are written, or what is wrong with them."""
        while True:
            match, end = self._next()
            if end is None:
                if self._start is not None:
                    yield self._given_up(match)
                    self._start = None
                if match is None and self._ended:
                    break
            elif match is None or match[2] is None:
                self._closed = self._closed or (match is not None and match[0].startswith("</"))
            elif match[1]:
                if self._start is not None:
                    yield self._text[self._start : end]
                    self._start = None
            else:
                if self._start is not None:  # its end tag is missing
                    yield self._text[self._start : match.start()]
                if self._head is None:
                    self._head = self._text[: match.start()]
                self._start = match.start()
                if self._text[end - 2] == "/":
                    yield self._text[self._start : end]
                    self._start = None
        if not self._closed:
            yield Problem(None, Reason.BROKEN_XML, f"it is cut off: there is no {self._closing}")

    def _next(self) -> tuple[re.Match[str] | None, int | None]:
        """The next token, and where it ends; without end where there is none, or none within the limit."""
        while True:
            match = self._token.search(self._text, self._at)
            if match is None:
                self._at = len(self._text) if self._ended else max(self._at, len(self._text) - _LONGEST_TOKEN)
            elif end := self._end_of(match):
                self._at = end
                return match, end
            begin = self._start if self._start is not None else match.start() if match else self._at
            if self._ended or len(self._text) - begin > self._limit:
                self._at = match.end() if match else self._at
                return match, None
            self._more()

    def _end_of(self, match: re.Match[str]) -> int:
        """Where what begins with `match` ends; 0 if that is not in the window."""
        mark = {"<![CDATA[": "]]>", "<!--": "-->"}.get(match[0], ">")
        return _after(self._text, mark, match.end() - 1)

    def _more(self) -> None:
        """Read on, and let go of what is done with."""
        keep = self._at if self._start is None else self._start
        if self._head is None:
            keep = min(keep, max(0, keep - self._limit))
        rest = self._text[keep:]
        data = self._stream.read(max(BUFFER, len(rest)))
        self._ended = not data
        self._text = rest + self._utf8.decode(data, final=self._ended)
        self._at -= keep
        self._start = None if self._start is None else self._start - keep

    def _given_up(self, unclosed: re.Match[str] | None) -> Problem:
        payload = self._text[self._start : (self._start or 0) + self._limit].encode("utf-8", "surrogateescape")
        if not self._ended:
            return Problem(0, Reason.TOO_LARGE, f"it is longer than {self._limit:,} characters", payload)
        self._closed = True  # that it is cut off is told herewith
        what = f"{unclosed[0]!r} in it has no end" if unclosed else "it has no end"
        return Problem(0, Reason.BROKEN_XML, what, payload)

    def _parse(self, content: str) -> etree._Element:
        """The root with `content` and nothing else in it.

        Raises:
            ReadError: (`broken_xml`, `too_deep`, `too_large`)
        """
        # A parser for each: one that stumbled over an element would report its errors for the next.
        parser = etree.XMLParser(
            encoding="utf-8",
            recover=True,
            resolve_entities=False,
            load_dtd=False,
            dtd_validation=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        tree = etree.fromstring((_clean(self._opening + content) + self._closing).encode(), parser)
        for fault in parser.error_log:
            if fault.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
                reason = Reason.TOO_DEEP if "depth" in fault.message else Reason.TOO_LARGE
                raise ReadError(reason, f"the parser refuses it ({fault.message.partition(',')[0]})")
        if tree is None:
            raise ReadError(Reason.BROKEN_XML, "there is no element in it")
        return tree


class _Prolog(NamedTuple):
    """The beginning of a document, up to the end of its root's start tag."""

    doctype: str
    tag: str
    qualified: str  # name of the root, with prefix
    name: str  # and without
    end: int


def _prolog(text: str) -> _Prolog:
    """Pass over declarations, comments and whatever stands before the first tag.

    Raises:
        ReadError: (`broken_xml`) there is no tag.
    """
    at, doctype = 0, ""
    while (at := text.find("<", at)) >= 0:
        if text.startswith("<?", at):
            end = _after(text, "?>", at)
        elif text.startswith("<!--", at):
            end = _after(text, "-->", at)
        elif text.startswith("<!", at):
            end = _end_of_doctype(text, at)
            doctype += text[at:end]
        elif match := _ROOT.match(text, at):
            return _Prolog(doctype, match[0], match[1], match[2], match.end())
        else:
            end = at + 1
        if not end:
            break
        at = end
    raise ReadError(Reason.BROKEN_XML, "no element begins in it", text[:_MAX_PROLOG].encode("utf-8", "surrogateescape"))


def _after(text: str, mark: str, start: int) -> int:
    """Where the first `mark` from `start` on ends; 0 if there is none."""
    found = text.find(mark, start)
    return 0 if found < 0 else found + len(mark)


def _end_of_doctype(text: str, start: int) -> int:
    """Where the declaration that begins at `start` ends, past what it declares itself; 0 if it does not."""
    depth, at = 0, start
    while part := _DOCTYPE_PART.search(text, at):
        at = part.end()
        if part[0] == ">" and depth <= 0:
            return at
        depth += (part[0] == "[") - (part[0] == "]")
        if closing := {"<!--": "-->", '"': '"', "'": "'"}.get(part[0]):
            at = _after(text, closing, at)
            if not at:
                break
    return 0


def _check_doctype(doctype: str) -> None:
    """Refuse entities of a document's own, but for names that HTML has anyway.

    Raises:
        ReadError: (`unsafe_xml`) there are such.
    """
    names = _DECLARED.findall(doctype)
    if len(names) != doctype.count("<!ENTITY") or any(f"{name};" not in html5 for name in names):
        payload = doctype.encode("utf-8", "surrogateescape")
        raise ReadError(Reason.UNSAFE_XML, "it declares entities of its own, as feeds have no need to", payload)


def _clean(text: str) -> str:
    """`text` with every character that is no XML taken out or written as XML has it."""
    parts = _CDATA.split(text)
    parts[::2] = [_NO_TAG.sub("&lt;", _REFERENCE.sub(_reference, part)) for part in parts[::2]]
    return _NO_CHARACTER.sub("", "".join(parts))


def _reference(match: re.Match[str]) -> str:
    if match[0] == "&":
        return "&amp;"
    if match[1] in _XML_NAMES:
        return match[0]
    char = html.unescape(match[0])
    if char == match[0]:  # nobody knows it
        return f"&amp;{match[0][1:]}"
    return html.escape(char)

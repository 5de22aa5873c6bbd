"""Corpora of `<DOC>` elements, as TREC and the Linguistic Data Consortium deliver news.

They look like XML and are not: there is no root, ampersands stand bare, end tags are left out. So a document is what
lies between two marks, and an element is what lies between a tag and its end, whatever else may be wrong.

    <DOC id="AFP_ARB_20101201.0001" type="story">      <DOC>
    <HEADLINE> … </HEADLINE>                           <DOCNO> 20101201_AFP_ARB.0001 </DOCNO>
    <DATELINE> … </DATELINE>                           <TITLE> … </TITLE>
    <TEXT> <P> … </P> <P> … </P> </TEXT>               <TEXT> … </TEXT>
    </DOC>                                             </DOC>
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tasks.ingest.decode import Decoder
from tasks.ingest.fields import FieldMap
from tasks.ingest.records import Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.streams import lines

_HEAD: Final = re.compile(
    rb"\s*(?:<[?!][^>]{0,500}>\s*){0,9}(?:<(?!DOC[\s>])[a-z][\w.-]*[^<>]{0,500}>\s*)?<DOC[\s>]", re.IGNORECASE
)
_MARK: Final = re.compile(rb"<DOC(?=[\s>])|</DOC\s*>", re.IGNORECASE)
_ANY_TAG: Final = re.compile(rb"<[?!/]?[a-z][^<>]*>|<!--.*?-->", re.IGNORECASE)  # what may stand around documents

_TAG: Final = re.compile(r"<([A-Za-z][\w.-]*)((?:\s[^<>]*)?)>")
_ATTRIBUTE: Final = re.compile(r"""([A-Za-z][\w.-]*)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_BREAK: Final = re.compile(r"</?(?:P|BR|PARA|TURN|HL|LP)\b[^<>]*>", re.IGNORECASE)
_OTHER_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,300}>|<!--.*?-->", re.DOTALL)
_ENTITY: Final = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_WITHIN_TEXT: Final = frozenset({"p", "br", "para", "turn", "hl", "lp", "s", "seg", "b", "i", "f"})
_BLANK_LINES: Final = re.compile(r"\n\s*\n")
_MOST_ELEMENTS: Final = 200
_DEEPEST: Final = 8

_DATE_IN_ID: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})-?([01]\d)-?([0-3]\d)(?!\d)")
_IDS: Final = ("id", "docno", "docid", "doc_id")
_FULL_LINE: Final = 0.75  # of the longest: a shorter one ends a paragraph
_LONGEST_WRAPPED: Final = 160  # characters; longer lines were never wrapped
_AGENCIES: Final = {
    **{"AFP": "وكالة فرنس برس", "AFA": "وكالة فرنس برس", "XIN": "وكالة شينخوا", "XIA": "وكالة شينخوا"},
    **{"HYT": "الحياة", "ALH": "الحياة", "NHR": "النهار", "ANN": "النهار", "AAW": "الشرق الأوسط", "AHR": "الأهرام"},
    **{"ASB": "الصباح", "QDS": "القدس العربي", "UMH": "وكالة أمة برس"},
}
"""Publishers by the first letters of an identifier in the Arabic corpora of the Linguistic Data Consortium."""
_AGENCY: Final = re.compile(rf"(?<![A-Z])({'|'.join(_AGENCIES)})(?:_ARB|_ARA|(?=\d{{8}}))")


class DocCorpus:
    """A file of `<DOC>` elements; `Record.number` counts them."""

    name = "DOC corpus"
    suffixes = (".sgm", ".sgml", ".trec", ".xml", ".txt")
    is_text = True
    unit = "document"
    priority = 35
    needs: tuple[str, ...] = ()

    def sniff(self, head: bytes) -> bool:
        """It begins with `<DOC>`, perhaps within declarations and a root."""
        return bool(_HEAD.match(head))

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Problem]:
        """One record or problem for each `<DOC>`, and a problem for text that stands outside of any."""
        decoder = Decoder()
        number = 0
        for number, part in enumerate(_parts(stream, settings.max_record_bytes), 1):
            try:
                fields = _fields(part, decoder, settings)
            except ReadError as error:
                yield error.at(number, part.data)._replace(complete=part.complete, offset=part.offset)
            else:
                yield Record(number, fields, len(part.data), part.data, offset=part.offset)
        if not number:
            raise ReadError(Reason.BROKEN_SGML, "there is no <DOC> in it")


class _Part(NamedTuple):
    """A stretch of the file: a document from its tag to its end, or what stands between documents."""

    data: bytes
    offset: int
    is_document: bool
    is_closed: bool
    complete: bool  # no part of it was too long to be kept


def _parts(stream: io.BufferedReader, limit: int) -> Iterator[_Part]:
    """The documents of the file, and whatever text stands around them."""
    taken = _Taken(0, is_document=False)
    for line in lines(stream, limit):
        start = 0
        for mark in _MARK.finditer(line.data):
            opens = line.data[mark.start() + 1] != ord("/")
            end = mark.start() if opens else mark.end()
            if opens or taken.is_document:
                taken.add(line.data[start:end], limit)
                yield from taken.part(is_closed=not opens)
                taken = _Taken(line.offset + end, is_document=opens)
                start = end
        taken.add(line.data[start:], limit, complete=line.complete)
    yield from taken.part(is_closed=False)


class _Taken:
    """What was read of a part so far."""

    def __init__(self, offset: int, *, is_document: bool) -> None:
        self.is_document = is_document
        self._offset = offset
        self._pieces: list[bytes] = []
        self._size = 0
        self._complete = True

    def add(self, data: bytes, limit: int, *, complete: bool = True) -> None:
        self._size += len(data)
        if self._size <= limit:
            self._pieces.append(data)
        self._complete = self._complete and complete and self._size <= limit

    def part(self, *, is_closed: bool) -> Iterator[_Part]:
        data = b"".join(self._pieces)
        if self.is_document or _ANY_TAG.sub(b"", data).strip():
            yield _Part(data, self._offset, self.is_document, is_closed, self._complete)


def _fields(part: _Part, decoder: Decoder, settings: ReadSettings) -> dict[str, object]:
    """The fields of the document `part`: its attributes and elements by name, `text` in paragraphs.

    Raises:
        ReadError: (`broken_sgml`, `too_large`, `wrong_encoding`) it is none.
    """
    if not part.complete:
        raise ReadError(Reason.TOO_LARGE, f"it is longer than {settings.max_record_bytes:,} bytes")
    if not part.is_document:
        raise ReadError(Reason.BROKEN_SGML, "it stands outside of any <DOC>")
    head, _, inner = decoder.decode(part.data).partition(">")
    inner = re.sub(r"</DOC\s*>$", "", inner, flags=re.IGNORECASE)
    fields: dict[str, object] = {
        name.lower(): _plain(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(head) if value.strip("\"'")
    }
    elements = _Elements(settings.field_map)
    rest = elements.read(inner)
    for name, contents in elements.found.items():
        is_text = settings.field_map.has_text((name,))
        values = [made for content in contents if (made := (_paragraphs if is_text else _plain)(content))]
        if values:
            fields[name] = ("\n".join(values) if is_text else values[0]) if is_text or len(values) == 1 else values
    if not part.is_closed and not elements.text_is_closed:
        raise ReadError(Reason.BROKEN_SGML, "it has no end: is it cut off?")
    if not settings.field_map.has_text(tuple(fields)) and (text := _paragraphs(rest)):
        fields["text"] = text
    return _completed(fields, settings.field_map)


def _completed(fields: dict[str, object], field_map: FieldMap) -> dict[str, object]:
    """`fields`, with what an identifier tells of date and publisher, and with the dateline before the text."""
    columns = field_map.columns(tuple(fields))
    identifier = next((str(fields[name]) for name in _IDS if name in fields), "")
    if identifier:
        fields["id"] = identifier
    if not columns["published_at"] and (date := _DATE_IN_ID.search(identifier)):
        fields["date"] = "-".join(date.groups())
    if not columns["source"] and (agency := _AGENCY.search(identifier)):
        fields["source"] = _AGENCIES[agency[1]]
    if dateline := str(fields.get("dateline", "")).strip().rstrip("-– "):
        for name in columns["text"]:
            text = str(fields[name])
            if not text.startswith(dateline):
                fields[name] = f"{dateline} - {text}"
    return fields


class _Elements:
    """The innermost elements of a document by their names in lower case."""

    def __init__(self, field_map: FieldMap) -> None:
        self.found: dict[str, list[str]] = {}
        self.text_is_closed = False
        self._field_map = field_map
        self._left = _MOST_ELEMENTS

    def read(self, inner: str, depth: int = 0) -> str:
        """Take the elements of `inner`; what is left when they are taken out."""
        lower = inner.lower()  # of the same length for what tags are written in; others are found by chance only
        if len(lower) != len(inner):
            lower = inner
        rest: list[str] = []
        pos = 0
        while self._left and (tag := _TAG.search(inner, pos)):
            self._left -= 1
            name = tag[1].lower()
            if name in _WITHIN_TEXT:
                rest.append(inner[pos : tag.end()])
                pos = tag.end()
                continue
            rest.append(inner[pos : tag.start()])
            close = lower.find(f"</{name}", tag.end())
            is_text = self._field_map.has_text((name,))
            if close < 0:  # the end tag is left out: the element ends at the next tag, the text with the document
                following = _TAG.search(inner, tag.end())
                end = pos = len(inner) if is_text or following is None else following.start()
            else:
                end = close
                after = inner.find(">", close)
                pos = len(inner) if after < 0 else after + 1
                self.text_is_closed = self.text_is_closed or is_text
            self._take(name, inner[tag.end() : end], depth, is_text=is_text)
        rest.append(inner[pos:])
        return "".join(rest)

    def _take(self, name: str, content: str, depth: int, *, is_text: bool) -> None:
        inside = [tag[1].lower() for tag in _TAG.finditer(content) if tag[1].lower() not in _WITHIN_TEXT]
        wraps = any(map(self._holds_text, inside)) if is_text else bool(inside)
        if wraps and depth < _DEEPEST:
            self.read(content, depth + 1)
        else:
            self.found.setdefault(name, []).append(content)

    def _holds_text(self, name: str) -> bool:
        return self._field_map.has_text((name,))


def _plain(content: str) -> str:
    """`content` on one line."""
    return " ".join(_characters(_OTHER_TAG.sub(" ", content)).split())


def _paragraphs(content: str) -> str:
    """`content` with a paragraph a line: they are marked by tags, blank lines, or by lines that end early."""
    marked = _OTHER_TAG.sub("", _BREAK.sub("\n\n", content.replace("\r\n", "\n")))
    blocks = _BLANK_LINES.split(_characters(marked))
    width = max(map(len, "\n".join(blocks).split("\n")))
    is_tagged = bool(_BREAK.search(content))
    paragraphs: list[str] = []
    for block in blocks:
        goes_on = False
        for line in filter(None, map(str.rstrip, block.strip("\n").split("\n"))):
            if goes_on and not (line[0].isspace() and not is_tagged):
                paragraphs[-1] += " " + line.strip()
            else:
                paragraphs.append(line.strip())
            goes_on = is_tagged or (width <= _LONGEST_WRAPPED and len(line) >= _FULL_LINE * width)
    return "\n".join(filter(None, paragraphs))


def _characters(text: str) -> str:
    """`text` with its entities as characters; a bare ampersand is one."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)

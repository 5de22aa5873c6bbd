"""Whom the participants of events are, read in the light of what their article has said before.

A participant's words are read first: "وزير الدفاع العراقي جمعة عناد" says person, country and sector. What they leave
open is taken from the article, on one of these bases:

- article: a fuller mention says it; "الوزير العراقي" is whoever was called so before, and عناد keeps his office
- pair: "البلدين", "الجانبان", "الوزيران" are the two that were told of together
- owner: "بلاده", "قواتها" belong to the one named before
- counterpart: "نظيره الإيراني" holds the office of the one before him
- speaker: a verb of saying without a subject ("وأضاف أن …") has the last speaker's
- place: civilians and local authorities are of the country where the event is; so is who has a place in their words
- name: a body named in the words, "المتحدث باسم الصندوق", has a country
- main country: nameless institutions, and people of whom nothing is said, are of the country that the article is about,
  "main country: publisher" being that of a publisher at home (`tasks.extract.scene`)

What none of them answers stays null, as does who is of many countries ("وزراء الخارجية العرب", "قوات التحالف"). A
dropped subject has no words of its own: its row bears the span of the words that named the speaker last, in an earlier
sentence of the same part, for a span must cut what it claims. Where the speaker was only named in the other part
(title, text) there is no row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeVar

from tasks.extract import actors
from tasks.extract.countries import Codes, countries, countries_in, countries_of, nationality_words
from tasks.extract.descriptions import (
    Description,
    bare,
    describe,
    description_around,
    is_definite,
    is_office,
    reference_words,
)
from tasks.extract.entities import Entity, acts_as_government, of_country
from tasks.extract.forms import fold, without_clitics, words_of
from tasks.extract.identify import Line, Mention, Setting, identify, is_short_for
from tasks.extract.names import canonical_name, clean
from tasks.extract.reader import EventReading, Participant
from tasks.extract.scene import countries_told, scene
from tasks.extract.sectors import is_sign

T = TypeVar("T")


class Resolved(NamedTuple):
    """A participant made out: one row for each of its parties and countries. Offsets are those of the part."""

    role: str
    position: int  # from 0 within the role
    start: int
    end: int
    text: str
    entity: Entity | None
    country_code: str | None
    sector: str | None
    basis: str | None


class ResolvedLine(NamedTuple):
    """What became of a line: its mentions, and the participants of each of its events in the order of its reading."""

    mentions: list[Mention]
    participants: list[list[Resolved]]


class Party(NamedTuple):
    """Somebody or something that takes part, with what says so: "entity: article; country: phrase"."""

    entity: Entity | None = None
    codes: Codes = ()
    sector: str | None = None
    bases: tuple[tuple[str, str], ...] = ()  # what was decided, and on what basis

    @property
    def basis(self) -> str | None:
        """The bases in words; null where nothing was decided."""
        return "; ".join(f"{what}: {why}" for what, why in self.bases) or None

    def is_same(self, other: Party) -> bool:
        """Whether the two cannot be told apart."""
        return self.entity == other.entity if self.entity and other.entity else self.codes == other.codes


class Told(NamedTuple):
    """Somebody or something told of: what a later mention may refer to. Offsets are those of the part."""

    part: str
    start: int
    end: int
    text: str
    party: Party
    description: Description
    is_person: bool


LOCAL_SECTORS = frozenset({"CVL", "COP", "JUD", "LAB", "EDU", "MED", "CRM"})
"""Sectors whose people and bodies are, unless told otherwise, of the country where the event is."""

NATIONAL_SECTORS = frozenset({"GOV", "MIL", "SPY", "LEG", "PTY", "OPP", "ELI", "SOC", "REL", "JRN", "BUS", "AGR"})
"""Sectors whose people and bodies are, unless told otherwise, of the country that the article is about."""

ORGANISATIONS_OF_STATES = frozenset({"UNO", "EUR", "IGO"})
"""Codes that say by themselves what their bearers are: no envoy of theirs is of a government."""

_TOGETHER = frozenset({"CONSULT", "AGREE", "COOPERATE", "RETREAT", "SUPPORT", "ASSAULT"})
"""Types of events whose actor and recipient are "the two sides" afterwards."""

_WORD = re.compile(r"[^\W_]+(?:[\u064B-\u0652]+[^\W_]*)*")
_AND = re.compile(r'[»"”]?\s*و\s*[«"“]?')
_NEXT_WORD = re.compile(r" ([^\W_]+)")
_CLAUSE_ENDS = frozenset(map(fold, ("أن", "إن", "أنه", "إنه", "أنها", "إنها", "أنهم", "إنهم", "بأن", "بأنه")))
_SUBJECT_WITHIN = 8
"""Words after a verb of saying in which its subject is looked for."""


def resolve_document(lines: Sequence[Line], setting: Setting | None = None) -> list[ResolvedLine]:
    """Resolve the mentions and participants of one article.

    Args:
        lines: Its sentences in reading order, the title's first, with their readings.
        setting: What else is known of it.

    Returns:
        One for each line, in their order.
    """
    setting = setting or Setting()
    mentions = identify(lines, setting)
    story = _Story(lines, mentions, setting)
    return [ResolvedLine(its, story.tell(number)) for number, its in enumerate(mentions)]


class _Story:
    """An article read from its beginning: what has been told so far."""

    def __init__(self, lines: Sequence[Line], mentions: Sequence[Sequence[Mention]], setting: Setting) -> None:
        self._lines = lines
        self._mentions = mentions
        self._people = _descriptions(lines, mentions)
        self._year = setting.year
        self._scene = scene(lines, mentions, setting)
        self._supposed_of: dict[int, tuple[Codes, str]] = {}  # countries and basis, by entity
        self._told: list[Told] = []
        self._speaker: Told | None = None
        self._sides: tuple[Party, Party] | None = None
        self._countries: Counter[str] = Counter()  # sentences so far that name each
        self._last_place: Codes = ()

    def tell(self, number: int) -> list[list[Resolved]]:
        """Resolve the participants of the line's events, and remember what the line tells."""
        line, mentions = self._lines[number], self._mentions[number]
        parties = self._parties(line, mentions)
        told = []
        for event in line.reading.events:
            place = self._place(line, event, mentions, parties)
            rows = [
                (one, [self._whole(line, party, one, mentions, place) for party in parties[_key(one)]])
                for one in sorted(set(event.participants), key=lambda one: (one.role, one.start, one.end))
            ]
            self._remember_sides(line, event, rows)
            told.append(list(self._rows(line, event, rows, place)))
        self._remember_speaker(line, mentions, parties)
        self._countries.update(_codes_in(line.text))
        places = [mention.entity.country_code for mention in mentions if mention.entity_type == "LOC"]
        self._last_place = next(((code,) for code in reversed(places) if code), self._last_place)
        return told

    # Participants by their own words, and by those before them.

    def _parties(self, line: Line, mentions: Sequence[Mention]) -> dict[tuple[str, int, int], list[Party]]:
        """The parties that each participant of the line is, read in the order of the text."""
        spans = {_key(one): one for event in line.reading.events for one in event.participants}
        parties: dict[tuple[str, int, int], list[Party]] = {}
        items: list[tuple[int, int, Participant | Mention]] = [
            *((one.start, -one.end, one) for one in spans.values()),
            *((mention.start, -mention.end, mention) for mention in mentions),
        ]
        for _, _, item in sorted(items, key=lambda item: (item[0], item[1], isinstance(item[2], Mention))):
            if isinstance(item, Mention):
                self._told.append(self._named(line, item))
                continue
            parties[_key(item)] = self._read(line, item, mentions)
            if item.role not in ("date", "location"):
                self._told += self._described(line, item, mentions, parties[_key(item)])
        return parties

    def _named(self, line: Line, mention: Mention) -> Told:
        """What a name tells for later."""
        entity = mention.entity
        description = self._people.get(entity.entity_id, Description())
        codes = description.codes or self._known_codes(entity)
        sector = description.sector or self._known_sector(entity)
        if entity.entity_type == "ORG":
            description = describe(entity.name)._replace(words=_words_of_names(entity.name))
        elif not description.words:
            description = describe(_office(entity, self._year))
        party = Party(entity, codes, sector)
        start, end = line.offset + mention.start, line.offset + mention.end
        text = line.text[mention.start : mention.end]
        return Told(line.part, start, end, text, party, description._replace(codes=codes), entity.entity_type == "PER")

    def _known_sector(self, entity: Entity) -> str | None:
        """The sector that the tables have for an entity: of a person, that of the office held when the article was."""
        actor = actors.named(entity.name, entity.entity_type)
        return actor.sector_at(self._year) if actor else entity.sector

    def _known_codes(self, entity: Entity) -> Codes:
        """The country that the tables have for an entity: of a person, that for which they acted when it was."""
        actor = actors.named(entity.name, entity.entity_type)
        code = actor.country_at(self._year) if actor else entity.country_code
        return (code,) if code else ()

    def _described(
        self, line: Line, one: Participant, mentions: Sequence[Mention], parties: Sequence[Party]
    ) -> Iterator[Told]:
        """What a phrase without a person's name tells for later: "المتحدث باسم الجيش", "مئات المحتجين"."""
        within = _within(one, mentions)
        if len(parties) != 1 or any(mention.entity_type in ("PER", "LOC") for mention in within):
            return
        description = describe(line.text[one.start : one.end])
        known = description._replace(
            codes=parties[0].codes or description.codes, sector=parties[0].sector or description.sector
        )
        start, end = line.offset + one.start, line.offset + one.end
        is_person = parties[0].entity is not None and parties[0].entity.entity_type == "PER"
        yield Told(line.part, start, end, line.text[one.start : one.end], parties[0], known, is_person)

    def _read(self, line: Line, one: Participant, mentions: Sequence[Mention]) -> list[Party]:
        if one.role == "date":
            return [Party()]
        within = _within(one, mentions)
        head = _head(line.text, one, within)
        if head is None and one.role != "location":
            # The span may end before the name: "نظيره الأردني| فراس الخريشات".
            head = next((its for its in mentions if its.entity_type == "PER" and its.start == one.end + 1), None)
        if one.role == "location":
            return [self._location(line, one, head)]
        phrase = _without_people(line.text, one, within)
        if head is None or head.entity_type == "LOC":
            others = self._pair(line, one) or self._own_country(line, one)
            if others:
                return others
        if head is not None:
            return [self._of_entity(line, one, head, describe(phrase))]
        return [self._of_phrase(line, one, describe(phrase), phrase)]

    def _location(self, line: Line, one: Participant, head: Mention | None) -> Party:
        phrase = line.text[one.start : one.end]
        if _plain(phrase) in reference_words("the_country"):
            codes = self._country_meant(reference_words("the_country")[_plain(phrase)].split())
            entity = of_country(codes[0]) if codes else None
            basis = self._scene.basis if codes == self._scene.main else "main country"
            return Party(entity, codes, None, _bases(basis, Party(entity, codes)))
        if head is not None:
            codes = (head.entity.country_code,) if head.entity.country_code else countries_of(phrase, where=True)
            return Party(head.entity, codes, None, _bases(entity=head.basis, country="place" if codes else None))
        codes = countries_of(phrase, where=True)
        if codes:
            return Party(None, codes, None, _bases(country="phrase"))
        return Party()

    def _country_meant(self, among: Sequence[str]) -> Codes:
        """The country that "البلاد" is, or that "المملكة" is among the kingdoms: the one most told of so far."""
        if not among:
            return self._scene.main
        return next(((code,) for code, _ in self._countries.most_common() if code in among), ())

    def _of_entity(self, line: Line, one: Participant, head: Mention, said: Description) -> Party:
        """A participant with a name in it: what the phrase says, else the article, else the tables."""
        entity = head.entity
        of_table = self._known_codes(entity)
        if entity.entity_type == "LOC":
            government = "GOV" if acts_as_government(entity.name) else None
            party = Party(entity, said.codes or of_table, government)
            return party._replace(bases=(("entity", head.basis), *_bases("name", party)[1:]))
        known = self._people.get(entity.entity_id, Description())
        peer = self._peer(line, one) if _counterpart(line.text[one.start : one.end]) else None
        codes, why_codes = _first(
            (said.codes, "phrase"),
            (known.codes, "article"),
            (of_table, "name"),
        )
        sector, why_sector = _first(
            (said.sector, "phrase"),
            (known.sector, "article"),
            (peer.party.sector if peer else None, "counterpart"),
            (self._known_sector(entity), "name"),
        )
        if entity.entity_type == "PER" and codes and of_table and of_table[0] not in codes:
            why_codes = f"{why_codes}, not {of_table[0]}"
        return Party(entity, codes or (), sector, _bases(entity=head.basis, country=why_codes, sector=why_sector))

    def _of_phrase(self, line: Line, one: Participant, said: Description, phrase: str) -> Party:
        """A participant without a name: what it refers to, else what its words say."""
        if said.sector is None and acts_as_government(canonical_name(phrase, "LOC")):
            return Party(None, said.codes, "GOV", _bases(country="phrase", sector="phrase"))
        peer = self._peer(line, one) if _counterpart(phrase) else None
        if peer is not None:
            bases = _bases(country="phrase" if said.codes else None, sector="counterpart")
            return Party(None, said.codes, said.sector or peer.party.sector, bases)
        meant = self._bearer(line, one) or self._referent(line, one, said, phrase)
        if meant is not None:
            codes, why_codes = _first((said.codes, "phrase"), (meant.party.codes, "article"))
            sector, why_sector = _first((meant.party.sector, "article"), (said.sector, "phrase"))
            bases = _bases(entity="article" if meant.party.entity else None, country=why_codes, sector=why_sector)
            return Party(meant.party.entity, codes or (), sector, bases)
        owner = self._owner(line, one) if not said.codes and _is_owned(phrase) else None
        if owner is not None:
            return Party(None, owner.party.codes, said.sector, _bases(country="owner", sector=said.sector and "phrase"))
        bases = _bases(country="phrase" if said.codes else None, sector="phrase" if said.sector else None)
        return Party(None, said.codes, said.sector, bases)

    # References.

    def _referent(self, line: Line, one: Participant, said: Description, phrase: str) -> Told | None:
        """Whom a definite description without a name refers to: the last before it that it may be short for."""
        words = words_of(phrase)
        if not any(map(is_definite, words)):
            return None  # "مسؤول عراقي" introduces somebody new
        earlier = [told for told in reversed(self._told) if self._is_before(told, line, one)]
        fitting = [told for told in earlier if said.fits(told.description)]
        if fitting:
            # "الوزير" is the minister that the news is about, not the one introduced as his counterpart.
            own = (told for told in fitting if not told.description.words & reference_words("counterpart").keys())
            return next(own, fitting[0])
        meant: Told | None = None
        if len(words) <= 2 and said.codes:
            # Known everywhere, so the article does not say who they are: "الرئيس الروسي" for بوتين.
            unexplained = (told for told in earlier if told.is_person and not told.description.words)
            known = (said.codes, said.sector)
            meant = next((told for told in unexplained if (told.party.codes, told.party.sector) == known), None)
        if meant is None and len(said.words) == 1:
            (word,) = said.words
            sectors = reference_words("group").get(word, "").split()
            bodies = (told for told in earlier if told.party.entity and told.party.entity.entity_type == "ORG")
            meant = next((told for told in bodies if told.party.sector in sectors), None)
        return meant

    def _bearer(self, line: Line, one: Participant) -> Told | None:
        """The person whose name a phrase is a part of, where the reader has overlooked that it is a name."""
        phrase = clean(line.text[one.start : one.end])
        people = (told for told in reversed(self._told) if told.is_person and self._is_before(told, line, one))
        return next(
            (told for told in people if told.party.entity and is_short_for(phrase, told.party.entity.name, "PER")), None
        )

    def _is_before(self, told: Told, line: Line, one: Participant) -> bool:
        return told.part != line.part or told.end <= line.offset + one.start

    def _pair(self, line: Line, one: Participant) -> list[Party]:
        """The two that "البلدين", "الجانبان" or "الوزيران" are; none if the article has not told of two."""
        phrase = _plain(line.text[one.start : one.end])
        if phrase in reference_words("two_people"):
            people: dict[int, Party] = {}
            for told in reversed(self._told):
                wanted = reference_words("two_people")[phrase] in told.description.words
                if told.is_person and told.party.entity and wanted:
                    people.setdefault(told.party.entity.entity_id, told.party)
            if len(people) >= 2:
                return [party._replace(bases=_bases("pair", party)) for party in list(people.values())[1::-1]]
        if phrase in reference_words("two_sides") and self._sides is not None:
            return [_side(party) for party in self._sides]
        if phrase in reference_words("two_countries") | reference_words("two_sides"):
            sector = "GOV" if phrase in reference_words("two_countries") else None
            entities = [(code, of_country(code)) for code in self._two_countries(line, one)]
            return [
                Party(entity, (code,), sector, _bases(entity="pair", country="pair", sector=sector and "pair"))
                for code, entity in entities
            ]
        return []

    def _two_countries(self, line: Line, one: Participant) -> Codes:
        """The two countries named before in the sentence, else the two that the article has named most."""
        here = _codes_in(line.text[: one.start])
        if len(here) == 2:
            return here
        counts = self._countries + Counter(here)
        most = [code for code, _ in counts.most_common(2)]  # of equals, those named first
        return tuple(most) if len(most) == 2 else ()

    def _own_country(self, line: Line, one: Participant) -> list[Party]:
        if _plain(line.text[one.start : one.end]) not in reference_words("own_country"):
            return []
        owner = self._owner(line, one)
        if owner is None:
            return []
        codes = owner.party.codes[:1]
        return [Party(of_country(codes[0]), codes, "GOV", _bases(entity="owner", country="owner", sector="owner"))]

    def _owner(self, line: Line, one: Participant) -> Told | None:
        """Whose "بلاده", "قواتها" are: who speaks of them, else the first of the sentence who has a country."""
        start = line.offset + one.start
        speakers = {
            (line.offset + other.start, line.offset + other.end)
            for event in line.reading.events
            if one in event.participants
            for other in event.participants
            if other.role == "speaker"
        }
        spoke = [told for told in self._told if (told.start, told.end) in speakers and told.end <= start]
        if spoke and len(spoke[-1].party.codes) == 1:
            return spoke[-1]
        here = (
            told
            for told in self._told
            if told.part == line.part and line.offset <= told.start and told.end <= start and len(told.party.codes) == 1
            if told.is_person or told.party.sector
        )
        speaker = self._speaker if self._speaker and self._speaker.party.codes else None
        return next(here, None) or speaker

    def _peer(self, line: Line, one: Participant) -> Told | None:
        """Whose counterpart "نظيره" is: the last person before with an office."""
        return next(
            (
                told
                for told in reversed(self._told)
                if self._is_before(told, line, one) and told.party.sector and told.is_person
            ),
            None,
        )

    # What may be supposed where nothing is said.

    def _place(
        self,
        line: Line,
        event: EventReading,
        mentions: Sequence[Mention],
        parties: dict[tuple[str, int, int], list[Party]],
    ) -> Codes:
        """The country where the event is: told with it, else of the sentence, else of the last place named.

        A place that nothing else in the article goes with does not stand for the events of other sentences.
        """
        locations = [one for one in event.participants if one.role == "location"]
        codes = [code for one in locations for party in parties[_key(one)] for code in party.codes]
        if codes:
            return (codes[0],)
        here = countries_told(line, [mention for mention in mentions if mention.entity_type == "LOC"])
        if len(here) == 1:
            return here
        is_passing = all(self._scene.told[code] < 2 for code in self._last_place)
        return () if is_passing else self._last_place

    def _whole(self, line: Line, party: Party, one: Participant, mentions: Sequence[Mention], place: Codes) -> Party:
        """`party` with what may be supposed of its country, and without a sector that its code denies."""
        if party.sector == "GOV" and party.codes and ORGANISATIONS_OF_STATES.issuperset(party.codes):
            party = party._replace(sector=None, bases=tuple(base for base in party.bases if base[0] != "sector"))
        if party.codes or one.role in ("date", "location"):
            return party
        phrase = _without_people(line.text, one, mentions)
        if _counterpart(phrase):
            return party
        named = [mention.entity for mention in _within(one, mentions)]
        return self._supposed(party, phrase, named, place)

    def _supposed(self, party: Party, phrase: str, named: Sequence[Entity], place: Codes) -> Party:
        """`party` with the country that may be supposed, where its words and the article leave it open.

        Args:
            party: Somebody without a country.
            phrase: Their words.
            named: The names in them.
            place: The country where the event is.
        """
        entity = party.entity
        if entity and (entity.entity_type not in ("PER", "ORG") or actors.named(entity.name, entity.entity_type)):
            return party
        earlier = self._supposed_of.get(entity.entity_id) if entity else None
        codes, why = earlier or self._country_supposed(party, phrase, named, place)
        if not codes:
            return party
        if entity:
            self._supposed_of.setdefault(entity.entity_id, (codes, why))
        return party._replace(codes=codes, bases=(*party.bases, ("country", why)))

    def _country_supposed(self, party: Party, phrase: str, named: Sequence[Entity], place: Codes) -> tuple[Codes, str]:
        """The country that somebody's sector, or that nothing is said of them, lets one suppose; and the basis."""
        if any(bare(word) in reference_words("of_many") for word in words_of(phrase)):
            return (), ""
        inner = [(kind, other) for kind in ("ORG", "LOC") for other in named if other.entity_type == kind]
        of_names = (
            ((other.country_code,), "place" if kind == "LOC" else "name")
            for kind, other in inner
            if other != party.entity and other.country_code
        )
        main, here = (self._scene.main, self._scene.basis), (place, "place")
        choices: tuple[tuple[Codes, str], ...] = ()
        if party.sector in LOCAL_SECTORS:
            choices = here, main
        elif party.sector in NATIONAL_SECTORS:
            choices = main, here
        elif party.sector is None and party.entity:
            choices = (main,)
        return next((choice for choice in (*of_names, *choices) if choice[0]), ((), ""))

    # Rows, and what is remembered for the lines to come.

    def _rows(
        self, line: Line, event: EventReading, told: Iterable[tuple[Participant, list[Party]]], place: Codes
    ) -> Iterator[Resolved]:
        positions: Counter[str] = Counter()

        def rows(role: str, start: int, end: int, text: str, party: Party) -> Iterator[Resolved]:
            for code in party.codes or (None,):
                yield Resolved(role, positions[role], start, end, text, party.entity, code, party.sector, party.basis)
                positions[role] += 1

        roles = set()
        for one, parties in told:
            roles.add(one.role)
            for party in parties:
                span = (line.offset + one.start, line.offset + one.end, line.text[one.start : one.end])
                yield from rows(one.role, *span, party)
        dropped = _dropped_subject(line, event)
        said = self._speaker
        if dropped and not roles & {dropped, "speaker"} and said is not None and said.part == line.part:
            party = said.party._replace(bases=_bases("speaker", said.party))
            if not party.codes:
                party = self._supposed(party, said.text, [], place)
            yield from rows(dropped, said.start, said.end, said.text, party)

    def _remember_sides(self, line: Line, event: EventReading, rows: Iterable[tuple[Participant, list[Party]]]) -> None:
        if event.event_type not in _TOGETHER or event.event_mode == "third-party":
            return
        parties: list[Party] = []
        for one, its in rows:
            if one.role in ("actor", "recipient"):
                for party in its:
                    known = bool(party.entity or party.codes)
                    if known and not any(party.is_same(other) for other in parties):
                        parties.append(party)
        if len(parties) < 2:
            parties = self._coordinated(line)
        if len(parties) == 2:
            self._sides = (parties[0], parties[1])

    def _coordinated(self, line: Line) -> list[Party]:
        """The first two organisations that a line joins by "and": "وقّعت «حركة …» و«جبهة …»"."""
        bodies = [
            told
            for told in self._told
            if told.part == line.part
            and line.offset <= told.start < line.offset + len(line.text)
            and told.party.entity
            and told.party.entity.entity_type == "ORG"
        ]
        for one, other in pairwise(bodies):
            between = line.text[one.end - line.offset : other.start - line.offset]
            if _AND.fullmatch(between) or (not between.strip() and other.text.startswith("و")):
                return [one.party, other.party]
        return []

    def _remember_speaker(
        self, line: Line, mentions: Sequence[Mention], parties: dict[tuple[str, int, int], list[Party]]
    ) -> None:
        """The last who spoke in the line, if it names anybody who did."""
        spoke: list[tuple[int, int, Party | None]] = []
        for event in line.reading.events:
            says = _is_saying(line.text[event.trigger_start : event.trigger_end])
            spoke += [
                (one.start, one.end, parties[_key(one)][0])
                for one in event.participants
                if one.role == "speaker" or (one.role == "actor" and says)
            ]
        before = ""
        for match in _WORD.finditer(line.text):
            if _is_saying(match.group()):
                subject = (
                    _antecedent(match.start(), mentions)
                    if fold(before) in reference_words("relative")
                    else _subject(line.text, match.end(), mentions)
                )
                if subject is not None:
                    spoke.append((subject.start, subject.end, None))
            before = match.group()
        if not spoke:
            return
        start, end, party = max(spoke, key=lambda one: (one[0], one[2] is not None))
        told = [
            one for one in self._told if one.part == line.part and line.offset + start <= one.start < line.offset + end
        ]
        whole = next((one for one in reversed(told) if one.is_person), told[-1] if told else None)
        if party is not None and (party.entity or party.codes):
            text = line.text[start:end]
            said = whole.description if whole else Description()
            is_person = party.entity is not None and party.entity.entity_type == "PER"
            self._speaker = Told(line.part, line.offset + start, line.offset + end, text, party, said, is_person)
        elif whole is not None:
            self._speaker = whole


def _key(one: Participant) -> tuple[str, int, int]:
    kind = one.role if one.role in ("date", "location") else "party"
    return kind, one.start, one.end


def _within(one: Participant, mentions: Iterable[Mention]) -> list[Mention]:
    return [mention for mention in mentions if one.start <= mention.start and mention.end <= one.end]


def _head(sentence: str, one: Participant, within: Iterable[Mention]) -> Mention | None:
    """The name that a participant is: the person of "وزير الدفاع العراقي جمعة عناد", the place of a location.

    A country inside an actor's phrase ("وزير خارجية مصر") is where the actor is from, not the actor.
    """
    by_type: dict[str, list[Mention]] = {}
    for mention in within:
        by_type.setdefault(mention.entity.entity_type, []).append(mention)
    wanted = ["LOC", "ORG", "MISC"]
    if one.role != "location":
        wanted = ["PER", "ORG"]
        whole = clean(sentence[one.start : one.end])
        for mention in by_type.get("LOC", ()):
            if mention.start == one.start and clean(sentence[mention.start : mention.end]) == whole:
                return mention
    return next((by_type[kind][0] for kind in wanted if kind in by_type), None)


def _without_people(sentence: str, one: Participant, within: Iterable[Mention]) -> str:
    """The words of a participant, names of people blanked out: a surname may be a nationality (محمد شياع السوداني)."""
    phrase = sentence[one.start : one.end]
    for mention in within:
        if mention.entity.entity_type == "PER":
            name = slice(mention.start - one.start, mention.end - one.start)
            phrase = phrase[: name.start] + " " * (name.stop - name.start) + phrase[name.stop :]
    # The span may end before the nationality: "مسؤولون عسكريون| إيرانيون".
    following = _NEXT_WORD.match(sentence, one.end)
    if following and fold(following.group(1)) in nationality_words():
        phrase += following.group()
    return phrase


def _descriptions(lines: Sequence[Line], mentions: Sequence[Sequence[Mention]]) -> dict[int, Description]:
    """What the whole article says of each person in it, by entity: all words, the country and sector of the fullest."""
    found: dict[int, Description] = {}
    length: dict[int, int] = {}
    last: Description | None = None  # of the person named last who has an office
    for line, its in zip(lines, mentions, strict=True):
        spans = [(mention.start, mention.end) for mention in its]
        for mention in its:
            if mention.entity.entity_type != "PER":
                continue
            words = description_around(line.text, mention.start, mention.end, spans)
            said = describe(words)
            if _counterpart(words) and last is not None:
                said = Description(said.words | last.words, said.codes, said.sector or last.sector)
            entity = mention.entity.entity_id
            before = found.get(entity, Description())
            if len(said.words) + len(said.codes) > length.get(entity, 0):
                length[entity] = len(said.words) + len(said.codes)
                found[entity] = Description(
                    said.words | before.words, said.codes or before.codes, said.sector or before.sector
                )
            elif said.words:
                found[entity] = Description(
                    said.words | before.words, before.codes or said.codes, before.sector or said.sector
                )
            if found.get(entity, Description()).sector:
                last = found[entity]
    return found


def _codes_in(text: str) -> Codes:
    """Codes of the countries named in `text`, in order, once each; none for organisations of many countries."""
    return tuple(code for code in countries_in(text) if code in countries())


def _plain(phrase: str) -> str:
    """`phrase` folded, without clitics before its article or first letter where the table of references knows it."""
    folded = fold(clean(phrase))
    first, _, rest = folded.partition(" ")
    tables = ("two_countries", "two_sides", "two_people", "own_country", "the_country")
    for form in without_clitics(first):
        whole = f"{form} {rest}".strip()
        if any(whole in reference_words(kind) for kind in tables):
            return whole
        if any(form in reference_words(kind) for kind in tables[:3]) and rest and countries_in(rest) == []:
            return form
    return folded


def _side(party: Party) -> Party:
    """One of two sides: an organisation stands for itself, a person for their country or body."""
    entity = party.entity if party.entity and party.entity.entity_type != "PER" else None
    side = party._replace(entity=entity)
    return side._replace(bases=_bases("pair", side))


@cache
def _names_of_organisations() -> dict[str, list[str]]:
    """All names of each known organisation, by the name of its entity."""
    forms: dict[str, list[str]] = {}
    for form, actor in actors.names().items():
        if actor.entity_type == "ORG":
            forms.setdefault(actor.name, []).append(form)
    return forms


@lru_cache(maxsize=2_000)
def _words_of_names(name: str) -> frozenset[str]:
    """Bare words of all names of an organisation: later mentions use their class words ("الجماعة" of الحوثيين)."""
    forms = (name, *_names_of_organisations().get(name, ()))
    return frozenset(bare(word) for form in forms for word in words_of(form) if not countries_in(word))


def _office(entity: Entity, year: int | None) -> str:
    """The office that a known person held in a year, "" where the tables have none."""
    actor = actors.named(entity.name, entity.entity_type)
    office = actor.office_at(year) if actor and year else None
    return office.title if office else ""


@lru_cache(maxsize=5_000)
def _counterpart(phrase: str) -> bool:
    return any(
        form in reference_words("counterpart") for word in words_of(phrase)[:1] for form in without_clitics(word)
    )


def _is_owned(phrase: str) -> bool:
    """Whether a phrase is headed by a word of office or body with a pronoun: "قواتها", "حكومته"."""
    words = clean(phrase).split()
    if not words:
        return False
    first = fold(words[0])
    return words[0].endswith(("ه", "ها", "هم", "هما")) and any(map(is_sign, without_clitics(first)))


@lru_cache(maxsize=10_000)
def _is_saying(word: str) -> bool:
    folded = fold(word)
    return any(form in reference_words("saying") for form in (folded, folded[1:] if folded[:1] in "وف" else folded))


@lru_cache(maxsize=10_000)
def _is_participle(word: str) -> bool:
    folded = fold(word)
    return any(
        form in reference_words("saying_participle") for form in (folded, folded[1:] if folded[:1] in "وف" else folded)
    )


def _subject(text: str, after: int, mentions: Iterable[Mention]) -> Mention | None:
    """The named subject of a verb of saying that ends at `after`: the first name before its clause opens."""
    end = after
    for number, match in enumerate(_WORD.finditer(text, after)):
        if number == _SUBJECT_WITHIN or fold(match.group()) in _CLAUSE_ENDS or ":" in text[end : match.start()]:
            break
        end = match.end()
    named = [mention for mention in mentions if mention.entity_type in ("PER", "ORG") and after <= mention.start < end]
    return min(named, key=lambda mention: (mention.entity_type != "PER", mention.start), default=None)


def _antecedent(before: int, mentions: Iterable[Mention]) -> Mention | None:
    """The name that a relative clause before offset `before` belongs to: "أمير حاتمي الذي أكد …"."""
    named = [mention for mention in mentions if mention.entity_type in ("PER", "ORG") and mention.end <= before]
    return max(named, key=lambda mention: mention.end, default=None)


def _dropped_subject(line: Line, event: EventReading) -> str | None:
    """The role that a dropped subject has in an event: actor of a verb of saying, speaker of what is said; else None.

    The subject is dropped where a line opens with a verb of saying and no subject follows: "وأضاف أن …", "ودعا إلى …".
    """
    words = list(_WORD.finditer(line.text))[:2]
    if len(words) < 2 or not _is_saying(words[0].group()):
        return None
    following = fold(words[1].group())
    starts = {mention.start for mention in line.reading.entities if mention.entity_type in ("PER", "ORG")}
    starts |= {one.start for its in line.reading.events for one in its.participants if one.role in ("actor", "speaker")}
    if words[1].start() in starts:
        return None
    opens_speech = any(mark in line.text[words[0].end() : words[1].start()] for mark in ':«"“')
    recipients = {one.start for one in event.participants if one.role == "recipient"}
    if (
        not opens_speech
        and words[1].start() not in recipients
        and (is_definite(following) or is_office(following) or following in reference_words("determiner"))
    ):
        return None
    trigger = line.text[event.trigger_start : event.trigger_end]
    return "actor" if _is_saying(trigger) or _is_participle(trigger) else "speaker"


def _first(*choices: tuple[T | None, str]) -> tuple[T | None, str | None]:
    """The first value that says something, with its basis; (None, None) if none does."""
    return next((choice for choice in choices if choice[0]), (None, None))


def _bases(all_of: str | None = None, party: Party | None = None, /, **why: str | None) -> tuple[tuple[str, str], ...]:
    """What was decided and why, without what was not; with `all_of`, one basis for all that `party` has."""
    if party is not None:
        has = {"entity": party.entity, "country": party.codes, "sector": party.sector}
        why = {what: all_of for what, value in has.items() if value}
    return tuple((what, basis) for what, basis in why.items() if basis)

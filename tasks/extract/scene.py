"""Which country an article is about, as far as it can be told: where its nameless institutions are at home.

"وزير الداخلية", "الجيش" and "المحكمة" are of the country that the news is about. It is the one that clearly more
sentences tell of than of any other, be it by its name, its people, a place in it or one of its leaders; the place where
the report was filed and the publisher's home count as one sentence more. Where no sentence tells of any country, it is
that of the dateline, else that of the publisher.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tasks.extract.countries import Codes, countries, countries_in
from tasks.extract.identify import Line, Mention, Setting
from tasks.extract.publishers import home_of

_CLEARLY = 1.5
"""How many times as often as any other country the main one is told of."""


class Scene(NamedTuple):
    """What an article says of countries."""

    main: Codes  # the one country that it is about, or none
    basis: str  # of `main`: main country, and if nothing but the dateline or the publisher tells, that
    told: Counter[str]  # sentences that tell of each country; ISO codes only


def scene(lines: Sequence[Line], mentions: Sequence[Sequence[Mention]], setting: Setting) -> Scene:
    """Weigh the countries that an article tells of.

    Args:
        lines: Its sentences.
        mentions: The names in each of them.
        setting: What else is known of it.
    """
    told = Counter(code for line, its in zip(lines, mentions, strict=True) for code in countries_told(line, its))
    filed = [code for code in countries_in(setting.dateline or "") if code in countries()]
    home = home_of(setting.source, setting.url)
    if not told:
        source = "dateline" if filed else "publisher"
        return Scene(tuple(filed[:1]) or ((home,) if home else ()), f"main country: {source}", told)
    weights = told + Counter(filed[:1])
    if home is not None and home in told:
        weights[home] += 1
    (top, most), *others = weights.most_common(2)
    is_clear = all(most >= _CLEARLY * other for _, other in others)
    return Scene((top,) if is_clear else (), "main country", told)


def countries_told(line: Line, mentions: Sequence[Mention]) -> Codes:
    """The countries that a sentence tells of: named in it, or of a place, leader or body that is named; once each."""
    named = [code for code in countries_in(line.text) if code in countries()]
    known = [mention.entity.country_code for mention in mentions if mention.entity.country_code in countries()]
    return tuple(dict.fromkeys([*named, *(code for code in known if code)]))

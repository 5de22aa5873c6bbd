"""The names of the months in the Arab press, of both calendars: one list for every step that reads dates.

Our own table. A row of names is separated by "|": the Gulf's and Egypt's, the Levant's and Iraq's, then the Maghreb's.
Spellings are those of writers who set their hamzas; who matches folds the names and the text alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

GREGORIAN: Final = (
    "يناير|كانون الثاني|كانون ثاني|جانفي",
    "فبراير|شباط|فيفري|فيڤري",
    "مارس|آذار|مارث",
    "أبريل|إبريل|نيسان|أفريل|آفريل",
    "مايو|أيار|نوار|ماي|ماى",
    "يونيو|يونيه|يونية|حزيران|جوان",
    "يوليو|يوليه|يولية|تموز|جويلية|يوليوز",
    "أغسطس|آب|أوت|غشت",
    "سبتمبر|أيلول|شتنبر",
    "أكتوبر|تشرين الأول|تشرين أول",
    "نوفمبر|تشرين الثاني|تشرين ثاني|نونبر",
    "ديسمبر|كانون الأول|كانون أول|دجنبر",
)
HIJRI: Final = (
    "محرم|محرم الحرام|المحرم",
    "صفر|صفر الخير",
    "ربيع الأول|ربيع أول",
    "ربيع الثاني|ربيع ثاني|ربيع الآخر|ربيع آخر",
    "جمادى الأولى|جمادى الأول|جمادى أول",
    "جمادى الآخرة|جمادى الثانية|جمادى الثاني|جمادى الآخر",
    "رجب",
    "شعبان",
    "رمضان|رمضان المبارك",
    "شوال",
    "ذو القعدة|ذي القعدة|ذا القعدة|ذوالقعدة|ذيالقعدة",
    "ذو الحجة|ذي الحجة|ذا الحجة|ذوالحجة|ذيالحجة",
)


def numbered(months: tuple[str, ...], fold: Callable[[str], str]) -> dict[str, int]:
    """Every name of `months`, folded, with the number of its month from 1.

    >>> numbered(HIJRI, str.strip)["رجب"]
    7
    """
    return {fold(name): number for number, names in enumerate(months, 1) for name in names.split("|")}

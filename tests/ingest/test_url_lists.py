"""Lists of addresses, GDELT's among them: taken, each once, and fetched only with leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ingest_samples import read, reasons, write

from tasks.ingest.read import ReadSettings

ONE, TWO = "https://alwaha.example/news/1", "https://jabal.example/أخبار/2?x=y"


def gdelt(columns: int, at: int, *addresses: str) -> str:
    return "".join("\t".join(address if n == at else str(n) for n in range(columns)) + "\n" for address in addresses)


LISTS = {
    "a.txt": f"{ONE}\n{TWO}\n",
    "a.urls": f"\ufeff# أخبار اليوم\r\n\r\n{ONE}\r\n  {TWO}\r\n{ONE}",
    "a": f"{ONE}\n{TWO}",
    "20210304100000.export.CSV": gdelt(61, 60, ONE, ONE, TWO),
    "20130304.export.CSV": gdelt(58, 57, ONE, TWO, ONE),
    "20210304100000.mentions.CSV": gdelt(16, 5, ONE, TWO),
    "20210304100000.gkg.csv": gdelt(27, 4, ONE, TWO),
    "b.csv": f'date;url;title\n2021-03-04;{ONE};خبر\n;"{TWO}";\n',
    "c.tsv": f"الرابط\tالعنوان\n{ONE}\tخبر\n{TWO}\t\n",
}


def fetch(url: str) -> Mapping[str, object]:
    is_told = url == TWO
    return {
        "title": "عنوان الصفحة" if is_told else None,
        "text": "نص الصفحة كله.",
        "date_published": "2020-01-01" if is_told else None,
    }


@pytest.mark.parametrize("name", LISTS)
def test_lists(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, name, LISTS[name])
    articles, quarantine = read(path)
    assert articles.is_empty()
    assert reasons(quarantine) == ["not_fetched", "not_fetched"]
    assert ONE in quarantine["message"][0]
    assert TWO in quarantine["message"][1]
    assert ", line " in quarantine["message"][0]
    articles, quarantine = read(path, settings=ReadSettings(fetch=fetch))
    assert quarantine.is_empty()
    assert articles["url"].to_list() == [ONE, TWO]
    assert articles["text"].to_list() == ["نص الصفحة كله."] * 2


def test_what_a_table_says_of_its_pages(tmp_path: Path) -> None:
    articles, _ = read(write(tmp_path, "b.csv", LISTS["b.csv"]), settings=ReadSettings(fetch=fetch))
    assert articles["title"].to_list() == ["خبر", "عنوان الصفحة"]
    assert articles["published_at"].to_list() == [datetime(2021, 3, 4, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)]


def test_lines_that_hold_no_address_cost_themselves(tmp_path: Path) -> None:
    data = gdelt(27, 4, *[ONE] * 20) + gdelt(27, 4, "BBC Monitoring", "ftp://a.example/", TWO) + "x\ty\n" + "z" * 3000
    _, quarantine = read(write(tmp_path, "a.gkg.csv", data), settings=ReadSettings(max_record_bytes=2000))
    wanted = ["not_fetched", "no_address", "no_address", "not_fetched", "no_address", "too_large"]
    assert reasons(quarantine) == wanted
    assert quarantine["record_number"].to_list() == [1, 21, 22, 23, 24, 25]


def test_a_list_of_tables_of_gdelt(tmp_path: Path) -> None:
    line = "150383 297a16b493de7cf6ca809a7cc31d0b93 http://data.gdeltproject.org/gdeltv2/20150218230000.export.CSV.zip"
    _, quarantine = read(write(tmp_path, "masterfilelist.txt", f"{line}\n"), settings=ReadSettings(fetch=fetch))
    assert reasons(quarantine) == ["not_fetched"]
    assert "20150218230000.export.CSV.zip" in quarantine["message"][0]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", f"نقلت الصحيفة عن الوزير\n{ONE}\n"),
        ("a.txt", f"{ONE} نقلت الصحيفة عن الوزير"),
        ("a.tsv", gdelt(27, 26, "text") + gdelt(27, 4, ONE).rpartition("\t")[0] + "\tنص الخبر"),
        ("a.csv", f"url,text\n{ONE},نص الخبر\n"),
    ],
)
def test_texts_with_addresses_are_texts(name: str, data: str, tmp_path: Path) -> None:
    articles, quarantine = read(write(tmp_path, name, data))
    assert len(articles) == 1
    assert quarantine.is_empty()


def test_the_number_of_links_is_limited(tmp_path: Path) -> None:
    data = "".join(f"https://a.example/{n}\n" for n in range(5))
    found = reasons(read(write(tmp_path, "a.txt", data), settings=ReadSettings(max_links=3))[1])
    assert found == ["not_fetched"] * 3 + ["link_limit"]

"""Where publishers are at home."""

from collections import Counter

import pytest

from tasks.extract.countries import countries
from tasks.extract.forms import cell_list, fold, read_table
from tasks.extract.publishers import home_of


@pytest.mark.parametrize(
    ("source", "url", "code"),
    [
        ("Jawhara FM", None, "TUN"),
        ("jawhara fm", "https://example.org/1", "TUN"),
        ("www.okaz.com.sa", None, "SAU"),
        ("وكالة الأنباء العراقية", None, "IRQ"),
        (None, "https://gate.ahram.org.eg/News/1.aspx", "EGY"),
        (None, "http://WWW.Hespress.com:8080/politique/1.html", "MAR"),
        (None, "https://nothespress.com/1", None),
        (None, "https://www.bbc.com/arabic/1", None),
        ("الشرق الأوسط", "https://aawsat.com/home/1", None),
        (None, "https://[broken/1", None),
        (None, "file:///tmp/1.html", None),
        ("بي بي سي عربي", "https://example.sa/1", None),
        (None, "https://sputnikarabic.ae/1", None),
        ("sa", None, None),
        ("", "", None),
        (None, None, None),
    ],
)
def test_the_home_of_a_publisher(source: str | None, url: str | None, code: str | None):
    assert home_of(source, url) == code


def test_the_table_is_sound():
    rows = read_table("publishers.csv")
    assert {row["code"] for row in rows} <= {"", *countries()}
    hosts = Counter(host for row in rows for host in cell_list(row["hosts"]))
    assert max(hosts.values()) == 1
    assert all(host == host.lower().strip() for host in hosts)
    names = Counter((fold(name), row["code"]) for row in rows for name in cell_list(row["names"]))
    assert max(Counter(name for name, _ in names).values()) == 1

"""Archives and compression: what is in them is read, what is wrong with them is told, and no limit is passed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from ingest_samples import ARTICLES, as_json_lines, as_parquet, read, reasons, write

from tasks.ingest import archives, streams
from tasks.ingest.read import ReadSettings

GOOD = as_json_lines(ARTICLES[:1])
OTHER = as_json_lines(ARTICLES[1:2])
TITLES = [one["title"] for one in ARTICLES]
Members = Sequence[tuple[str, bytes]]


def zip_of(members: Members) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tar_of(members: Members, kind: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind) as archive:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def tar_with(**special: object) -> bytes:
    """A tar whose second member of three has these attributes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in (("a.jsonl", GOOD), ("special", b""), ("b.jsonl", OTHER)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            if name == "special":
                for attribute, value in special.items():
                    setattr(member, attribute, value)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
MAKERS: dict[str, Callable[[Members], bytes]] = {".zip": zip_of, ".tar": tar_of}


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet", "a"])
def test_compressed_files(suffix: str, name: str, tmp_path: Path) -> None:
    data = as_parquet(ARTICLES) if "parquet" in name else as_json_lines(ARTICLES)
    packed = PACKERS[suffix](data)
    for path in (name + suffix, f"{name}-without-suffix"):
        articles, quarantine = read(write(tmp_path, path, packed))
        assert quarantine.is_empty()
        assert articles["title"].to_list() == TITLES
        assert set(articles["origin"]) == {(tmp_path / path).as_posix()}
    assert read("-", stdin=packed)[0]["title"].to_list() == TITLES


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_compressed_file_of_several_parts(suffix: str, tmp_path: Path) -> None:
    pack = PACKERS[suffix]
    parts = [as_json_lines([one]) for one in ARTICLES]
    packed = (b"\0" * 8 if suffix == ".xz" else b"").join(map(pack, parts))
    assert read(write(tmp_path, f"a.jsonl{suffix}", packed))[0]["title"].to_list() == TITLES


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tbz2", "a.tar.xz", "a.txz", "a"])
@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar(name: str, kind: int, tmp_path: Path) -> None:
    long = f"{'folder/' * 30 if kind != tarfile.USTAR_FORMAT else ''}أخبار.jsonl"
    data = tar_of([("a.jsonl", GOOD), (long, OTHER), ("c.parquet", as_parquet(ARTICLES[2:]))], kind)
    for ending, pack in PACKERS.items():
        if name.endswith(ending) or name == f"a.t{ending[1:]}" or (ending == ".bz2" and name == "a.tbz2"):
            data = pack(data)
    path = write(tmp_path, name, data)
    articles, quarantine = read(path)
    assert quarantine.is_empty()
    assert articles["title"].to_list() == TITLES
    assert articles["origin"].to_list() == [f"{path.as_posix()}!{one}" for one in ("a.jsonl", long, "c.parquet")]
    assert read("-", stdin=data)[0]["title"].to_list() == TITLES


@pytest.mark.parametrize("outer", MAKERS)
@pytest.mark.parametrize("inner", MAKERS)
def test_archives_in_archives(outer: str, inner: str, tmp_path: Path) -> None:
    within = MAKERS[inner]([("a.jsonl.gz", gzip.compress(GOOD)), ("b.jsonl", OTHER)])
    path = write(tmp_path, f"o{outer}", MAKERS[outer]([(f"i{inner}", within), ("c.jsonl", GOOD)]))
    articles, quarantine = read(path)
    assert quarantine.is_empty()
    names = [f"i{inner}!a.jsonl.gz", f"i{inner}!b.jsonl", "c.jsonl"]
    assert articles["origin"].to_list() == [f"{path.as_posix()}!{name}" for name in names]
    articles, quarantine = read(path, settings=ReadSettings(max_nesting=2))
    assert len(articles) == 2
    assert reasons(quarantine) == ["archive_limit"]
    assert "ingest.max_nesting" in quarantine["message"][0]
    articles, quarantine = read(path, settings=ReadSettings(max_members=3))
    assert reasons(quarantine)[-1] == "archive_limit"  # files of both archives count


@pytest.mark.parametrize("suffix", MAKERS)
@pytest.mark.parametrize(
    "name",
    [
        *("../../etc/passwd.jsonl", "/etc/a.jsonl", "a/../../b.jsonl", "..", r"..\a.jsonl", r"C:\a.jsonl", "c:a.jsonl"),
        *(r"\\host\a.jsonl", "a\nb.jsonl", "\x1b[2Ja.jsonl"),
    ],
)
def test_a_name_that_leads_elsewhere_costs_its_file(suffix: str, name: str, tmp_path: Path) -> None:
    members = [("a.jsonl", GOOD), (name, OTHER), ("c/..b/d...jsonl", as_json_lines(ARTICLES[2:]))]
    articles, quarantine = read(write(tmp_path, f"a{suffix}", MAKERS[suffix](members)))
    assert articles["title"].to_list() == [TITLES[0], TITLES[2]]
    assert reasons(quarantine) == ["unsafe_name"]
    assert quarantine["message"][0].isprintable()


def test_a_zero_in_the_name_of_a_zip_member(tmp_path: Path) -> None:
    data = zip_of([("a.jsonlX.txt", GOOD)]).replace(b"jsonlX", b"jsonl\0")
    assert reasons(read(write(tmp_path, "a.zip", data))[1]) == ["unsafe_name"]


@pytest.mark.parametrize(
    "special",
    [
        {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"type": tarfile.SYMTYPE, "linkname": "special"},
        {"type": tarfile.LNKTYPE, "linkname": "a.jsonl"},
        {"type": tarfile.CHRTYPE},
        {"type": tarfile.BLKTYPE},
        {"type": tarfile.FIFOTYPE},
    ],
)
def test_what_is_no_file_in_a_tar(special: dict[str, object], tmp_path: Path) -> None:
    articles, quarantine = read(write(tmp_path, "a.tar", tar_with(**special)))
    assert articles["title"].to_list() == TITLES[:2]
    assert reasons(quarantine) == ["not_a_file"]
    assert quarantine["origin"][0].endswith("a.tar!special")


def test_a_link_in_a_zip(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.jsonl", GOOD)
    articles, quarantine = read(tmp_path / "a.zip")
    assert len(articles) == 1
    assert reasons(quarantine) == ["not_a_file"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("suffix", MAKERS)
def test_two_files_of_one_name(suffix: str, tmp_path: Path) -> None:
    texts = [("خبر.txt", f"نص الخبر رقم {n} وفيه كلام.".encode()) for n in range(3)]
    path = write(tmp_path, f"a{suffix}", MAKERS[suffix](texts))
    articles, _ = read(path)
    assert [one.partition("!")[2] for one in articles["origin"]] == ["خبر.txt", "خبر.txt (2)", "خبر.txt (3)"]
    assert articles["article_id"].n_unique() == 3


@pytest.mark.parametrize("suffix", MAKERS)
def test_clutter_and_nothing(suffix: str, tmp_path: Path) -> None:
    clutter = [("__MACOSX/._b.jsonl", b"\0\1"), ("folder/.DS_Store", b"\0\1"), ("folder/", b"")]
    assert reasons(read(write(tmp_path, f"a{suffix}", MAKERS[suffix](clutter)))[1]) == ["empty_file"]
    articles, quarantine = read(write(tmp_path, f"b{suffix}", MAKERS[suffix]([*clutter, ("a.jsonl", GOOD)])))
    assert (len(articles), len(quarantine)) == (1, 0)


def test_names_of_zip_members_are_utf8_said_or_not(tmp_path: Path) -> None:
    data = zip_of([("aaaaaaaaaa.jsonl", GOOD)]).replace(b"aaaaaaaaaa", "أخبار".encode())
    assert read(write(tmp_path, "a.zip", data))[0]["origin"][0].endswith("!أخبار.jsonl")


# Damage


def test_a_damaged_member_of_a_zip_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("a.jsonl", GOOD)
        out.writestr("b.jsonl", OTHER)
    path.write_bytes(path.read_bytes().replace(GOOD, GOOD[:-9] + b"0000000}\n", 1))
    articles, quarantine = read(path)
    assert articles["origin"].to_list()[-1].endswith("a.zip!b.jsonl")
    assert reasons(quarantine)[-1] == "broken_archive"
    assert quarantine["origin"][0].endswith("a.zip!a.jsonl")


def test_an_encrypted_member_costs_itself(tmp_path: Path) -> None:
    data = bytearray(zip_of([("a.jsonl", GOOD), ("b.jsonl", OTHER)]))
    directory = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[directory + 8] |= 1
    articles, quarantine = read(write(tmp_path, "a.zip", bytes(data)))
    assert articles["title"].to_list() == TITLES[1:2]
    assert "it is encrypted" in quarantine["message"][0]


@pytest.mark.parametrize("suffix", ["", *PACKERS])
def test_a_tar_that_is_cut_off_keeps_what_was_read(suffix: str, tmp_path: Path) -> None:
    size = 150_000 if suffix == ".bz2" else 30_000  # bzip2 gives nothing of a block of 900 kB that is not whole
    rows = [as_json_lines([{"text": f"خبر رقم {os.urandom(size).hex()}"}]) for _ in range(8)]
    whole = PACKERS.get(suffix, bytes)(tar_of([(f"{n}.jsonl", row) for n, row in enumerate(rows)]))
    articles, quarantine = read(write(tmp_path, f"a.tar{suffix}", whole[: len(whole) * 3 // 4]))
    assert 2 <= len(articles) <= 6
    assert set(reasons(quarantine)) == {"broken_archive"}
    assert quarantine["origin"][-1].endswith(f"a.tar{suffix}")


def test_a_damaged_header_is_not_the_end_of_a_tar(tmp_path: Path) -> None:
    data = bytearray(tar_of([("a.jsonl", GOOD), ("b.jsonl", OTHER)]))
    at = data.index(b"b.jsonl")
    data[at] = 0xFF
    articles, quarantine = read(write(tmp_path, "a.tar", bytes(data)))
    assert len(articles) == 1
    assert reasons(quarantine) == ["broken_archive"]


def header(kind: bytes, size: bytes) -> bytes:
    block = bytearray(tarfile.TarInfo("x").tobuf())
    block[156:157] = kind
    block[124 : 124 + len(size)] = size
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


@pytest.mark.parametrize(
    "block",
    [
        header(tarfile.GNUTYPE_LONGNAME, b"77777777777"),
        header(tarfile.XHDTYPE, b"77777777777"),
        header(tarfile.XGLTYPE, b"77777777777"),
        header(tarfile.REGTYPE, b"\xff" * 11 + b"\x01"),  # less than nothing
        header(tarfile.XHDTYPE, b"\xff" * 11 + b"\x01"),
        header(tarfile.XHDTYPE, b"00000001000") + b"99999999999 x=y\n".ljust(512, b"\0") * 2,
        header(tarfile.GNUTYPE_LONGNAME, b"00000000001") + b"a".ljust(512, b"\0"),
        (header(tarfile.GNUTYPE_LONGNAME, b"00000000001") + b"a".ljust(512, b"\0")) * 2000,
    ],
)
def test_headers_that_cannot_be_meant(block: bytes, tmp_path: Path) -> None:
    data = tar_of([("a.jsonl", GOOD)])
    articles, quarantine = read(write(tmp_path, "a.tar", data[: (512 + len(GOOD) + 511) // 512 * 512] + block))
    assert len(articles) == 1
    assert reasons(quarantine)[-1] == "broken_archive"


def test_a_file_with_holes(tmp_path: Path) -> None:
    pax = tarfile.TarInfo("holes.jsonl")
    pax.pax_headers = {"GNU.sparse.map": "5,1", "GNU.sparse.size": "1000000000000", "GNU.sparse.name": "holes"}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(pax)
    old = header(tarfile.GNUTYPE_SPARSE, b"00000000000") + header(tarfile.REGTYPE, b"00000000000")
    for data in (out.getvalue(), old):
        assert reasons(read(write(tmp_path, "a.tar", data))[1])[0] == "not_a_file"


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.bz2", "a.jsonl.xz", "a.tgz", "a.tar", "a.zip"])
def test_named_for_what_it_is_not(name: str, tmp_path: Path) -> None:
    assert reasons(read(write(tmp_path, name, GOOD * 9))[1]) == ["broken_archive"]


# Bombs


def test_limits_of_size(tmp_path: Path) -> None:
    path = write(tmp_path, "a.zip", zip_of([("a.jsonl", GOOD), ("b.jsonl", GOOD), ("c.jsonl", GOOD)]))
    assert reasons(read(path, settings=ReadSettings(max_members=2))[1]) == ["archive_limit"]
    assert reasons(read(path, settings=ReadSettings(max_expanded_bytes=len(GOOD)))[1]) == ["archive_limit"]
    articles, quarantine = read(path, write(tmp_path, "b.txt", "نص"), settings=ReadSettings(max_file_bytes=100))
    assert len(articles) == 1
    assert reasons(quarantine) == ["file_limit"]
    assert "ingest.max_file_bytes" in quarantine["message"][0]


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_compressed_bomb_is_stopped(suffix: str, tmp_path: Path) -> None:
    pack = PACKERS[suffix]
    bomb = write(tmp_path, f"a.jsonl{suffix}", pack(GOOD + b" " * 20_000_000))
    articles, quarantine = read(bomb, settings=ReadSettings(max_expanded_bytes=1_000_000))
    assert len(articles) == 1
    assert reasons(quarantine) == ["archive_limit"]
    for _ in range(5):
        bomb.write_bytes(pack(bomb.read_bytes()))
    assert reasons(read(bomb)[1]) == ["archive_limit"]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.zip", "a.tar.gz", "a.tar.xz", "outer.zip"])
def test_what_unpacks_to_many_times_its_size_is_stopped(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (archives, streams):
        monkeypatch.setattr(module, "RATIO_FLOOR", 1_000_000)
    big = [("a.jsonl", GOOD), ("b.jsonl", GOOD + b" " * 3_000_000), ("c.jsonl", OTHER)]
    data = {
        "a.jsonl.gz": lambda: gzip.compress(big[1][1]),
        "a.zip": lambda: zip_of(big),
        "outer.zip": lambda: zip_of([("inner.zip", zip_of(big))]),
        "a.tar.gz": lambda: gzip.compress(tar_of(big)),
        "a.tar.xz": lambda: lzma.compress(tar_of(big)),
    }[name]()
    path = write(tmp_path, name, data)
    articles, quarantine = read(path)
    assert set(reasons(quarantine)) == {"archive_limit"}
    assert "ingest.max_ratio" in quarantine["message"][0]
    # A zip says beforehand how large its members are, so that the others can be read.
    assert articles["title"].to_list() == ([TITLES[0], TITLES[1]] if "zip" in name else [TITLES[0]] * len(articles))
    articles, quarantine = read(path, settings=ReadSettings(max_ratio=10_000))
    assert quarantine.is_empty()


def test_a_zip_whose_files_overlap_is_a_bomb(tmp_path: Path) -> None:
    data = zip_of([("a.jsonl", GOOD)])
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[start:end]
    many = b"".join(entry.replace(b"a.jsonl", b"%c.jsonl" % (97 + n)) for n in range(9))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, len(many), start, 0)
    articles, quarantine = read(write(tmp_path, "a.zip", data[:start] + many + tail))
    assert articles.is_empty()
    assert reasons(quarantine) == ["broken_archive"]
    assert "overlap" in quarantine["message"][0]


def test_what_a_limit_cuts_off_is_told(tmp_path: Path) -> None:
    inner = gzip.compress(as_json_lines(ARTICLES) * 100)
    path = write(tmp_path, "a.tar", tar_of([("a.jsonl", GOOD), ("b.jsonl.gz", inner), ("c.jsonl", OTHER)]))
    articles, quarantine = read(path, settings=ReadSettings(max_expanded_bytes=1000))
    assert len(articles) >= 1
    assert [one.rpartition("/")[2] for one in quarantine["origin"]] == ["a.tar!b.jsonl.gz", "a.tar"]
    assert "what follows b.jsonl.gz in it was not read" in quarantine["message"][1]

"""Pages are read by processes of their own: in order, within their time, and none harms another."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ingest_samples import read, reasons, write

from tasks.ingest import page_pool, page_worker
from tasks.ingest.page_pool import PagePool
from tasks.ingest.read import ReadSettings
from tasks.ingest.records import Page, Problem, Reason, Record

SENTENCE = "أعلن وزير الري، اليوم الأربعاء، خطة لتوسيع سد النخيل على ثلاث مراحل تنفذها شركة المياه الوطنية."


def page(number: int, paragraphs: int = 4) -> Page:
    body = f"<p>{SENTENCE}</p>" * paragraphs
    html = f"<html><head><title>الخبر رقم {number}</title></head><body><article>{body}</article></body></html>".encode()
    return Page(number, html, html)


def outcome(found: Record | Problem) -> object:
    return found.fields["title"] if isinstance(found, Record) else found.reason


def test_pages_come_back_in_order_and_all() -> None:
    with PagePool(60) as pool:
        assert [one.number for one in pool.read(map(page, range(1, 41)))] == list(range(1, 41))
        assert list(pool.read([])) == []
        assert [outcome(one) for one in pool.read([page(3)])] == ["الخبر رقم 3"]


def test_a_page_that_takes_too_long_costs_only_itself() -> None:
    with PagePool(3) as pool:
        found = list(pool.read([page(1), page(2, paragraphs=200_000), page(3), page(4)]))
    assert [outcome(one) for one in found] == ["الخبر رقم 1", Reason.PAGE_TIMEOUT, "الخبر رقم 3", "الخبر رقم 4"]
    assert isinstance(found[1], Problem)
    assert found[1].payload == page(2, paragraphs=200_000).html


def test_the_time_of_a_page_is_a_setting(tmp_path: Path) -> None:
    path = write(tmp_path, "a.html", page(1).html)
    _, quarantine = read(path, settings=ReadSettings(page_seconds=1e-6))
    assert reasons(quarantine) == ["page_timeout"]
    assert "raise ingest.page_seconds" in quarantine["message"][0]


def test_a_process_that_was_ended_is_replaced_and_its_page_read() -> None:
    with PagePool(60) as pool:
        list(pool.read([page(1)]))
        worker = pool._idle.get()
        worker._process.kill()
        pool._idle.put(worker)
        assert [outcome(one) for one in pool.read([page(2)])] == ["الخبر رقم 2"]


def test_a_page_that_is_its_process_death_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_pool, "_COMMAND", (sys.executable, "-c", "print('{}', flush=True); input(); exit(7)"))
    with PagePool(60) as pool:
        [found] = pool.read([page(1)])
    assert isinstance(found, Problem)
    assert found.reason == Reason.PAGE_FAILED
    assert "exit code 7" in found.detail


def test_a_process_that_does_not_start_is_no_page_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_pool, "_COMMAND", (sys.executable, "-c", "exit(3)"))
    with PagePool(60) as pool, pytest.raises(RuntimeError, match=r"does not start \(exit code 3\)"):
        list(pool.read([page(1)]))


def test_processes_end_with_the_pool() -> None:
    with PagePool(60) as pool:
        list(pool.read([page(1), page(2)]))
        workers = [pool._idle.get() for _ in range(pool._idle.qsize())]
        for worker in workers:
            pool._idle.put(worker)
    assert workers
    assert all(worker._process.returncode == 0 for worker in workers)


def test_a_fault_of_a_library_is_told_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise ZeroDivisionError("by a library")

    monkeypatch.setattr(page_worker, "page_fields", stumble)
    answer = page_worker._answer(page(1).html, None, None)
    assert (answer["reason"], answer["detail"]) == (
        "page_failed",
        "reading it failed (ZeroDivisionError: by a library)",
    )


def test_records_of_pages_and_others_keep_their_order(tmp_path: Path) -> None:
    for number in range(1, 8):
        if number % 2:
            write(tmp_path, f"{number}.html", page(number).html)
        else:
            write(tmp_path, f"{number}.txt", f"الخبر رقم {number}\n\n{SENTENCE}\n")
    write(tmp_path, "5.html", b"<html><body></body></html>")
    articles, quarantine = read(tmp_path, batch_size=3)
    assert [title[-1] for title in articles["title"]] == ["1", "2", "3", "4", "6", "7"]
    assert reasons(quarantine) == ["no_article"]

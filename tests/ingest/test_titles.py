"""Title and body of bare text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ingest.titles import opens_with_dateline, split_title

LEDE = (
    "بحث وزير المياه في دولة الجبل مع نظيره في دولة السهل، اليوم، توزيع مياه النهر المشترك، وسبل الحد من الخسائر "
    "التي لحقت بالمزارعين على ضفتيه."
)
BODY = "بدأ وزير المياه زيارة تستمر يومين، يلتقي فيها عددا من المسؤولين.\n\nملف شائك\n\nوقال الوزير إن الحل قريب."


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        # A headline, however the lines are set off.
        (f"مباحثات بشأن النهر\n\n{BODY}", "مباحثات بشأن النهر", BODY),
        (f"مباحثات بشأن النهر\n{BODY}", "مباحثات بشأن النهر", BODY),
        (f"\ufeff\n  مباحثات بشأن النهر \r\n \r\n\r\n  {BODY}", "مباحثات بشأن النهر", f"  {BODY}"),
        (f"هل ينتهي الخلاف على النهر؟\n\n{BODY}", "هل ينتهي الخلاف على النهر؟", BODY),
        (f"دولة الجبل: لا تنازل عن النهر\n\n{BODY}", "دولة الجبل: لا تنازل عن النهر", BODY),
        # A lede, known by the dateline after it.
        (f"{LEDE}\n\nالراصد من لندن: {BODY}", LEDE, f"الراصد من لندن: {BODY}"),
        (f"{LEDE}\n\nالقاهرة - وكالات: {BODY}", LEDE, f"القاهرة - وكالات: {BODY}"),
        (f"{LEDE}\n\nمدينة السد، دولة السهل (واس) -- {BODY}", LEDE, f"مدينة السد، دولة السهل (واس) -- {BODY}"),
        # No title: a report from its first word, a sentence, a lede before a quotation, nothing after it.
        (f"الراصد من لندن: {LEDE}\n\n{BODY}", None, None),
        (f"مدينة السد (رويترز) - {LEDE}\n\n{BODY}", None, None),
        (f"لندن: رويترز\n\n{BODY}", None, None),
        (f"{LEDE}\n\n{BODY}", None, None),
        (f"{LEDE}\n\nوقال الوزير: الحل قريب.", None, None),
        (f'قال: "الحل قريب."\n\n{BODY}', None, None),
        ("مباحثات بشأن النهر", None, None),
        ("مباحثات بشأن النهر\n\n \u00a0\n", None, None),
        ("", None, None),
    ],
)
def test_split_title(text: str, title: str | None, body: str | None) -> None:
    assert split_title(text) == (title, text if title is None else body)


@given(st.text("اب \n\r\t.:؟-\u00a0\u200f", max_size=60))
def test_the_body_is_the_end_of_the_text(text: str) -> None:
    title, body = split_title(text)
    assert text.endswith(body)
    if title is None:
        assert body == text
    else:
        assert title == title.strip()
        assert title in text[: len(text) - len(body)]
        assert body.strip()


def test_datelines() -> None:
    assert opens_with_dateline("بغداد – «صدى الوادي»: أعلن")
    assert not opens_with_dateline("وأضاف المتحدث: لن نقبل")
    assert not opens_with_dateline("جيد وفعال")

"""Credit lines around names that are known, for languages where a name cannot be read by its shape.

Chinese writes no spaces, Turkish and Finnish put endings on names, Arabic has no capitals. There a credit is found
only where the name of a known publisher or agency stands in one of the language's usual turns of phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from copytrail.publishers import NATIVE_NAMES

_MOST_NAMES: Final = 64  # beside the agencies: all are looked for at every place of a text
_AGENCIES: Final = ("Reuters", "AFP", "Associated Press", "AP", "dpa", "ANSA", "EFE", "TASS", "Xinhua")
_NO_LETTER: Final = "[A-Za-zÀ-ɏЀ-ӿ]"  # beside which a name or phrase would be part of another word


class _Phrase(NamedTuple):
    """A turn of phrase: `@` stands for the name. A text without any of the `marks` does not have it."""

    marks: str
    pattern: str
    is_origin: bool = False


_PHRASES: Final = (
    _Phrase(
        ": ：",
        r"(?:来源|來源|出典|출처|المصدر|Источник|Джерело|Kaynak|Zdroj|Źródło|Sursa|Forrás|Lähde|Πηγή|Sumber|Nguồn|מקור"
        r"|منبع)\s?[:：]\s?@",
        is_origin=True,
    ),
    _Phrase("转 轉 摘自", r"(?:转载自|轉載自|转自|摘自)\s?@", is_origin=True),
    _Phrase("日电 日電", r"@\s?[^\s，。]{0,8}\d{1,2}日[电電]", is_origin=True),
    _Phrase("= 【", r"(?:[(（][^()（）\n=]{1,20}=|【)@[^()（）】\n]{0,20}[)）】]", is_origin=True),
    _Phrase("据 據 引述 援引", r"(?:据|據|根据|根據|引述|援引)\s?@(?:[^，。、\n]{0,10}(?:报道|報道|报导|報導|消息))?"),
    _Phrase("报道 報道 报导 報導", r"@[^\s，。、]{0,6}(?:报道|報道|报导|報導)"),
    _Phrase("による によれ 報じ 伝え", r"@(?:によると|によれば|が報じ|は報じ|が伝え)"),
    _Phrase("따르면 보도", r"@(?:에 따르면|[이가는은]? ?보도)"),
    _Phrase(
        "وفق نقل حسب ذكر أفاد",
        r"(?:وفقا\s?ل|وفقاً\s?ل|نقلا عن|نقلاً عن|بحسب|حسب|ذكرت|أفادت)\s?(?:وكالة\s)?(?:الأنباء\s|أنباء\s)?@",
    ),
    _Phrase("گزارش نقل", r"(?:به گزارش|به نقل از)\s(?:خبرگزاری\s)?@"),
    _Phrase("לפי על דיווח", r"(?:לפי|על פי|דיווחה?)\s(?:סוכנות\s(?:הידיעות\s)?)?@"),
    _Phrase("अनुसार मुताबिक हवाले", r"@ के (?:अनुसार|मुताबिक|हवाले से)"),
    _Phrase("göre", r"@(?:['’]\w{1,4})?(?: [Aa]jansı['’]?\w{0,5})?(?: haberine)? göre"),
    _Phrase("mukaan", r"@(?::?i?n)? mukaan"),
    _Phrase("szerint", r"@ szerint"),
    _Phrase(
        "о е є",
        r"(?:[Пп]о данным|[Сс]о ссылкой на|[Сс]ообщает|[Сс]ообщило|[Пп]ередает|[Пп]ередаёт|[Пп]ишет|[Зз]а даними"
        r"|[Зз] посиланням на|[Пп]овідомляє|[Пп]ередає|[Пп]ише|[Пп]о данни на|[Сс]ъобщава|[Пп]редаде)"
        r"\s(?:агентств\w{0,3}\s|агенция\s)?[«\"„]?@[»\"“]?",
    ),
    _Phrase(
        "w o u a i",
        r"(?:[Ww]edług|[Pp]odaje|[Pp]oinformowała|[Pp]odle|[Uu]vedla|[Ii]nformovala|[Pp]otrivit|[Rr]elatează|[Tt]ransmite"
        r"|[Ss]egons|[Mm]enurut|[Dd]ilansir(?: dari)?|[Dd]ikutip dari|[Tt]heo)\s(?:agencj\w{0,2}\s|agentur\w{0,2}\s"
        r"|agenți\w{0,2}\s|kantor berita\s|hãng(?: tin)?\s)?@",
    ),
    _Phrase("ύμφωνα", r"[Σσ]ύμφωνα με (?:το |την |τον )?(?:πρακτορείο )?@"),
    _Phrase("สำนักข่าว", r"สำนักข่าว\s?@"),
)  # fmt: skip


class Known(NamedTuple):
    """A credit line around a known name: offsets of the line, and the name as written."""

    name: str
    start: int
    end: int
    is_origin: bool


def known_names(text: str, publishers: Iterable[str]) -> Iterator[Known]:
    """Credit lines that name one of the publishers or a well-known agency; they may overlap."""
    names = tuple(sorted({name for name in publishers if len(name) > 1}))[:_MOST_NAMES]
    for phrase, pattern in zip(_PHRASES, _patterns(names), strict=True):
        if any(mark in text for mark in phrase.marks.split()):
            for found in pattern.finditer(text):
                yield Known(found["name"], found.start(), found.end(), phrase.is_origin)


@lru_cache(maxsize=64)
def _patterns(names: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """The phrases around any of the names, longer names first."""
    every = sorted({*names, *_AGENCIES, *NATIVE_NAMES}, key=lambda name: (-len(name), name))
    choice = f"(?P<name>{'|'.join(re.escape(name) for name in every)})"
    return tuple(
        re.compile(f"(?<!{_NO_LETTER}){phrase.pattern.replace('@', choice)}(?!{_NO_LETTER})")
        for phrase in _PHRASES
    )

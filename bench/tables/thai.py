"""The commonest syllables of Thai news, which no word list at hand covers: three classes of about equal weight."""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.orthography import orthography_of
from copytrail.text import normalise
from copytrail.words import split_words

# Written as words: particles, prepositions, auxiliaries; then common verbs, classifiers and time words.
_CLASSES: Final = (
    (4, "ที่ การ และ ใน เป็น มี ได้ ว่า ไม่ ให้ จะ กับ ก็ แต่ โดย นี้ นั้น ต้อง ความ แล้ว จาก"),
    (16, "ของ ไป มา อยู่ ทำ ซึ่ง ยัง เมื่อ หรือ ถึง เพื่อ กว่า ผู้ เขา เรา หนึ่ง ไว้ ขึ้น ออก เข้า ด้วย วัน ปี เดือน ประ ทาง"),
    (
        40,
        "ครั้ง ไทย กล่าว เปิด เผย นาย นาง ต่อ หลัง ก่อน ระ หว่าง เพราะ ทั้ง หมด กัน เอง ตาม ถ้า อีก ราย หน้า ใหญ่ ใหม่ "
        "เจ้า ที่ ล้าน บาท เมือง บ้าน คือ แห่ง กำ ลัง สา มา รถ ภาย นอก จึง เกิด ใช้ เริ่ม สอง สาม",
    ),
)


def _syllables() -> dict[str, int]:
    weights: dict[str, int] = {}
    for weight, listed in _CLASSES:
        words = split_words(normalise(listed), orthography_of("th"))
        for word in words.spelt(np.arange(len(words))):
            weights.setdefault(word, weight)
    return weights


SYLLABLES: Final = _syllables()  # and their weights, in the units of the table

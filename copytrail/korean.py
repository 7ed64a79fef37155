"""The stem of a Korean word: its particles and endings taken off.

Korean writes particles ("정부는", "정부가") and verb endings ("발표했다", "발표하며") onto the word. The longest one on
the list goes, as long as enough of the word stays.
"""

from __future__ import annotations

from typing import Final

_ENDINGS: Final = (
    "에서 에게 에는 에도 에서는 에서도 에서의 에게는 으로 으로는 으로도 으로의 으로써 로써 로서 "
    "으로서 까지 까지는 부터 보다 처럼 마다 이나 이며 이고 이라고 라고 라며 이라며 이라는 라는 "
    "이다 이었다 였다 였으며 이었던 이라면 들은 들이 들을 들의 들에게 들과 들도 들로 께서 한테 "
    "대로 만큼 밖에 조차 마저 이라도 하다 한다 한다고 한다며 했다 했다고 했다며 했으며 했지만 했고 "
    "했던 했습니다 하는 하고 하며 하면 하면서 하기 하기로 하지 하지만 하게 해서 해야 하도록 하겠다 "
    "하겠다고 하려고 하려는 할지 합니다 되다 된다 된다고 됐다 됐다고 되었다 되었다고 됐으며 됐지만 "
    "됐고 됐던 되는 되고 되며 되면 되지 되기 되도록 됩니다 었다 았다 었다고 았다고 었으며 았으며 "
    "었고 았고 었지만 았지만 었던 았던 으며 면서 으면서 지만 습니다 는데 은데 려고 으려고 기로 "
    "기를 기가 기에 겠다 겠다고 는다 는다고 인데 이었고 였고 에만 만을 만이 과의 와의 으나 다고 "
    "다며"
)
_PARTICLES: Final = "은 는 이 가 을 를 의 에 로 와 과 도 만 들 한 할 함 해 된 될 됨 인 던 고 며 다 요"
_LONG: Final = frozenset(_ENDINGS.split())
_SHORT: Final = frozenset(_PARTICLES.split())
_AFTER_ONE: Final = frozenset(["는", "를", "에"])  # no noun of two syllables ends in them
_LONGEST: Final = max(map(len, _LONG))
_MIN_BEFORE_SHORT: Final = 2  # syllables that must stay: many nouns of two end like a particle


def stem(word: str) -> str:
    """The word without its longest known ending of two syllables or more, else of one."""
    for size in range(min(_LONGEST, len(word) - 1), 1, -1):
        if word[-size:] in _LONG:
            return word[:-size]
    short = _SHORT if len(word) > _MIN_BEFORE_SHORT else _AFTER_ONE
    return word[:-1] if len(word) > 1 and word[-1] in short else word

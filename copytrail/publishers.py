"""Names of publishers: which names mean one publisher, and which names are publishers at all."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from copytrail.hosts import label_of


def word_set(words: str) -> frozenset[str]:
    """The words of a list that is written as text."""
    return frozenset(words.split())


_HOST = re.compile(
    r"^(?P<scheme>https?://)?(?:[^\s/@]{1,100}@)?(?P<host>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6})(?::\d{1,5})?(?:[/?#]|$)",
    re.IGNORECASE,
)
_SHORTEST_KEY = 3
"""Characters that must stay when "the" and "news" are taken off: "The News" keeps its name."""

_ALIASES = {
    "abcaustralia": "abc",
    "agencefrancepresse": "afp",
    "associatedpress": "ap",
    "apnews": "ap",
    "australianassociatedpress": "aap",
    "britishbroadcastingcorporation": "bbc",
    "canadianbroadcastingcorporation": "cbc",
    "deutschepresseagentur": "dpa",
    "dw": "deutschewelle",
    "ft": "financialtimes",
    "nationalpublicradio": "npr",
    "nyt": "newyorktimes",
    "nytimes": "newyorktimes",
    "pamedia": "pa",
    "pressassociation": "pa",
    "presstrustofindia": "pti",
    "unitedpressinternational": "upi",
    "wapo": "washingtonpost",
    "wsj": "wallstreetjournal",
}

NATIVE_NAMES = {
    "新华社": "xinhua", "新華社": "xinhua", "路透社": "reuters", "路透": "reuters", "法新社": "afp",
    "美联社": "ap", "美聯社": "ap", "共同通信": "kyodo", "共同社": "kyodo", "共同": "kyodo",
    "時事通信": "jiji", "ロイター": "reuters", "AFP通信": "afp", "연합뉴스": "yonhap", "로이터": "reuters",
    "رويترز": "reuters", "الأناضول": "anadolu", "Anadolu": "anadolu", "فرانس برس": "afp",
    "رویترز": "reuters", "رويترز للأنباء": "reuters", "ТАСС": "tass", "Рейтер": "reuters",
    "Reuters": "reuters", "Интерфакс": "interfax", "РИА Новости": "rianovosti",
    "Укринформ": "ukrinform", "Укрінформ": "ukrinform", "БТА": "bta", "PAP": "pap",
    "ČTK": "ctk", "MTI": "mti", "STT": "stt", "Agerpres": "agerpres", "Antara": "antara",
    "TTXVN": "vna", "ΑΠΕ": "amna", "רויטרס": "reuters", "रॉयटर्स": "reuters",
    "पीटीआई": "pti", "ซินหัว": "xinhua", "รอยเตอร์": "reuters",
}  # fmt: skip
"""Agencies as their own and other languages write them, with their keys."""

AGENCIES = word_set(
    """aap afp agerpres amna anadolu anp ansa antara ap apa belga bernama bloomberg canadianpress cp ctk dpa efe
    interfax itartass jiji kyodo lusa ntb pa pti reuters rianovosti ritzau sda tass tt ukrinform upi
    xinhua yonhap"""
)
"""Keys of agencies: their name in brackets says where a text comes from."""

_KNOWN = AGENCIES | word_set(
    """abc aljazeera aftenposten axios bbc bild bleacherreport buzzfeed cbc cbs channel4 cnbc cnn
    corrieredellasera dailybeast derspiegel deutschewelle diewelt diezeit economist elmundo elpais espn
    euronews faz financialtimes folhadespaulo forbes fortune fox gizmodo globo guardian haaretz hindu
    hollywoodreporter huffingtonpost huffpost independent indianexpress itv izvestia kommersant larazon
    larepubblica lastampa latribune lefigaro lemonde leparisien leseschos liberation lefigaro lexpress
    lavanguardia mediapart msnbc motherjones nbc newrepublic newsweek newyorker newyorktimes nos npr nrc
    nrk observer orf pbs politico propublica publico rai rfi rte rtl sky slate spiegel
    sueddeutschezeitung sveriges svt techcrunch telegraaf telegraph theatlantic atlantic theverge verge
    time timesofindia tv2 univision usatoday usnews variety vice volkskrant vox wallstreetjournal
    washingtonpost wired yahoo zdf zeit ard dr"""
)

_ORDINARY = word_set(
    """atlantic economist fox guardian hindu independent observer sky slate telegraph time variety verge
    vice vox wired liberation nos dr rai tt zeit"""
)
"""Known names that are words as well: alone they count only after "the"."""

_STRONG = word_set(
    """broadcasting bugle chronicle courier daily dispatch examiner gazette gazzetta herald inquirer
    journal ledger news newspaper newswire observer post press radio sentinel television times tribune
    tv weekly wire zeitung nachrichten tageblatt anzeiger kurier dagblad dagbladet diario periódico
    giornale corriere jornal correio presse tidning tidningen"""
)
"""Words that make a name a publisher's when they end it, or begin it as in "Radio Free Europe"."""
_WEAK = word_set(
    """advertiser advocate argus banner bulletin echo enquirer express globe guardian independent mail
    media mercury messenger mirror network online record register reporter review standard star sun
    telegraph today voice"""
)
"""The same, but also ordinary words and surnames: they need a "the" before the name."""
_TAILS = re.compile(
    r"(?:^|\s)(?:(?:news|press|telegraph(?:ic)?|information) "
    r"(?:agency|association|service|network|channel|group)"
    r"|times of \w+|press trust of \w+|broadcasting (?:corporation|corp|company|service|network|authority)"
    r"|radio \w+|(?:post|times|herald|courier|star|sun|news|journal)-[\w-]+)$"
)
_NOT_PUBLISHERS = re.compile(
    r"\b(?:university press|(?:medical|law|academic) journal|stop press)$|\bof medicine$"
)
_PLAIN = word_set("tv television radio press news media daily newspaper weekly")
_NATIONALITIES = word_set(
    """american arab argentine australian austrian belgian brazilian british bulgarian canadian catalan
    chinese croatian czech danish dutch egyptian english estonian european finnish flemish french german
    greek hungarian indian indonesian iranian iraqi irish israeli italian japanese kenyan korean latvian
    lebanese lithuanian mexican nigerian norwegian pakistani palestinian polish portuguese romanian
    russian saudi scottish serbian slovak slovenian spanish swedish swiss syrian taiwanese turkish
    ukrainian us u.s. uk welsh"""
)
_AGENCY_BEGINS = word_set("""agence agencia agenzia agência agentur nachrichtenagentur persbureau""")


_DOMAINS = word_set(
    """com org net info news press media tv eu example uk de fr es nl pt br ch dk se fi pl cz ie au nz ca
    za ru ua jp cn kr tr gr ro hu il mx ar cl co io"""
)
"""Endings that make a lower-case word a host; "it", "no" and "at" would make "police.it" one as well."""


@lru_cache(maxsize=8192)
def publisher_key(name: str) -> str:
    """What all spellings of one publisher share: "The BBC", "BBC News" and "www.bbc.co.uk" give "bbc".

    Empty for a name without letters and digits.
    """
    host = host_of(name)
    key = _letters(label_of(host) if host else name)
    key = _ALIASES.get(key, key)
    for ornament in (r"^the", r"online$", r"news$"):
        shorter = re.sub(ornament, "", key)
        if key not in _KNOWN and len(shorter) >= _SHORTEST_KEY - (shorter in _KNOWN):
            key = shorter
    return _ALIASES.get(key, key)


def host_of(name: str) -> str:
    """The host, in lower case, of an address or of a name such as "bbc.co.uk"; empty when it is neither."""
    match = _HOST.match(name.strip())
    if match is None:
        return ""
    host = match["host"].lower()
    return host if match["scheme"] or host.rsplit(".", 1)[1] in _DOMAINS else ""


def _letters(name: str) -> str:
    """Letters and digits alone, in lower case, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", name[:200]).casefold() if c.isalnum())


_ALIASES.update((_letters(name), key) for name, key in NATIVE_NAMES.items())


def is_agency(name: str) -> bool:
    """Whether the name is a known news agency's."""
    return publisher_key(name) in AGENCIES


def is_publisher(name: str, known: frozenset[str] = frozenset(), definite: bool = False) -> bool:
    """Whether a name is a publisher's rather than a person's or an institution's.

    `known` are keys of publishers seen elsewhere; `definite` says that the text put "the" before the name.
    """
    key = publisher_key(name)
    if key in known or (key in _KNOWN and (definite or " " in name or key not in _ORDINARY)):
        return True
    host = host_of(name)
    return _is_shaped(label_of(host).replace("-", " "), True) if host else _is_shaped(name, definite)


def is_publisher_host(host: str, known: frozenset[str] = frozenset()) -> bool:
    """Whether a host is a publisher's, by being known or by a word such as "times" in its name."""
    if is_publisher(host, known):
        return True
    label = label_of(host)
    return any(label.endswith(word) or label.startswith(word) for word in _STRONG if len(word) > 3)


def is_nationality(word: str) -> bool:
    """Whether a word only says which country a publisher is of: "British newspapers", "Czech television"."""
    return word.casefold() in _NATIONALITIES


def _is_shaped(name: str, definite: bool) -> bool:
    """Whether the words of the name make it a publisher's."""
    words = name.casefold().split()
    if words[:1] == ["the"]:
        words, definite = words[1:], True
    lowered = " ".join(words)
    if not words or _NOT_PUBLISHERS.search(lowered) or is_nationality(words[0]) and words[-1] in _PLAIN:
        return False
    if _TAILS.search(lowered) or (words[0] in _AGENCY_BEGINS and len(words) > 1):
        return True
    enough = definite or len(words) > 1
    return enough and (bool(_STRONG & {words[0], words[-1]}) or (definite and words[-1] in _WEAK))

"""How each language is written, as far as splitting needs it: abbreviations, elisions, ordinals, where clauses end."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np

from copytrail.compiled import Hashes
from copytrail.hashing import hash_points
from copytrail.text import normalise

_ENGLISH: Final = (
    "mr mrs ms dr prof sen rep gov gen lt col sgt capt cmdr adm hon rev st jr sr inc ltd co corp vs no fig jan feb "
    "mar apr jun jul aug sep sept oct nov dec approx est ave mt ft bzw ca nr hr usw str bd mme mlle sra srta "
    "av dott sig ing art pag pp vol ed eds etc al"
)
# Words before a full stop that does not end the sentence, where a capital may follow.
_ABBREVIATIONS: Final = {
    "de": "dr prof hr fr st nr bzw ca usw str bd mio mrd tsd inkl evtl ggf vgl geb abs art ing dipl hl sog "
    "jan feb mär apr jun jul aug sept okt nov dez z b d h u a s o v i co",
    "fr": "m mm mme mmes mlle mlles dr drs pr me mes st ste av bd art env cf ex vol éd fig chap p pp no "
    "janv févr avr juil sept oct nov déc",
    "es": "sr sra srta sres sras dr dra dres d dña ud uds av avda art arts núm núms pág págs ee uu aprox gral prof "
    "lic ing ej vol cap ene feb abr ago sept oct nov dic",
    "pt": "sr sra srs sras srta dr dra drs d av art arts núm pág págs prof profa eng arq vol cap aprox "
    "jan fev abr ago set out nov dez",
    "it": "sig sigg sigra dott dottssa prof profssa ing avv arch on sen art artt pag pagg vol cap cfr ca gen "
    "febb apr lug ago sett ott nov dic n",
    "nl": "dhr mevr mw dr drs ir mr prof st bijv nr nrs blz ca jan feb mrt apr jun jul aug sept okt nov dec mln mld "
    "resp incl excl vgl a b d v z",
    "sv": "dr prof st ca kr nr bl t ex dvs fr jan feb apr aug sept okt nov dec",
    "da": "dr prof skt ca kr nr bl f eks dvs hr fru jan feb apr aug sept okt nov dec",
    "nb": "dr prof st ca kr nr bl f eks dvs jan feb apr aug sept okt nov des",
    "fi": "esim ns mm n s klo nro",
    "ru": "ул им д проф акад пр пл т п ст корп стр",
    "uk": "вул ім д проф акад пл т п ст",
    "pl": "dr prof ul al św nr tzw tj np im pl gen płk",
    "cs": "dr prof ing mgr ul č tzv např sv nám gen",
    "tr": "dr prof doç av sn cad sok mah bkz alb gen org yrd op uzm",
    "ar": "د أ م ص ج",
}
# Articles, pronouns and prepositions that lose their vowel before another word: "l'homme" is two words.
_ELISIONS: Final = {
    "fr": "l d j m t s n c qu jusqu lorsqu puisqu quoiqu",
    "it": "l d c s m t v n un dell nell sull all dall coll gl degl quell quest bell sant nessun ciascun alcun "
    "tutt mezz com dov cos anch neanch senz",
    "ca": "l d s m t n",
}
_ORDINALS: Final = frozenset({"de", "da", "nb", "fi", "cs", "hu", "pl", "tr"})
_CASED: Final = frozenset({"ru", "uk", "bg", "el"})
_MIRRORED: Final = frozenset({"ar", "fa", "he"})
_CLAUSE_WORDS: Final = {"th": 12}
DOTLESS: Final = frozenset({"tr"})  # languages whose capital I is the capital of ı


class Orthography(NamedTuple):
    """What the splitting of words and sentences has to know of a language.

    `abbreviations` and `elisions` are sorted hashes of words. `ordinals`: a number of one or two digits before a full
    stop is an ordinal ("3. Mai"). `cased`: sentences in a script other than Latin begin with a capital too.
    `mirrored`: ” opens and “ closes direct speech as often as the other way round, in scripts that run to the left.
    `clause_words`: a space ends a sentence of that many words or more, where full stops are not in use; 0 elsewhere.
    """

    abbreviations: Hashes
    elisions: Hashes
    ordinals: bool
    cased: bool
    mirrored: bool
    clause_words: int


@cache
def orthography_of(language: str) -> Orthography:
    """The orthography of a language (ISO 639-1); of a language that is not known, what most texts keep to."""
    return Orthography(
        abbreviations=_hashes(_ABBREVIATIONS.get(language, _ENGLISH)),
        elisions=_hashes(_ELISIONS.get(language, "")),
        ordinals=language in _ORDINALS,
        cased=language in _CASED,
        mirrored=language in _MIRRORED,
        clause_words=_CLAUSE_WORDS.get(language, 0),
    )


def _hashes(words: str) -> Hashes:
    return np.sort(np.array([hash_points(normalise(word).points) for word in words.split()], dtype=np.uint64))

"""What the detector promises in every language it knows, on the stories in seeds/languages and on single sentences."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import flagged, sentences, words

from copytrail import korean
from copytrail.article import Article, Limits, parse_article
from copytrail.compare import compare
from copytrail.document import Document, analyse
from copytrail.language import LANGUAGES, WEIGHT_UNIT
from copytrail.offline import cluster_articles
from copytrail.report import Relation
from copytrail.words import CAPITAL, NUMBER, QUOTED

FOLDER = Path(__file__).parents[2] / "seeds" / "languages"
STORIES: list[dict[str, Any]] = json.loads((FOLDER / "labels.json").read_text(encoding="utf-8"))["stories"]
ARTICLES: dict[str, dict[str, Any]] = {
    article["id"]: article
    for path in sorted(FOLDER.glob("*.jsonl"))
    for article in map(json.loads, path.read_text(encoding="utf-8").splitlines())
}
DOCUMENTS: dict[str, Document] = {name: analyse(article["text"]) for name, article in ARTICLES.items()}
STORY_OF = {
    name: story["slug"]
    for story in STORIES
    for name in [story["first"], *story["apart"], *(copy["id"] for copy in story["copies"])]
}
STORY = pytest.mark.parametrize("story", STORIES, ids=[story["language"] for story in STORIES])
RELATIONS = ["near_copy", "rewrite", "partial_copy"]

THAI = (
    "เจ้าหน้าที่ปิดสะพานไม้เก่าแก่ของหมู่บ้านริมน้ำเมื่อวันจันทร์ หลังจากพบว่าเสาสองต้นผุจนรับน้ำหนักไม่ได้ "
    "ชาวบ้านกว่าสามร้อยคนต้องข้ามแม่น้ำด้วยเรือแจวแทน เด็กนักเรียนออกจากบ้านเร็วขึ้นหนึ่งชั่วโมงทุกเช้า "
    "นายอำเภอกล่าวว่าจะใช้เวลาซ่อมอย่างน้อยสองเดือน และต้องใช้ไม้จากป่าชุมชนที่ปลูกไว้เมื่อยี่สิบปีก่อน "
    "ช่างไม้ในหมู่บ้านเสนอตัวทำงานโดยไม่คิดค่าแรง ส่วนวัดเปิดโรงครัวเลี้ยงอาหารกลางวันทุกวันจนกว่างานจะเสร็จ"
)
SWAHILI = (
    "Wavuvi wa kijiji cha pwani wamerudi baharini baada ya miezi mitatu ya kungoja. Dhoruba iliharibu mashua kumi na "
    "mbili na kuvunja gati la zamani. Fundi mmoja alizitengeneza zote bila malipo, akisaidiwa na wanafunzi wa shule ya "
    "sekondari. Bei ya samaki sokoni imeshuka tayari, na wachuuzi wanasema wateja wao wamefurahi sana. Mwenyekiti wa "
    "kijiji ameahidi kujenga ukuta mpya kabla ya msimu wa mvua kuanza."
)


def test_there_are_eleven_languages_and_every_article_is_labelled_once() -> None:
    assert len({story["language"] for story in STORIES}) == 11
    labelled = [
        *(name for story in STORIES for name in [*story["apart"], *story["background"], story["first"]]),
        *(copy["id"] for story in STORIES for copy in story["copies"]),
    ]
    assert sorted(labelled) == sorted(ARTICLES)
    assert len({article["url"] for article in ARTICLES.values()}) == len(ARTICLES)


def test_every_article_can_be_posted_as_it_is() -> None:
    for name, article in ARTICLES.items():
        assert parse_article(article, Limits()).id == name


@pytest.mark.parametrize("name", ARTICLES)
def test_the_language_is_found_even_in_fifty_words(name: str) -> None:
    document = DOCUMENTS[name]
    found = analyse(document.text[document.start[0] : document.stop[min(50, len(document)) - 1]])
    assert found.language == document.language == ARTICLES[name]["language"]
    assert document.disguises == found.disguises == frozenset()


def test_what_a_site_declares_counts_only_where_the_text_does_not_tell() -> None:
    assert analyse(ARTICLES["de-hafenkran-1"]["text"], "en").language == "de"
    assert analyse("Kowalski Nowak Wiśniewski", "pl").language == "pl"
    assert analyse("Kowalski Nowak Wiśniewski", "xx").language == "und"


@STORY
def test_copies_excerpts_and_rewrites_are_found(story: dict[str, Any]) -> None:
    assert [copy["relation"] for copy in story["copies"]] == RELATIONS
    for copy in story["copies"]:
        report = compare(DOCUMENTS[copy["of"]], DOCUMENTS[copy["id"]])
        assert report.relation == copy["relation"], (copy, report.evidence)


@STORY
def test_independent_reports_stay_apart(story: dict[str, Any]) -> None:
    for other in [story["first"], *(copy["id"] for copy in story["copies"])]:
        report = compare(DOCUMENTS[story["apart"][0]], DOCUMENTS[other])
        assert not report.relation.is_reuse, (other, report.evidence)


def test_clusters_across_all_languages_are_the_stories_and_nothing_else() -> None:
    articles = [Article(id=name, text=article["text"]) for name, article in ARTICLES.items()]
    found = []
    for cluster in cluster_articles(articles, datetime(2031, 5, 1, tzinfo=UTC)):
        members = cluster["articles"]
        assert isinstance(members, list)
        found.append({member["id"] for member in members})
    excerpts = {
        copy["id"] for story in STORIES for copy in story["copies"] if copy["relation"] == "partial_copy"
    }
    # An excerpt of one paragraph may or may not be enough to belong to the story.
    assert sorted(sorted(members - excerpts) for members in found) == sorted(
        sorted(story["cluster"]) for story in STORIES
    )
    assert all(len({STORY_OF[name] for name in members}) == 1 for members in found)


def test_articles_of_different_stories_have_nothing_to_do_with_each_other() -> None:
    for a, b in combinations(ARTICLES, 2):
        if STORY_OF.get(a, a) != STORY_OF.get(b, b):
            assert compare(DOCUMENTS[a], DOCUMENTS[b]).relation is Relation.UNRELATED, (a, b)


@pytest.mark.parametrize("text", [THAI, SWAHILI], ids=["Thai", "Swahili"])
def test_languages_without_word_lists_get_copies_and_excerpts(text: str) -> None:
    first, *_, last = sentences(text)
    other = ARTICLES["it-campana-6"]["text"]
    edited = text.replace(first, "").strip(" .") + ". " + last
    assert compare(analyse(text), analyse(edited)).relation is Relation.NEAR_COPY
    excerpt = compare(analyse(text), analyse(f"{other}\n\n{text}\n\n{other}"))
    assert (excerpt.relation, excerpt.joins) == (Relation.PARTIAL_COPY, True)


def test_thai_and_swahili_are_told_from_what_they_are_not() -> None:
    assert (analyse(THAI).language, analyse(SWAHILI).language) == ("th", "und")
    assert compare(analyse(THAI), analyse(SWAHILI)).relation is Relation.UNRELATED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’homme d'hier n'est plus aujourd'hui à l’hôtel, dit-on.", "L homme d hier n est plus aujourd'hui"),
        (
            "L'uomo è tornato nell'ufficio e c'era un'altra porta.",
            "L uomo è tornato nell ufficio e c era un altra",
        ),
        ("Der Vater hat's nicht gesagt, aber die Straße war groß.", "Der Vater hat's nicht gesagt"),
        ("国家海洋环境监测中心表示，渔民已经恢复出海。", "国家 海洋 环境 监测 中心 表示 渔民 已经 恢复 出海"),
        ("コンピューターのデータを発表しました", "コンピューター の データ を 発表"),
        ("ประเทศไทยมีแม่น้ำ", "ป ระ เทศ ไทย มี แม่ น้ำ"),
    ],
)
def test_words_are_what_a_reader_would_say(text: str, expected: str) -> None:
    assert words(text)[: len(expected.split())] == expected.split()


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([ARTICLES["zh-chaku-1"]["text"], ARTICLES["ja-hashi-1"]["text"], THAI]),
    st.integers(0, 120),
    st.integers(40, 120),
)
def test_a_passage_cut_out_of_a_text_without_spaces_splits_as_it_did(text: str, low: int, size: int) -> None:
    whole, cut = analyse(text), analyse(text[low : low + size])
    margin = 12  # characters: the words at both ends may have lost a part
    inside = (whole.start >= low + margin) & (whole.stop <= low + size - margin)
    kept = (cut.start >= margin) & (cut.stop <= size - margin)
    assert np.array_equal(whole.hash[inside], cut.hash[kept])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_common_and_rare_stems_in_the_shipped_table(language: str) -> None:
    with np.load(str(files("copytrail") / "data" / "terms.npz")) as table:
        codes, weights = table[f"{language}_codes"], table[f"{language}_weights"]
    assert len(codes) == len(weights) >= (80 if language == "th" else 8_000)
    assert (codes[1:] >= codes[:-1]).all()
    assert weights.min() * WEIGHT_UNIT < 0.5 < 2 < weights.max() * WEIGHT_UNIT


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Die Strasse in der Stadt ist nicht mehr groß", "Die Straße in der Stadt ist nicht mehr GROSS"),
        ("IŞIKLAR bu gece için bir kez daha söndü", "ışıklar bu gece için bir kez daha SÖNDÜ"),
        ("İstanbul ve İzmir için yeni bir gün", "istanbul ve izmir için yeni bir GÜN"),
        ("قالَ إنّ السفينة عـــادت إلى الميناء", "قال ان السفينة عادت الى الميناء"),
        ("Её ещё не было на месте", "ее еще не было на месте"),
        ("這個國家的環境", "这个国家的环境"),
        ("ﾃﾚﾋﾞ局の記者", "テレビ局の記者"),
    ],
    ids=["ß", "ı", "İ", "Arabic signs", "ё", "traditional", "narrow kana"],
)
def test_one_word_in_two_spellings_is_one_word(a: str, b: str) -> None:
    assert analyse(a).hash.tolist() == analyse(b).hash.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Er kam am 3. Mai z. B. nach Köln. Das war 2019. Danach war nichts mehr.",
            ["Er kam am 3. Mai z. B. nach Köln", "Das war 2019", "Danach war nichts mehr"],
        ),
        (
            "¿Qué dijo? Dijo que no. ¡Vaya! El Sr. Gómez fue con los niños al mar. Después volvieron.",
            ["Qué dijo", "Dijo que no", "Vaya", "El Sr. Gómez fue con los niños al mar", "Después volvieron"],
        ),
        ("Selon M. Dupont, c'est fini. Il est parti.", ["Selon M. Dupont, c'est fini", "Il est parti"]),
        (
            "Он живёт на ул. Ленина. Это т. е. рядом. Мы ждали.",
            ["Он живёт на ул. Ленина", "Это т. е. рядом", "Мы ждали"],
        ),
        (
            "هل عادت السفينة؟ نعم، قال د. أحمد. ثم ذهب إلى البيت.",
            ["هل عادت السفينة", "نعم، قال د. أحمد", "ثم ذهب إلى البيت"],
        ),
        ("सरकार ने यह कहा। यह अच्छा है। वे लौट आए।", ["सरकार ने यह कहा", "यह अच्छा है", "वे लौट आए"]),
        ("他说船走了。真的吗？是的！我们等了三个月。", ["他说船走了", "真的吗", "是的", "我们等了三个月"]),
        (
            "Prof. Dr. Yılmaz bu gece 3. kez konuştu. Sonra gitti.",
            ["Prof. Dr. Yılmaz bu gece 3. kez konuştu", "Sonra gitti"],
        ),
    ],
    ids=["de", "es", "fr", "ru", "ar", "hi", "zh", "tr"],
)
def test_sentences_end_where_the_language_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("„Nein danke“, sagte er, und das war alles.", "Nein danke"),
        ("»Nein danke«, sagte er, und das war alles.", "Nein danke"),
        ("« Il a dit “non” hier », a-t-elle dit.", "Il a dit non hier"),
        ("«Мы ждали его “дома”», — сказал он.", "Мы ждали его дома"),
        ("他说：“我们等了三个月。”然后走了。", "我们 等 了 三个 月"),
        ("町長は「橋は『家』だ」と話した。", "橋 は 家 だ"),
        ("وقال: «انتظرنا طويلا» ثم ذهب إلى البيت.", "انتظرنا طويلا"),
        ("وقال: ”انتظرنا طويلا“ ثم ذهب إلى البيت.", "انتظرنا طويلا"),
    ],
)
def test_direct_speech_is_marked_as_the_language_marks_it(text: str, expected: str) -> None:
    assert flagged(text, QUOTED) == expected.split()


def test_names_are_what_is_rare_where_capitals_do_not_tell() -> None:
    german = "Der Minister sprach mit Wiebke Tönnsen über das Wetter und die Arbeit in der Stadt."
    assert flagged(german, CAPITAL) == ["Wiebke", "Tönnsen"]
    assert flagged("The Minister spoke with Wiebke about the weather.", CAPITAL) == [
        "The",
        "Minister",
        "Wiebke",
    ]


def test_digits_of_every_script_are_numbers() -> None:
    assert flagged("ราคา ๓๐ บาท", NUMBER) == ["๓๐"]
    assert flagged("في عام ١٩٩٤ وفي ٢٠٣١", NUMBER) == ["١٩٩٤", "٢٠٣١"]


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("정부는", "정부"),
        ("정부가", "정부"),
        ("발표했다고", "발표"),
        ("학교에서는", "학교"),
        ("회의", "회의"),
        ("그를", "그"),
        ("가", "가"),
    ],
)
def test_korean_particles_and_endings_are_taken_off(word: str, stem: str) -> None:
    assert korean.stem(word) == stem


def test_common_words_weigh_little_and_unknown_languages_go_by_length() -> None:
    german = analyse("Die Hafenkapitänin ist in der Stadt, und das ist auch gut so.")
    weights = dict(zip(words(german.text), german.weight.tolist(), strict=True))
    assert max(weights[word] for word in ("Die", "ist", "in", "der", "und", "das", "auch")) < 0.9
    assert weights["Hafenkapitänin"] == 12
    swahili = dict(zip(words(SWAHILI), analyse(SWAHILI).weight.tolist(), strict=True))
    assert swahili["wa"] < swahili["kijiji"] < swahili["wanafunzi"]

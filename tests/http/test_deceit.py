"""Who posts an article may lie in it: about its times, its place, its letters. What that gets him."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from copytrail.compiled import Hashes
from copytrail.document import Document, analyse
from copytrail.sketch import sketch
from copytrail.store.redis import RedisStore
from service import search
from worker import ingest

Story = list[dict[str, Any]]
Index = Callable[[], None]

NOW = datetime.now(UTC)
LETTERS = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "i": "і"}  # the second ones are Cyrillic
DISGUISES: dict[str, tuple[str, Callable[[str], str]]] = {
    "zero-width spaces": ("zero_width", lambda text: text.replace("e", "e\u200b")),
    "soft hyphens": ("soft_hyphens", lambda text: text.replace("t", "t\u00ad")),
    "bidi marks": ("bidi_marks", lambda text: text.replace(" ", " \u202d")),
    "full-width letters": (
        "compatibility_forms",
        lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    ),
    "mathematical letters": (
        "compatibility_forms",
        lambda text: "".join(chr(0x1D41A + ord(c) - ord("a")) if "a" <= c <= "z" else c for c in text),
    ),
    "look-alike letters": ("homoglyphs", lambda text: "".join(LETTERS.get(c, c) for c in text)),
    "combining marks": ("combining_marks", lambda text: text.replace("n", "n\u0335")),
}
LIGATURE = {"ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ", "st": "ﬆ"}
LIGATURES = re.compile("|".join(LIGATURE))


def get(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def cluster_of(client: FlaskClient, name: str) -> str | None:
    found: str | None = get(client, f"/v1/articles/{name}")["cluster"]
    return found


def test_a_post_cannot_set_what_the_server_knows(client: FlaskClient, story: Story, index: Index) -> None:
    claims = {
        "first_seen_at": "1999-01-01T00:00:00Z",
        "updated_at": "1999-01-01T00:00:00Z",
        "cluster": "c_1",
        "status": "failed",
        "failure": "not mine",
        "version": 99,
        "number": 7,
        "matches": [{"article": "victim", "relation": "identical", "score": 1}],
    }
    client.post("/v1/articles", json=story[0] | claims)
    index()
    article = get(client, f"/v1/articles/{story[0]['id']}")
    assert abs(datetime.fromisoformat(article["first_seen_at"]) - NOW) < timedelta(hours=1)
    assert (article["cluster"], article["status"], article["version"]) == (None, "indexed", 1)
    assert (article["failure"], article["matches"]) == (None, [])


def test_an_early_date_does_not_beat_what_the_server_saw(
    client: FlaskClient, story: Story, index: Index
) -> None:
    original, copy = story[0], dict(story[1])
    original = original | {"published_at": (NOW - timedelta(hours=5)).isoformat()}
    credited = copy["text"] + f"\n\nThis was first reported by the {original['source']}."
    copy |= {"published_at": "2001-01-01T10:30:00Z", "text": credited}
    client.post("/v1/articles", json=[original, copy])
    index()
    cluster = get(client, f"/v1/clusters/{cluster_of(client, copy['id'])}")
    members = {member["id"]: member for member in cluster["articles"]}
    assert members[copy["id"]]["derived_from"]["article"] == original["id"]
    assert "backdated" in members[copy["id"]]["flags"]
    assert "backdated" not in members[original["id"]]["flags"]


def test_a_date_in_the_future_is_flagged(client: FlaskClient, story: Story, index: Index) -> None:
    late = story[0] | {"published_at": (NOW + timedelta(days=400)).isoformat()}
    client.post("/v1/articles", json=[late, story[1]])
    index()
    cluster = get(client, f"/v1/clusters/{cluster_of(client, story[1]['id'])}")
    flags = {member["id"]: member["flags"] for member in cluster["articles"]}
    assert "after_first_seen" in flags[late["id"]]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//no.scheme.example/a",
        "https://",
        "https://exa mple.com/",
        "https://[::1/",
    ],
)
def test_an_address_that_is_none_is_refused(client: FlaskClient, url: str) -> None:
    answer = client.post("/v1/articles", json={"text": "Something happened.", "url": url})
    assert answer.status_code == 422
    assert answer.get_json()["rejected"][0]["error"].startswith("url")


def test_another_sites_name_does_not_replace_its_article(
    client: FlaskClient, story: Story, index: Index
) -> None:
    """An address is a name: whoever posts under it is believed, but what was there is counted as changed."""
    client.post("/v1/articles", json={"id": "own", "text": story[0]["text"], "url": "https://a.example/1"})
    index()
    lie = {"id": "lie", "text": story[1]["text"], "url": "https://b.example/2", "source": "a.example"}
    client.post("/v1/articles", json=lie)
    index()
    assert get(client, "/v1/articles/own/text")["text"] == story[0]["text"]
    assert get(client, "/v1/articles/lie")["url"] == "https://b.example/2"


def test_each_disguise_ends_in_the_cluster_of_the_plain_text(
    client: FlaskClient, story: Story, index: Index
) -> None:
    plain = story[0]["text"]
    client.post("/v1/articles", json={"id": "plain", "text": plain})
    disguised = [
        {"id": name.replace(" ", "-"), "text": change(plain)} for name, (_, change) in DISGUISES.items()
    ]
    assert all(article["text"] != plain for article in disguised)
    client.post("/v1/articles", json=disguised)
    index()
    client.post(
        "/v1/articles", json={"id": "typeset", "text": LIGATURES.sub(lambda two: LIGATURE[two[0]], plain)}
    )
    index()
    cluster = get(client, f"/v1/clusters/{cluster_of(client, 'plain')}")
    alike = {"plain", "typeset", *(article["id"] for article in disguised)}
    assert {member["id"] for member in cluster["articles"]} == alike
    assert get(client, "/v1/articles/typeset")["flags"] == [], "typesetters disguise nothing"


@pytest.mark.parametrize("name", DISGUISES)
def test_each_disguise_is_flagged(client: FlaskClient, story: Story, index: Index, name: str) -> None:
    client.post("/v1/articles", json={"id": "plain", "text": story[0]["text"]})
    index()
    flag, change = DISGUISES[name]
    answer = client.post("/v1/check", json={"text": change(story[0]["text"])}).get_json()
    assert flag in answer["flags"]
    assert [match["article"] for match in answer["matches"]] == ["plain"]
    report = client.post(
        "/v1/compare", json={"a": story[0]["text"], "b": change(story[0]["text"])}
    ).get_json()
    assert flag in report["flags"]


SYLLABLES = ("bar", "ten", "mol", "kir", "sav", "dun", "pel", "gor", "wim", "hap")
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in ("a", "e", "in", "os")]


def test_a_text_that_collides_with_another_in_every_hash_accuses_nobody(
    client: FlaskClient, store: RedisStore, story: Story, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hashes are public. Suppose somebody has found a text that has all of another's."""
    victim, chance = story[0]["text"], random.Random(1)
    made = " ".join(" ".join(chance.choices(WORDS, k=12)).capitalize() + "." for _ in range(20))

    def collided(document: Document) -> Hashes:
        return sketch(analyse(victim) if document.text == made else document)

    for module in (ingest, search):
        monkeypatch.setattr(module, "sketch", collided)
    client.post("/v1/articles", json=[{"id": "victim", "text": victim}, {"id": "made", "text": made}])
    index()
    (hits,) = store.find([sketch(analyse(victim))])
    assert np.unique(hits.numbers, return_counts=True)[1].tolist() == [len(sketch(analyse(victim)))] * 2
    for name, text in (("victim", victim), ("made", made)):
        article = get(client, f"/v1/articles/{name}")
        assert (article["cluster"], article["matches"]) == (None, [])
        found = client.post("/v1/check", json={"text": text}).get_json()
        assert [match["article"] for match in found["matches"]] == [name]


def test_a_stolen_paragraph_padded_twenty_times_is_found(
    client: FlaskClient, story: Story, index: Index
) -> None:
    stolen = " ".join(story[0]["text"].split()[:100])
    chance = random.Random(3)
    padding = [
        " ".join(" ".join(chance.choices(WORDS, k=10)).capitalize() + "." for _ in range(11))
        for _ in range(20)
    ]
    padded = "\n\n".join([*padding[:10], stolen, *padding[10:]])
    assert len(padded.split()) > 20 * len(stolen.split())
    assert len(padded) < 20_000
    client.post("/v1/articles", json={"id": "paragraph", "text": stolen})
    client.post("/v1/articles", json={"id": "padded", "text": padded})
    index()
    (match,) = get(client, "/v1/articles/paragraph")["matches"]
    assert match["article"] == "padded"
    assert match["relation"] == "partial_copy"
    assert match["containment"]["a_in_b"] > 0.95
    assert match["containment"]["b_in_a"] < 0.1
    (passage,) = match["passages"]
    assert stolen[slice(*passage["a"])] == padded[slice(*passage["b"])]


def test_a_chain_of_excerpts_does_not_merge_its_ends(client: FlaskClient, story: Story, index: Index) -> None:
    """A digest takes a paragraph of each of two stories, to have them held for one."""
    choir = (
        "The choir of the valley school sang in the old mill on Friday evening. Forty parents had carried "
        "benches up the hill. When the lamps failed after the second song, the children went on in the dark, "
        "and nobody left. The headmistress, Runa Feld, said afterwards that she had never heard them sing so "
        "well, and that the mill would get new wiring before the winter concert, paid for by that night. "
    ) + " ".join(" ".join(random.Random(8).choices(WORDS, k=14)).capitalize() + "." for _ in range(9))
    fire = story[0]["text"]
    digest = " ".join(fire.split()[:90]) + "\n\n" + " ".join(choir.split()[:75])
    client.post("/v1/articles", json=[{"id": "fire", "text": fire}, {"id": "choir", "text": choir}])
    client.post("/v1/articles", json={"id": "digest", "text": digest})
    index()
    fire_in, choir_in = cluster_of(client, "fire"), cluster_of(client, "choir")
    assert fire_in is None or fire_in != choir_in
    matched = {match["article"] for match in get(client, "/v1/articles/digest")["matches"]}
    assert matched == {"fire", "choir"}
    assert json.dumps(get(client, "/v1/articles/fire")["matches"]).count('"choir"') == 0

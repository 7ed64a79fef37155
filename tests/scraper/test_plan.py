from __future__ import annotations

from pathlib import Path

import pytest

from scraper.plan import InvalidPlan, Plan

ROOT = Path(__file__).parents[2]


def test_the_shipped_plans_are_valid() -> None:
    assert Plan.read(ROOT / "deploy" / "scraper.toml").contact
    assert Plan.read(ROOT / "deploy" / "demo-site.toml").feeds


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(
        'feeds = ["/x", 3]\nsitemaps = "y"\nevery_minutes = 0\nnewest = 1.5\ndelay_seconds = true\nfeed = 1\n'
    )
    with pytest.raises(InvalidPlan) as caught:
        Plan.read(file)
    for said in (
        "contact",
        "'/x'",
        "3 is not",
        "sitemaps is 'y'",
        "every_minutes",
        "newest",
        "delay_seconds",
        "'feed'",
    ):
        assert said in str(caught.value)


@pytest.mark.parametrize("content", ["feeds = [", "\xff"])
def test_what_is_no_plan_is_said(tmp_path: Path, content: str) -> None:
    file = tmp_path / "plan.toml"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(InvalidPlan, match=r"plan\.toml cannot be read as a plan"):
        Plan.read(file)

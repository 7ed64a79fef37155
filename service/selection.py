"""What a request leaves out, and why each thing was: by source, publisher, tag, score and relation."""

from __future__ import annotations

from enum import StrEnum

from copytrail.member import Member
from copytrail.publishers import publisher_key
from copytrail.report import Report
from copytrail.roster import Roster
from copytrail.store.protocol import Record
from service.parameters import Selection


class Exclusion(StrEnum):
    """Why something was left out; `unlinked` is a member that nothing joins to the others any more."""

    EXCLUDED_SOURCE = "excluded_source"
    EXCLUDED_PUBLISHER = "excluded_publisher"
    OTHER_SOURCE = "other_source"
    OTHER_TAGS = "other_tags"
    BELOW_THRESHOLD = "below_threshold"
    OTHER_RELATION = "other_relation"
    UNLINKED = "unlinked"


class Selector:
    """Says of articles and of pairs whether a request wants them."""

    def __init__(self, wanted: Selection, roster: Roster) -> None:
        self._wanted = wanted
        self._roster = roster
        self._excluded = {name.casefold() for name in wanted.exclude_sources}
        self._publishers = {key for name in wanted.exclude_publishers if (key := publisher_key(name))}
        self._sources = {name.casefold() for name in wanted.only_sources}
        self._tags = {name.casefold() for name in wanted.only_tags}
        self.by_article = bool(self._excluded or self._publishers or self._sources or self._tags)
        """Whether it depends on the articles which of them are wanted."""
        self.narrows = bool(self.by_article or wanted.threshold or wanted.relations)
        """Whether anything is to be left out."""

    def excludes(self, record: Record) -> Exclusion | None:
        """Why an article is not wanted, None when it is."""
        source = str(record.metadata.get("source") or "").casefold()
        if source in self._excluded:
            return Exclusion.EXCLUDED_SOURCE
        if self._publishers and not self._publishers.isdisjoint(self._publishers_of(record)):
            return Exclusion.EXCLUDED_PUBLISHER
        if self._sources and source not in self._sources:
            return Exclusion.OTHER_SOURCE
        if self._tags and self._tags.isdisjoint(_tags_of(record)):
            return Exclusion.OTHER_TAGS
        return None

    def excludes_pair(self, report: Report) -> Exclusion | None:
        """Why a pair is not wanted, None when it is."""
        if report.score < self._wanted.threshold:
            return Exclusion.BELOW_THRESHOLD
        if self._wanted.relations and report.relation not in self._wanted.relations:
            return Exclusion.OTHER_RELATION
        return None

    def _publishers_of(self, record: Record) -> frozenset[str]:
        """Keys of all names of an article's publisher, of its group among them."""
        member = Member.of(record.number, record.article_id, "", record.metadata, record.first_seen_at)
        group = self._roster.group_of(member)
        return member.publishers | ({publisher_key(group.name)} if group else frozenset())


def _tags_of(record: Record) -> set[str]:
    tags = record.metadata.get("tags")
    return {str(tag).casefold() for tag in tags} if isinstance(tags, list) else set()

"""Topics by the headings of a source: each gets an id once, and keeps the title that the id cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from content.importing.naming import free, shown_as, slug, title_of
from content.sense import fold

MOST = 500
"""How many titles a header may hold."""


class Topics:
    """The topics of a pack. `told` are titles by what drafts call their topics, where that is an id of their source."""

    def __init__(self, titles: Mapping[str, str], used: Iterable[str], told: Mapping[str, str]) -> None:
        self.titles = dict(titles)
        self._told = told
        self._ids = {fold(titles.get(topic, shown_as(topic))): topic for topic in (*used, *titles)}
        self._used = set(self._ids.values())

    def id_of(self, heading: str) -> str:
        """The id of the topic that a source calls so: the one that is there with this title, else a new one."""
        title = title_of(self._told.get(heading, heading)) or heading
        if fold(title) in self._ids:
            return self._ids[fold(title)]
        wanted = slug(heading if heading in self._told else title) or "topic"
        if heading in self._used and heading == wanted:
            return heading
        topic = free(wanted, self._used)
        self._used.add(topic)
        self._ids[fold(title)] = topic
        if title not in {shown_as(topic), topic}:
            self.titles[topic] = title
        return topic

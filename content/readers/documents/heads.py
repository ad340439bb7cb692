"""Which of the candidates are questions: told by what all of the document does, not by any one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from content.readers.documents.candidates import Candidate, Style
from content.readers.documents.words import NO_QUESTION, bare

WEIGHTS = {"heading": 3.0, "bold": 2.0, "item": 1.5, "summary": 3.0, "term": 2.0, "line": 0.8, "bullet": 0.7}
"""What is set large heads what is set small: how much a candidate of each block counts."""
HALF, MOST, NEARLY_ALL = 0.5, 0.6, 0.75
QUARTER = 0.25
LONGEST_LIST = 50
"""Items that a list within an answer may have."""
FEW_PARAGRAPHS = 6
"""In a document of more, one heading that asks is no question of a bank."""
FAR_AHEAD = 3
"""A heading may leave out so many numbers and still go on."""


@dataclass(frozen=True, slots=True)
class Group:
    """All candidates that are set alike."""

    style: Style
    members: tuple[Candidate, ...]

    @property
    def asking(self) -> float:
        """The share of members that read as a question or a task, from 0 to 1."""
        return sum(each.asks for each in self.members) / len(self.members)

    @property
    def querying(self) -> float:
        """The share of members with a question mark."""
        return sum(each.queries for each in self.members) / len(self.members)

    @property
    def shown(self) -> float:
        """The share of members that have an answer or options announced."""
        return sum(each.marked or each.optioned for each in self.members) / len(self.members)

    @property
    def weight(self) -> float:
        """How much speaks for it as the document's way to set questions."""
        counts = (3 * each.marked + 2 * each.optioned + each.asks for each in self.members)
        explicit = 2 * len(self.members) if self.style.shape[:1] in {"q", "Q"} else 0
        return (sum(counts) + explicit) * WEIGHTS[self.style.block]


def chosen(found: Sequence[Candidate], paragraphs: int) -> list[Candidate]:
    """The candidates that are questions, in order. `paragraphs` is how many the document has."""
    grouped: dict[Style, list[Candidate]] = defaultdict(list)
    for each in found:
        grouped[each.style].append(each)
    groups = [Group(style, tuple(members)) for style, members in grouped.items()]
    strong = [group for group in groups if is_strong(group, paragraphs)]
    if not strong:
        return []
    main = max(strong, key=lambda group: group.weight)
    accepted = {each.at: each for each in members(main)}
    for group in sorted(strong, key=lambda group: -group.weight):
        if group is not main and is_parallel(group, main, accepted):
            accepted |= {each.at: each for each in members(group)}
    if main.shown >= HALF:
        accepted |= {
            each.at: each for each in found if (each.marked or (each.optioned and each.asks)) and each.rank > 1
        }
    kept = pruned([accepted[at] for at in sorted(accepted)])
    return pruned(rescued(found, kept))


def is_strong(group: Group, paragraphs: int) -> bool:
    """Whether the group may be questions at all."""
    block, _, shape = group.style
    size = len(group.members)
    if group.shown >= HALF:
        return True
    if shape[:1] in {"q", "Q"}:
        return size > 1 or group.querying > 0
    if block == "line":
        return size > 2 and group.querying >= HALF and size >= QUARTER * paragraphs  # noqa: PLR2004  two are chance
    if block == "bullet":
        return size > 1 and group.querying >= MOST
    if size == 1 and not shape and paragraphs > FEW_PARAGRAPHS:
        return False
    return group.asking >= HALF and group.querying > 0


def is_parallel(group: Group, main: Group, accepted: dict[int, Candidate]) -> bool:
    """Whether a group stands beside the main one rather than within its answers."""
    if group.shown >= HALF:
        return True
    fits = follows(group, accepted)
    same = group.style[:2] == main.style[:2]
    if group.style.shape and fits >= HALF and group.style.block != "bullet":
        return True
    if same and group.querying >= HALF:
        return True
    sections = {each.section for each in accepted.values()} | accepted.keys()
    elsewhere = all(each.section not in sections for each in group.members) and group.style.block != "line"
    return elsewhere and len(group.members) > 1 and group.querying >= NEARLY_ALL


def follows(group: Group, accepted: dict[int, Candidate]) -> float:
    """The share of members whose number goes on from the question before them."""
    merged = sorted([*accepted.values(), *group.members], key=lambda each: each.at)
    own = {each.at for each in group.members}
    fitting, last = 0, None
    for each in merged:
        if each.number is None:
            continue
        fits = last is not None and each.number in {last, last + 1}
        fitting += fits and each.at in own
        if each.at not in own or fits:
            last = each.number
    return fitting / len(group.members)


def members(group: Group) -> Iterable[Candidate]:
    """Those of a group that are questions by themselves."""
    explicit = group.style.shape[:1] in {"q", "Q"} or group.style.block in {"term", "summary"}
    if explicit:
        yield from group.members
        return
    by_section: dict[int, list[Candidate]] = defaultdict(list)
    for each in group.members:
        by_section[each.section].append(each)
    for siblings in by_section.values():
        wanted = [each for each in siblings if each.marked or each.optioned or each.asks]
        plain = group.style.block in {"heading", "bold"} and group.style.shape in {"", "d"}
        row = len(wanted) >= MOST * len(siblings) and len(siblings) > 2  # noqa: PLR2004  two are no row
        usual = bool(wanted) and group.asking >= NEARLY_ALL and len(group.members) > 3  # noqa: PLR2004  nor are three
        whole = plain and (row or usual)
        shown = group.shown >= HALF
        for each in siblings:
            certain = (
                each.marked or each.optioned or (each.asks and (not shown or not group.style.shape or each.queries))
            )
            if certain or (whole and not shown and not NO_QUESTION.fullmatch(bare(each.title))):
                yield each


def pruned(kept: Sequence[Candidate]) -> list[Candidate]:
    """Without numbered lists that start anew between two questions that are numbered on."""
    dropped: set[int] = set()
    for place, each in enumerate(kept):
        if each.number is None or each.at in dropped:
            continue
        end = place + 1
        while end < min(len(kept), place + LONGEST_LIST) and inner(kept[end], each):
            end += 1
        between = kept[place + 1 : end]
        goes_on = end < len(kept) and kept[end].number == each.number + 1
        if goes_on and between and between[0].number == 1:
            dropped |= {one.at for one in between}
    return [each for each in kept if each.at not in dropped]


def inner(one: Candidate, outer: Candidate) -> bool:
    """Whether a numbered line may stand in the answer of a question."""
    if one.number is None or one.marked or one.optioned or one.queries:
        return False
    return one.section == outer.section and (one.number == 1 or one.number - 1 != outer.number)


def rescued(found: Sequence[Candidate], kept: Sequence[Candidate]) -> list[Candidate]:
    """With those whose number goes on from the question before, set as a question is, though they do not ask."""
    styles = {each.style for each in kept}
    whole = {each.at: each for each in kept}
    following = next_numbers(found, whole)
    last: int | None = None
    for each in found:
        if each.at in whole:
            last = each.number if each.number is not None else last
            continue
        if each.number is None or each.style not in styles or last is None:
            continue
        after = following.get(each.at)
        ahead = FAR_AHEAD if each.style.block in {"heading", "bold"} else 1
        if last < each.number <= last + ahead and (after in {None, 1} or each.number < after <= each.number + 2):
            whole[each.at] = each
            last = each.number
    return [whole[at] for at in sorted(whole)]


def next_numbers(found: Sequence[Candidate], kept: dict[int, Candidate]) -> dict[int, int | None]:
    """For each candidate the number of the next question after it."""
    numbers: dict[int, int | None] = {}
    following: int | None = None
    for each in reversed(found):
        numbers[each.at] = following
        if each.at in kept and each.number is not None:
            following = each.number
    return numbers

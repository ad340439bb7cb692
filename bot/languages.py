"""The languages that Studyhall speaks: catalogues that lie in `bot/cards/locale`, read once each."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from bot.cards.words import Words

LOCALE = files("bot.cards") / "locale"


@cache
def words(language: str) -> Words:
    """The words of a language; of its base language (`zh` for `zh-CN`) or English where it has no catalogue."""
    for name in (language, language.partition("-")[0]):
        catalogue = LOCALE / name / "LC_MESSAGES" / "studyhall.mo"
        if name != "en" and catalogue.is_file():
            with catalogue.open("rb") as stream:
                return Words(GNUTranslations(stream), name)
    return Words(NullTranslations())


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages that have a catalogue, English first."""
    known = sorted(entry.name for entry in LOCALE.iterdir() if entry.is_dir()) if LOCALE.is_dir() else []
    return ("en", *(name for name in known if name != "en"))


def translate(language: str, message: str) -> str:
    """A message in a language, for the few words of an adapter's own."""
    return words(language).as_it_is(message)

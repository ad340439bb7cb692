from __future__ import annotations

import shutil
import string
import subprocess
import sys
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "catalogues.py"
LOCALE = Path("bot/cards/locale")
LANGUAGES = sorted(path.name for path in (ROOT / LOCALE).iterdir() if path.is_dir())

CARDS = """
def card(words, n):
    return [
        words("Closed {time}", time=1),
        words.many("{n} person", "{n} people", n),
        f"{words('Inside')} · {n}",
        words("Closed {time}", time=2),
        words(n),
    ]
"""


def run(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(TOOL), "--root", str(root), *options]
    return subprocess.run(line, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small program with a card, a page and a language that has no texts yet."""
    (tmp_path / "bot" / "cards").mkdir(parents=True)
    (tmp_path / "bot" / "cards" / "card.py").write_text(CARDS)
    (tmp_path / "adapters" / "web").mkdir(parents=True)
    (tmp_path / "adapters" / "web" / "page.html").write_text('<p>{{ _("Send") }}</p>')
    (tmp_path / "adapters" / "web" / "say.py").write_text('opening.translate("de", "Hello")')
    (tmp_path / LOCALE / "de" / "LC_MESSAGES").mkdir(parents=True)
    return tmp_path


def translate(root: Path, **texts: str) -> None:
    path = root / LOCALE / "de" / "LC_MESSAGES" / "studyhall.po"
    text = path.read_text()
    for message, translation in texts.items():
        text = text.replace(f'msgid "{message}"\nmsgstr ""', f'msgid "{message}"\nmsgstr "{translation}"')
    path.write_text(text)


def template(root: Path) -> set[str]:
    catalogue = read_po(BytesIO((root / LOCALE / "studyhall.pot").read_bytes()))
    return {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue if message.id}


def test_messages_are_found_in_cards_pages_and_calls_of_an_adapter(checkout: Path) -> None:
    assert run(checkout).returncode == 0
    assert template(checkout) == {"Closed {time}", "{n} person", "Inside", "Send", "Hello"}


def test_a_text_survives_an_update_and_reaches_the_compiled_catalogue(checkout: Path) -> None:
    run(checkout)
    translate(checkout, Send="Senden", Hello="Hallo")
    (checkout / "bot" / "cards" / "card.py").write_text(CARDS + 'more = words("New")\n')
    assert run(checkout).returncode == 0
    folder = checkout / LOCALE / "de" / "LC_MESSAGES"
    compiled = GNUTranslations(BytesIO((folder / "studyhall.mo").read_bytes()))
    assert compiled.gettext("Send") == "Senden"
    assert compiled.gettext("New") == "New"
    assert 'msgid "New"\nmsgstr ""' in (folder / "studyhall.po").read_text()


def test_a_message_that_is_gone_leaves_the_catalogue(checkout: Path) -> None:
    run(checkout)
    translate(checkout, Hello="Hallo")
    (checkout / "adapters" / "web" / "say.py").unlink()
    run(checkout)
    assert "Hallo" not in (checkout / LOCALE / "de" / "LC_MESSAGES" / "studyhall.po").read_text()


def test_the_same_code_gives_the_same_bytes(checkout: Path) -> None:
    def written() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in (checkout / LOCALE).rglob("studyhall.*")}

    run(checkout)
    first = written()
    (checkout / "bot" / "cards" / "card.py").write_text("\n\n" + CARDS)
    run(checkout)
    assert written() == first
    assert len(first) == 3
    assert b"Date" not in b"".join(content for path, content in first.items() if path.suffix != ".mo")


def test_the_check_changes_nothing_and_tells_what_is_stale_untranslated_or_misfit(checkout: Path) -> None:
    assert "studyhall.pot is stale" in run(checkout, "--check").stderr
    assert not (checkout / LOCALE / "studyhall.pot").exists()
    run(checkout)
    untranslated = run(checkout, "--check")
    assert untranslated.returncode == 1
    assert "stale" not in untranslated.stderr
    assert "lacks a fitting text for 'Send'" in untranslated.stderr
    translate(checkout, Send="Senden", Hello="Hallo", **{"Closed {time}": "Zu um {tiem}"})
    run(checkout)
    misfit = run(checkout, "--check").stderr
    assert "lacks a fitting text for 'Closed {time}'" in misfit
    assert "'Send'" not in misfit


def test_the_check_is_content_with_a_whole_language(checkout: Path) -> None:
    run(checkout)
    translate(checkout, Send="Senden", Hello="Hallo", Inside="Innen", **{"Closed {time}": "Zu um {time}"})
    path = checkout / LOCALE / "de" / "LC_MESSAGES" / "studyhall.po"
    plural = path.read_text().replace('msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "{n} Mensch"\nmsgstr[1] "{n} Menschen"')
    path.write_text(plural)
    run(checkout)
    done = run(checkout, "--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_catalogues_of_this_checkout_are_in_step_with_its_code(tmp_path: Path) -> None:
    for source in ("bot", "adapters"):
        shutil.copytree(ROOT / source, tmp_path / source, ignore=shutil.ignore_patterns("__pycache__"))
    done = run(tmp_path, "--check")
    assert (done.returncode, done.stderr) == (0, "")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_the_same_placeholders_in_each_language(language: str) -> None:
    catalogue = read_po(BytesIO((ROOT / LOCALE / language / "LC_MESSAGES" / "studyhall.po").read_bytes()))
    for message in catalogue:
        if not message.id:
            continue
        if "python-brace-format" not in message.flags:
            continue
        ids = (message.id,) if isinstance(message.id, str) else message.id
        texts = (message.string,) if isinstance(message.string, str) else message.string or ()
        wanted = set().union(*map(placeholders, ids))
        for text in texts:
            assert placeholders(text) == wanted, ids[0]

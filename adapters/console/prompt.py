"""A terminal with line editing, history and completion."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncGenerator, Iterable

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.patch_stdout import patch_stdout

from adapters.console.passage import on_one_line
from adapters.console.terminal import Complete


class PromptTerminal:
    """The terminal on standard input and output. Ctrl-D and Ctrl-C end the input."""

    def __init__(self, *, colour: bool) -> None:
        self.colour = colour
        self._session: PromptSession[str] = PromptSession()

    @property
    def width(self) -> int:
        """Columns, now."""
        return shutil.get_terminal_size().columns

    def show(self, text: str) -> None:
        """Print; while a line is typed, standard output is the library's, which prints above it."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def status(self, text: str) -> None:
        """Keep a line under the prompt."""
        self._session.bottom_toolbar = on_one_line(text) or None
        self._session.app.invalidate()

    async def read(self, prompt: str, complete: Complete | None = None) -> str | None:
        """The next line as edited."""
        with patch_stdout(raw=True):
            try:
                return await self._session.prompt_async(
                    prompt,
                    completer=Completions(complete) if complete else Nothing(),
                    complete_while_typing=False,
                    handle_sigint=False,
                )
            except (EOFError, KeyboardInterrupt):
                return None


class Completions(Completer):
    """Whole lines for a command line typed so far."""

    def __init__(self, complete: Complete) -> None:
        self._complete = complete

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """None without waiting."""
        return ()

    async def get_completions_async(
        self,
        document: Document,
        complete_event: CompleteEvent,
    ) -> AsyncGenerator[Completion, None]:
        """Ask for them."""
        line = document.text_before_cursor
        for found in await self._complete(line):
            yield Completion(
                found.value, -len(line), display=on_one_line(found.value), display_meta=on_one_line(found.label)
            )


class Nothing(Completer):
    """A line that completes to nothing, such as a field of a form."""

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """None."""
        return ()

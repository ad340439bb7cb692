"""The bank in use: read at the start and again when a pack changed; a broken pack leaves the last good one in use."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bot.registrar import Registrar
from content.bank import Bank, BankError, mark_of, open_bank

log = logging.getLogger(__name__)


class Library:
    """Holds the bank. `open` raises BankError at the start; later faults are told to the organisers instead."""

    def __init__(self, paths: Sequence[Path], cache: Path | None) -> None:
        self._paths = tuple(paths)
        self._cache = cache
        self._bank = open_bank(self._paths, self._cache)
        self._refused = ""
        self._owes_all_well = False

    def bank(self) -> Bank:
        """The bank in use."""
        return self._bank

    async def reload(self, registrar: Registrar) -> bool:
        """Read the packs again if one of them changed; whether another bank is in use now."""
        marked = await asyncio.to_thread(mark_of, self._paths)
        if marked == self._bank.marked:
            if self._owes_all_well:
                await self._well(registrar)
            return False
        if marked == self._refused:
            return False
        try:
            bank = await asyncio.to_thread(partial(open_bank, self._paths, self._cache))
        except BankError as error:
            log.warning("a changed pack was refused, the last good bank stays: %s", error)
            facts = {"count": len(error.faults), "first": str(error.faults[0])}
            self._owes_all_well = True
            await registrar.tell_all("bank", "bank", facts)
            self._refused = marked
            return False
        self._bank, self._owes_all_well = bank, True
        await self._well(registrar)
        log.info("the bank was read again: %s questions", len(bank.items))
        return True

    async def _well(self, registrar: Registrar) -> None:
        await registrar.all_well("bank", "bank")
        self._refused, self._owes_all_well = "", False

from bot.store.engine import Store

__all__ = ["Store"]

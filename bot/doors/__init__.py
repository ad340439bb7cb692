"""The two doors: HTTP listeners for the routes that platforms hand over.

The private one serves the page. On loopback it checks Host and Origin; bound anywhere else it asks for a code as well.
The public one is opened only where a platform has public routes; those check their own callers (signatures).
"""

from bot.doors.doors import Doors
from bot.doors.listening import DoorError

__all__ = ["DoorError", "Doors"]

"""Live matches: functions of a connection, and what their messages say.

Everything stands in the store, and each step is one transaction: whoever looks next, after a crash or in another
process, goes on from there. `due` says what is to be done now, `leading` what people wish; both take the steps in
`course`. `bot.host.Host` is how the rest of the bot gets here.
"""

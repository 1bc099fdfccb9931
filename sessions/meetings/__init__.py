"""Where sessions meet: an address that a planner types, or a meeting that a service makes, moves and cancels for us.

``base`` says what a provider can do, ``plain`` and ``zoom`` are the two there are, ``keeping`` makes what stands outside
agree with our sessions, ``choosing`` is what planners decide. Only ``keeping`` speaks to a service, at the tick: never a
request that somebody waits for, and never inside a transaction.
"""

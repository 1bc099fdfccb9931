"""The benchmark: every case next to its floor or its peer, in turns, on a production-mode stack of its own.

`python3 start.py bench [CASE …] [--json FILE]`. The ratio is what counts: machines are noisy, and both sides of a ratio
met the same noise. The floor of a page is a view of ours in the same server: the same base template, the same signed-in
person, one indexed query, the page's own HTML stored beforehand and put out in a loop. No faster page with that frame can
be written in Django; a ratio of 1 means that working things out costs nothing. The peer of sending is two processes that
push finished letters over a kept-open SMTP connection; its floor is the same two with a diary: a bare table, one row
updated before each final dot and once more after each reply. Nothing that neither loses a letter nor hides a doubled one
can do with less.
"""

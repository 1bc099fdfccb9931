"""The two signature drawings: the line of the months, and the run chart. Data in, SVG text out.

Nothing here knows a rule of improvement, a language or a colour: words come in, classes of `components.css` go out.
No style attribute, no script. Every text is escaped and stripped of what XML cannot hold, so that any name or note
is safe. The results are `Svg`, a string that templates print as it is.

The line: `timeline` puts it together (stations, labels, today), `thread` draws what hangs between the stations,
`upright` is the same line as a list, for a phone. The run chart: `run_data` is what it is drawn from, `sheet` where things stand
on the paper, `run` the drawing. Both rest on `svg` (texts and the outer element) and `scales` (numbers and places).
"""

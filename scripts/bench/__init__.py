"""`make bench`: how long builds take beside the least that they could take, and beside other tools.

    python -m scripts.bench [--runs N] [--quick] [--rows WORD ...] [--write]

Each row sets our own work beside a floor: the same work by the bare tools, without anything around them. Both are run
in turn, each in a process of its own, so that a busy machine slows both; of all pairs the median counts. Nothing here
passes or fails.

`rows` and `peers` hold the rows; `workshop` makes the projects that are measured, in a folder of their own; `page` finds
out what the bare tools must do; `child` and `floor.mjs` do it.
"""

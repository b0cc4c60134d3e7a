"""Braille by liblouis: `tool` has the Jobs and their adapter, `worker` is the process that opens the library."""

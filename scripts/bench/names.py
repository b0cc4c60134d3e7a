"""Names of the files that `page` writes and `child` and `peer` read. A module of its own, because those must import nothing else."""

PAGE, PLAIN, PARSE, WRITE = "index.html", "plain.md", "parse.json", "write.json"
DIAGRAMS, JOBS = "diagrams.json", "jobs.pickle"

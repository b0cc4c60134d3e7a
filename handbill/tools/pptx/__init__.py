"""PowerPoint files: every shape of a slide where it was planned, by python-pptx."""

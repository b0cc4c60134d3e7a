"""What is done around the engine: setting up, measuring, pictures."""

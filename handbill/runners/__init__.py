"""Runners: ways to run Jobs. They wrap or replace each other; no stage knows which one is at work."""

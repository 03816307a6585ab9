"""Imports requests: text to a neutral HttpCall, and that to a definition."""

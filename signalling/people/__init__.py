"""Visitors, operators and administrators over HTTP."""

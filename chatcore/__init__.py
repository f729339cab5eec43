"""Conversations, visitors, operators and calls: the rules of the desk and their storage."""

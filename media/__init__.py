"""Calls: rooms and the forwarding of media."""

"""Rooms of calls and of machines: tokens, the join exchange, the room socket."""

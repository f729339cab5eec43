"""How much may be sent to a receiver, and what of it: decisions without I/O, clock or chance."""

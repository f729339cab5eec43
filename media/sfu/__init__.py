"""The selective forwarding unit: rooms, negotiation, transports and the packet path."""

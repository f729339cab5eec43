"""The load generator: rooms full of participants who send and receive real SRTP."""

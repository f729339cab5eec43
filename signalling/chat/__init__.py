"""The chat sockets: commands in, the subscriber's stream out."""

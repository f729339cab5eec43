"""The edge of the program: HTTP, WebSocket, authentication, and the wire protocol."""

"""Small servers that speak the signalling of LiveKit and of mediasoup's demo, and forward media in Python."""

"""The HTTP face: what comes in by the network becomes a call of a verb, what goes out is JSON."""

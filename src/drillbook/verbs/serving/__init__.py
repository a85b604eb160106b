"""What a server and its runners do all day."""

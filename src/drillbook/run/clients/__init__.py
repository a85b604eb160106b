"""The programs by which steps speak to servers: each is started as a process of its own."""

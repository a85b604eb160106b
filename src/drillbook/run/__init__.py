"""Plan → Run: one step after the other, under the supervisor, intent journaled before act."""

"""Settings + Lab → a fault that is injected, seen to hold, reverted and seen to be gone."""

"""The process that a step runs under and that outlives the tool; standard library only."""

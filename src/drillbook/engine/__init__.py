"""Jobs that outlive who submitted them: kept in a store, handed to one worker each."""

"""One module for each way to run a step; the registry names them by fence language."""

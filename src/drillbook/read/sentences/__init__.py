"""The words of a labelled sentence → the condition that it means, or the nearest form."""

"""What others wrote, or what is known of an alert → files in our format."""

"""The studio: a local server and one page to stand, look and walk in a satellite tile."""

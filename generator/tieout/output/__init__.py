"""Finished values to bytes to disk. Nothing is counted, sorted or looked up here."""

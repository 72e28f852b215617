"""Tieout: an audit site from an ISMS kept in Git and the histories of the repositories it governs."""

__version__ = "0.1.0"

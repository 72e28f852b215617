"""The world of Git: mirrors, histories, pins and trees. The only package that starts a process to read a repository."""

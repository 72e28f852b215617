"""The records everything else speaks: what people wrote, what Git says, what we concluded."""

"""From a folder to a site: what is newest, the world around it, the audit dates, and the pipeline over them."""

"""A forge's saved API answers -> neutral records of reviews and deployments. Pure: bytes in, lines out.

`answers` cuts what was saved into what the forge sent, `github`, `graphql` and `gitlab` recognise it by its shape and
read it into `facts`, `reviews` and `deployments` join these into records, and `lines` tells which of them say something
new. What a record proves is not judged here.
"""

from clustering.text.tokens import count, mark_zones, tokenise

"""Three chat platforms on one machine: their servers' side of the protocols, and phones to look at.

The bot reaches it by HTTP alone, and it reaches the bot by HTTP alone. Everything it knows is in memory.
"""

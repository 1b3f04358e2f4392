"""How it looks: neutral cards, their words, and one renderer a platform. Pure; imports nobody of ours."""

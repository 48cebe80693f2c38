"""Ears and mouth: the speaker, the recogniser, spoken text, synthesis and music."""

"""Where am I, and what does the place look like?"""

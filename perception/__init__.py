"""Who is there, what do they say, what do they want?"""

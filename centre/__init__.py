"""What does the office offer, who waits, how did they like it?"""

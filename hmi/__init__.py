"""What do people see, hear and hold? Tk screen, voice out, music, ticket."""

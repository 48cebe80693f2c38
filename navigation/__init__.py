"""How do I get there without touching anyone?"""

"""What is said and shown to this citizen now? Visits, dialogue, presenter, desk, the staff's menu."""

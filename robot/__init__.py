"""What is a robot? Plain types, ports, clock, safety, and drivers for real hardware."""

"""Where can I try it? World, lidar, people, faults, scenarios."""

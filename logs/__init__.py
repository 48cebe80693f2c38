"""What was recorded? Readers of lidar logs and bags, and writers of trajectories."""

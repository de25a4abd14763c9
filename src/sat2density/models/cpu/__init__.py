"""What makes the networks fast on CPUs, behind one door."""

"""What people do, from the phone in one hand to the phone in another, over the platforms' real protocols."""

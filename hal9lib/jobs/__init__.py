"""What runs beside the service: the live simulation's worker and the frames it shows."""

"""HAL9: networks of neurons that organise themselves, simulated, measured and kept."""

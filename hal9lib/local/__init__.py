"""The platform on one machine: everything behind `./hal9 up` and `./hal9 doctor`."""

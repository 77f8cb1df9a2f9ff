"""What every request passes before its route: the guard over names and pages, and the limits of bodies."""

"""Quality, speed and load, with peers in the same run; results are kept in bench/results, failures included."""

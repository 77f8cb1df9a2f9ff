"""Looking after a data folder: stores compared with one another, backups."""
